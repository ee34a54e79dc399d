//! The API of Carbon's clients (`carbon-connect` and the SDKs), on the store and the engine that are there.
//!
//! A connection is what they call a data source, an item a file. Their paths name no project: the API key does, or a token
//! that `access_token` has issued. Every body is read completely before anything is changed; what is wrong in it is named
//! by its place and never repeated, since `carbon-connect` writes errors into a page as they come.

mod access_token;
mod answer;
mod api;
mod choosing;
mod connecting;
mod data_sources;
mod fields;
mod files;
mod format;
mod ids;
mod organization;
mod paging;
mod request;
mod routes;
mod tag_filter;
mod token_of_deleted;
mod users;
mod white_labeling;
mod who_am_i;

pub use api::{CarbonApi, handle};
