//! Adversity of an account's listings, within what Dropbox allows.
//!
//! Each account has [`Pages`]. By default pages are full and in the order of changes. With an [`Adversity`]
//! they are as awkward as Dropbox's documentation allows, at random but depending on a seed; a client that
//! applies all entries in order still ends with the true tree.
//!
//! Over HTTP, at `/_fake/accounts/{email}/pages`: `PUT` takes the document of an adversity, whose fields are
//! all off by default, `DELETE` clears it, and each responds as `GET` does, with the current adversity or
//! `null`.
//!
//! ```json
//! { "seed": 7, "empty_pages": 0.2, "short_pages": true, "late_folders": 0.5, "late_deletions": 0.5, "repeats": 0.2,
//!   "each_deletion": true }
//! ```

mod adversity;
mod control;
mod way;

pub use adversity::Adversity;
pub use way::Pages;
pub(crate) use way::Way;
