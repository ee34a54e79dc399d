//! What two or more of Dropline's functions need.
//!
//! - [`model`]: values without I/O: ids, secrets, connections, items, changes, messages, events.
//! - [`dropbox`]: Dropbox's wire: hosts, OAuth, listing, content, webhook signatures, the content hash.
//! - [`store`], [`queue`], [`events`], [`content`], [`seal`], [`metrics`]: one port each, with its AWS adapter beside
//!   it.
//! - [`aws`]: the HTTP client under the AWS SDKs.
//! - [`egress`]: requests to addresses that a caller names, to the public internet only.
//! - [`tokens`]: the access token of a connection, unsealed, and refreshed when it is about to expire.
//! - [`apps`]: the Dropbox apps: the deployment's, and those that projects have of their own.
//! - [`address`]: where the deployment's API is reached.
//! - [`linking`]: from tokens that were granted to a connection that works, and its end.
//! - [`files`]: what is asked for single files of the mirror.
//! - [`users`]: how a user's accounts are followed, and a user's end.
//! - [`caller`] and [`answer`]: who is asking, and how answers and errors become HTTP.
//! - [`cors`] and [`secure`]: what browsers of other origins may ask and read, and what all browsers are told.
//! - [`query`]: queries of requests.
//! - [`request_log`]: the line that a function writes of each request.
//! - [`config`], [`telemetry`] and [`trace`]: what a function's `main` needs to wire itself, its log, and X-Ray's trace.
//!
//! Data goes one way: event → handler (parse) → rule (decide) → port → adapter.

pub mod address;
pub mod answer;
pub mod apps;
pub mod aws;
pub mod caller;
mod causes;
pub mod config;
pub mod content;
pub mod cors;
pub mod dropbox;
pub mod egress;
pub mod events;
pub mod files;
pub mod linking;
pub mod metrics;
pub mod model;
mod pauses;
pub mod query;
pub mod queue;
pub mod request_log;
pub mod seal;
pub mod secure;
pub mod store;
pub mod telemetry;
mod tls;
pub mod tokens;
pub mod trace;
pub mod users;
