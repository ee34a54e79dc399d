//! API for Carbon's clients (`carbon-connect` and the SDKs), on top of Dropline's own store and sync.
//!
//! Their data source is a connection, and their file an item. Their paths name no project: the API key does,
//! or a token that `access_token` has issued. Every body is read completely before anything is changed.
//! Errors name the place in the body and never repeat its content, because `carbon-connect` writes them into
//! a page unescaped.

mod access_token;
mod answer;
mod api;
mod caller;
mod choosing;
mod connecting;
mod data_sources;
mod fields;
mod files;
mod format;
mod organization;
mod paging;
mod request;
mod routes;
mod store;
mod tag_filter;
mod token_of_deleted;
mod users;
mod webhooks;
mod white_labeling;
mod who_am_i;

pub use api::{CarbonApi, handle};
use shared::integers as ids;
pub use store::Store;
