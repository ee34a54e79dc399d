//! Workflow actions: those of Paragon's `ActionKit` for Dropbox, by its names, on Dropbox's own routes and
//! with Dropbox's own answers.
//!
//! - [`table`]: all actions. The parameters and the code of each are in a module of its own.
//! - [`parameters`] and [`paths`]: how parameters are read, and the types that they share.
//! - [`account`]: calls to Dropbox. They go out as the proxy's do, so that pauses, tokens, roots and scopes
//!   are treated alike.
//! - [`field_options`]: options of form fields for Paragon's SDK, by the same calls.
//! - [`direct`]: actions and calls for functions of ours, without HTTP.
//! - [`handler`]: the HTTP handler. The lists that clients read are generated from the parameters' types.

mod account;
mod answer;
mod create_folder;
mod delete_folder;
mod direct;
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

use shared::{content::ContentReader, dependencies::Dependencies, egress::Web};

use crate::{Proxy, RememberedCalls};

pub use direct::Undone;
pub(crate) use handler::{handle, is_asked};
pub use table::catalog;

/// Time after which a call that saves a file answers with its progress. The last piece's upload and
/// the finish may each take another minute, and the function's timeout is five.
pub const SAVE_TIME: Duration = Duration::from_secs(120);

/// Dependencies of the actions.
pub struct Actions {
    /// Proxy, for calls to Dropbox.
    pub proxy: Arc<Proxy>,
    /// Bucket, whose objects can be saved.
    pub content: Arc<dyn ContentReader>,
    /// Client for the public internet, from which files can be saved.
    pub web: Web,
    /// Time after which a call that saves a file answers with its progress: [`SAVE_TIME`], except in tests.
    pub save_time: Duration,
}

impl Actions {
    /// Creates the actions of a function. `read_timeout` is that of answers from Dropbox.
    ///
    /// # Errors
    /// Names what is missing in the environment, or wrong.
    pub async fn new(
        with: &Dependencies,
        read_timeout: Duration,
        save_time: Duration,
    ) -> anyhow::Result<Self> {
        let proxy = Proxy {
            store: with.store.clone(),
            leases: with.store.clone(),
            calls: Arc::new(with.dropbox(read_timeout).await?.calls),
            clock: with.clock.clone(),
            metrics: with.metrics.clone(),
            remembered_calls: RememberedCalls::default(),
        };
        Ok(Self { proxy: Arc::new(proxy), content: with.content()?, web: Web::guarded()?, save_time })
    }
}
