//! API for Carbon's clients.

mod access;
mod choosing;
mod connecting;
mod data_sources;
mod deletions;
mod file_refusals;
mod file_tags;
mod files;
mod fixture;
mod large_lists;
mod limits;
mod organization;
mod statuses;
mod tokens;
mod users;
mod webhooks;

use serde_json::Value;
use shared::model::Timestamp;
use tests::{CarbonClient, World};

const FIRST: &str = "first@example.com";

/// Returns the first project's server, calling for `user` as Carbon's SDKs do.
fn server(world: &World, user: &str) -> CarbonClient {
    CarbonClient::server(world.stack.url(), &world.first_app(user))
}

/// Returns a time of an answer. As texts times cannot be compared: `.8Z` would be after `.89Z`.
fn time(text: &Value) -> Option<Timestamp> {
    Timestamp::parse(text.as_str()?)
}

/// Returns the second project's server, calling for `user`.
fn other_server(world: &World, user: &str) -> CarbonClient {
    CarbonClient::server(world.stack.url(), &world.second_app(user))
}
