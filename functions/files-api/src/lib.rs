//! What a project's server asks for about a user's connections.
//!
//! It reads how they stand, chooses what they sync and how often they are compared in full, confirms deletions that
//! were held back, and reads the files and the changes. What it chooses is stored, and a walk is queued that obeys it:
//! nothing here calls Dropbox.

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
mod shown;
mod target;

pub use api::{FilesApi, handle};
pub use connection::{Sources, describe};
