//! Accounts: their contents, kept equal to their directories.
//!
//! [`journal`] is Dropbox's view, [`directory`] is the state on disk. [`scan`] transfers changes on disk to
//! the journal, [`watch`] decides when and where to scan, and [`mod@write`] makes a change in both. There is
//! at most one [`account::Writer`] per account at a time; readers need only the journal.

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
