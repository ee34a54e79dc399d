//! Defects of an account's listings, beyond what Dropbox's documentation allows.
//!
//! Each account has [`Listings`]: late, slow and endless ones, entries that cannot be parsed, and paths with
//! two entries. A client that believes all of it does not end with the true tree; with [`crate::Pages`] it
//! does.
//!
//! Over HTTP, at `/_fake/accounts/{email}/listings`: `PUT` takes the document of [`Defects`], in which every
//! part is off by default, `DELETE` clears them, and each responds as `GET` does, with the current defects
//! and with `happened`, the number of times that each was encountered.
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
//! - `late_calls`: news is listed only after this many calls that should have listed it; those report that
//!   there is nothing new. The webhook and the long poll are not late.
//! - `ms_per_entry`: a page takes this long for each of its entries, so one with a smaller `limit` takes
//!   less.
//! - `reset_after`: each listing's cursor is reset after this many pages.
//! - `unreadable`: the entry of a `path` (or an id), or each `every`th entry, is damaged, `times` times or
//!   always. The kinds of damage: `replaced` (`by` any JSON), `without` (`field`), `with` (`field`, `value`),
//!   `lone_surrogate` and `invalid_utf8` (at the end of the text of `field`), and `raw` (`text`, which need
//!   not be JSON).
//! - `twins`: the file or folder at `path` (or with an id) is listed `at` another path in the same folder,
//!   whatever is there.

mod control;
mod damage;
mod defects;
mod state;

pub use damage::Damage;
pub use defects::{Defects, Twin, Unreadable};
pub use state::Listings;
