//! Workflow actions: what Paragon's `ActionKit` offers for Dropbox, by its names, on Dropbox's own routes and with Dropbox's
//! own answers.
//!
//! - [`table`]: the actions there are. A module for each has its parameters and what it does.
//! - [`parameters`] and [`paths`]: how parameters are read, and the types that they share.
//! - [`account`]: the one way to Dropbox: by the proxy's own, so that pauses, tokens, the root and scopes are the same.
//! - [`field_options`]: what Paragon's SDK asks for fields of forms, the same way.
//! - [`handler`]: HTTP in and out. The lists that clients read are made from the parameters' types.

mod account;
mod answer;
mod create_folder;
mod delete_folder;
mod failure;
mod field_options;
mod folders;
mod get_file;
mod get_folder;
mod handler;
mod list_files;
mod move_folder;
mod parameters;
mod paths;
mod request;
mod save_file;
mod search_folders;
mod table;

use std::{sync::Arc, time::Duration};

use shared::{content::ContentReader, egress::Web};

use crate::Proxy;

pub(crate) use handler::{handle, is_asked};

/// How long one call goes on with saving a file before it answers how far it came. The last piece's upload and the end may
/// each take another minute, and the function has five.
pub const SAVE_TIME: Duration = Duration::from_secs(120);

/// What actions work with.
pub struct Actions {
    /// The proxy, through which they call Dropbox.
    pub proxy: Arc<Proxy>,
    /// The bucket, of which objects can be saved.
    pub content: Arc<dyn ContentReader>,
    /// The internet, from which files can be saved.
    pub web: Web,
    /// How long one call goes on with saving a file: [`SAVE_TIME`], but in tests.
    pub save_time: Duration,
}
