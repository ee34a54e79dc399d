//! API for a project's server about its users' connections.
//!
//! The server reads the state of connections, chooses what they sync and how often they are compared in full,
//! confirms deletions that wait for it, and reads the files and the changes. Choices are stored, and a walk
//! that carries them out is queued: nothing here calls Dropbox.

mod api;
mod body;
mod changes;
mod connection;
mod cursor;
mod deletions;
mod disconnect;
mod file;
mod files;
mod fit;
mod health;
mod progress;
mod resync;
mod routes;
mod selections;
mod store;
mod target;
mod to_json;

pub use api::{FilesApi, handle};
pub use connection::{Sources, describe};
pub use store::Store;
