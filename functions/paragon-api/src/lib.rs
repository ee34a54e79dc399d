//! API for Paragon's SDK, except the calls to Dropbox: the user and their metadata, credentials and their
//! settings, disconnecting, completing an installation, events, triggers, subscriptions to them, and workflows.
//!
//! The SDK's credential is a connection. What the SDK stores with one (settings, configurations) is returned,
//! but has no effect here, except settings of workflows. Only the caller's own credentials are refused with 401
//! or 403, because the SDK signs its user out at either.

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
mod inputs;
mod install;
mod integrations;
mod linked;
mod me;
mod metadata;
mod portal;
mod request;
mod routes;
mod store;
mod subscriptions;
mod triggers;
mod ui;
mod uninstall;
mod workflows;

pub use api::{ParagonApi, handle};
pub use store::Store;

/// Name of the integration in paths and answers.
const DROPBOX: &str = "dropbox";
