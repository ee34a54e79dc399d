//! Accounts: what they hold, and how that is kept equal to their directories.
//!
//! [`journal`] is what Dropbox knows, [`directory`] is what is on disk. [`scan`] takes what happened on disk into the
//! journal, [`watch`] says when and where to scan, [`mod@write`] makes a change in both. Only one [`account::Writer`] exists for an
//! account at a time; readers need only the journal.

mod account;
mod case;
mod directory;
mod entry;
mod hash;
mod journal;
mod locator;
mod mount;
mod name;
mod path;
mod profile;
mod roots;
mod scan;
mod staging;
mod watch;
mod write;

pub(crate) use account::{Account, Opened};
pub(crate) use entry::{Entry, FileContent, Kind, Node};
pub(crate) use hash::ContentHasher;
pub(crate) use journal::{Recorded, Scope};
pub(crate) use locator::Locator;
pub(crate) use mount::Mount;
pub(crate) use path::DropboxPath;
pub(crate) use profile::Profile;
pub(crate) use roots::Roots;
pub(crate) use staging::Staged;
pub(crate) use watch::Watch;
pub(crate) use write::{Conflict, Move, Refusal, Upload, WriteMode};
