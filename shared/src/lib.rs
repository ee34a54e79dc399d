//! Parts that two or more of Dropline's functions need.
//!
//! - [`model`]: values without I/O: ids, secrets, connections, items, changes, messages, events.
//! - [`dropbox`]: Dropbox's protocol: hosts, OAuth, listing, content, webhook signatures, the content hash.
//! - [`store`], [`queue`], [`events`], [`content`], [`seal`], [`metrics`]: ports, each with its AWS adapter
//!   beside it.
//! - [`aws`]: the HTTP client under the AWS SDKs.
//! - [`delivery`]: events as applications get them: bodies and signatures.
//! - [`workflows`]: steps that run when something happens.
//! - [`representation`]: changes, items and reports as JSON, for answers and deliveries.
//! - [`integers`]: integers by which Carbon's clients name what has no integer of its own.
//! - [`egress`]: requests to addresses that a caller names, on the public internet only.
//! - [`tokens`]: access tokens of connections, unsealed, and refreshed when they are about to expire.
//! - [`apps`]: Dropbox apps: the deployment's, and those of projects.
//! - [`address`]: public addresses of a deployment.
//! - [`dropbox_calls`]: calls of Dropbox for a connection, with its token and root, and none during a pause.
//! - [`choosing`]: changes of selections, and requests for comparisons.
//! - [`linking`]: the making of a connection from granted tokens, and its disconnection.
//! - [`files`]: requests for single files of the mirror.
//! - [`users`]: automatic syncs of a user's accounts, and the user's deletion.
//! - [`caller`] and [`answer`]: authentication of callers, and HTTP answers and errors.
//! - [`cors`] and [`secure`]: cross-origin rules, and the headers that all browsers get.
//! - [`query`]: query strings of requests.
//! - [`request_log`]: the log line of each request.
//! - [`config`], [`telemetry`] and [`trace`]: dependencies of a function's `main`, its log, and X-Ray's
//!   trace.
//!
//! Data flows one way: event → handler (parse) → rule (decide) → port → adapter.

pub mod address;
pub mod answer;
pub mod apps;
pub mod aws;
pub mod body;
pub mod caller;
pub mod choosing;
pub mod config;
pub mod content;
pub mod cors;
pub mod delivery;
pub mod dependencies;
pub mod dropbox;
pub mod dropbox_calls;
pub mod egress;
mod error_chain;
pub mod events;
pub mod files;
mod hex;
pub mod integers;
pub mod linking;
pub mod members;
pub mod metrics;
pub mod model;
pub mod query;
pub mod queue;
pub mod representation;
pub mod request_log;
pub mod seal;
pub mod secure;
pub mod serve;
pub mod store;
pub mod telemetry;
mod tls;
pub mod tokens;
pub mod trace;
pub mod users;
pub mod workflows;
