//! Dropbox's protocol: the calls that we make, and those that we receive.
//!
//! Types are tolerant: unknown fields and tags are ignored, and errors are grouped by what can be done about
//! them. Sources are the documentation of the Dropbox HTTP API, and the specification from which its SDKs are
//! generated (`dropbox-api-spec`).

mod account;
mod app;
mod argument;
mod client;
mod content;
mod content_hash;
mod entry;
mod error;
mod grant;
mod hosts;
mod http_client;
mod listing;
mod oauth;
mod refusal;
mod routes;
mod signature;
mod specification;
mod token_answer;
mod transport;
mod trouble;
mod writes;

pub use account::Account;
pub use app::{AppTerms, OauthApp, RedirectPath};
pub use argument::{ARGUMENT, header_safe};
pub use client::{Dropbox, PATH_ROOT, Session};
pub use content_hash::{BLOCK, ContentHasher};
pub use entry::{Entry, Unreadable};
pub use error::DropboxError;
pub use grant::{Grant, NotStored, UnstoredGrant};
pub use hosts::{Host, Hosts};
pub use http_client::{HttpClient, http_client};
pub use listing::{PAGE_LIMIT, Page};
pub use oauth::{AuthorizeRequest, Refreshed};
pub use refusal::Refusal;
pub use routes::{NoRoute, Route, Style};
pub use signature::WebhookSignature;
pub use transport::{LISTING_READ_TIMEOUT, LONGPOLL_READ_TIMEOUT, READ_TIMEOUT, Transport, TransportError};
