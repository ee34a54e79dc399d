//! The API of a project as a whole: its settings, its API keys and its users.
//!
//! Only the project's server may call it, with its API key and for no particular user. This is the only
//! function that may write a project's row and API keys, so it does nothing else.

mod api;
mod keys;
mod routes;
mod settings;
mod store;
mod users;

pub use api::{ProjectApi, handle};
pub use store::Store;
