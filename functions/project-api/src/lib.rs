//! The API of a project as a whole: its settings, its API keys, its users.
//!
//! Only the project's server may ask, with its API key, and for no user in particular. Of all functions this one alone may
//! write a project's row and API keys, so it does nothing else.

mod answer;
mod api;
mod body;
mod keys;
mod routes;
mod settings;
mod users;

pub use api::{ProjectApi, handle};
