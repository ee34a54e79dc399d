//! In which of the ways that Dropbox may an account's listings are told.
//!
//! Each account has [`Pages`]. As long as nothing is asked of them, pages are full and in the order in which things
//! happened. With an [`Adversity`] they are as awkward as Dropbox's documentation allows, by chance that follows from a
//! seed; a client that applies all entries in order still ends with the true tree.
//!
//! The same over HTTP, at `/_fake/accounts/{email}/pages`: `PUT` takes the document of an adversity, whose fields are all
//! off when missing, `DELETE` ends it, and each answers as `GET` does, with the adversity that there is, or `null`.
//!
//! ```json
//! { "seed": 7, "empty_pages": 0.2, "short_pages": true, "late_folders": 0.5, "late_deletions": 0.5, "repeats": 0.2,
//!   "each_deletion": true }
//! ```

mod adversity;
mod door;
mod way;

pub use adversity::Adversity;
pub use way::Pages;
pub(crate) use way::Way;
