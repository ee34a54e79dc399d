//! What is wrong with an account's listings, beyond what Dropbox's documentation allows.
//!
//! Each account has [`Listings`]: late, slow and endless ones, entries that cannot be read, and paths that two things
//! have. A client that believes all of it does not end with the true tree; with [`crate::Pages`] it does.
//!
//! The same over HTTP, at `/_fake/accounts/{email}/listings`: `PUT` takes the document of [`Defects`], of which every
//! part is off when missing, `DELETE` ends them, and each answers as `GET` does, with the defects that there are and with
//! `happened`, how often each was met so far.
//!
//! ```json
//! {
//!   "late_calls": 2,
//!   "ms_per_entry": 30,
//!   "reset_after": 3,
//!   "unreadable": [
//!     { "path": "/a.txt", "times": 1, "damage": { "kind": "replaced", "by": null } },
//!     { "every": 7, "damage": { "kind": "without", "field": "rev" } }
//!   ],
//!   "twins": [{ "path": "/b.txt", "at": "/a.txt" }]
//! }
//! ```
//!
//! - `late_calls`: news is listed only by the call after this many that would have listed it; those before say that
//!   there is nothing new. The webhook and the long poll are not late.
//! - `ms_per_entry`: a page takes this long for each of its entries, so that one with a smaller `limit` takes less.
//! - `reset_after`: each listing's cursor is reset once it has given this many pages.
//! - `unreadable`: the entry of a `path` (or of an id), or each `every`th entry, is damaged, `times` times or always. The
//!   kinds of damage: `replaced` (`by` any JSON), `without` (`field`), `with` (`field`, `value`), `lone_surrogate` and
//!   `invalid_utf8` (the text of `field` ends in it), and `raw` (`text`, which need not be JSON).
//! - `twins`: what is at `path` (or has an id) is told to be `at` another one, in the same folder, whatever is there.

mod damage;
mod defects;
mod door;
mod state;

pub use damage::Damage;
pub use defects::{Defects, Twin, Unreadable};
pub use state::Listings;
