//! What Paragon's SDK asks of the application's backend beside calls of Dropbox: who its user is, the user's metadata,
//! credentials and their settings, disconnecting, completing an installation, events, and triggers.
//!
//! A connection is what the SDK calls a credential. What it keeps with one (settings, configurations) is stored and
//! returned, and decides nothing here. A refusal is never 401 or 403, but for the caller's own credentials: the SDK signs
//! its user out at either.

mod answer;
mod api;
mod configurations;
mod credential;
mod credentials;
mod document;
mod event;
mod external_id;
mod fields;
mod find;
mod headers;
mod ids;
mod install;
mod integrations;
mod me;
mod metadata;
mod request;
mod routes;
mod triggers;
mod ui;
mod uninstall;

pub use api::{ParagonApi, handle};

/// What the integration is called, in paths and answers.
const DROPBOX: &str = "dropbox";
