//! What Carbon's clients ask.

mod access;
mod choosing;
mod connecting;
mod data_sources;
mod deletions;
mod file_refusals;
mod file_tags;
mod files;
mod large_lists;
mod limits;
mod organization;
mod stage;
mod tokens;
mod users;

use tests::{CarbonClient, World};

const FIRST: &str = "first@example.com";

/// The first project's server, asking for `user` as Carbon's SDKs do.
fn server(world: &World, user: &str) -> CarbonClient {
    CarbonClient::server(world.stack.url(), &world.first_app(user))
}

/// The second project's server, asking for `user`.
fn other_server(world: &World, user: &str) -> CarbonClient {
    CarbonClient::server(world.stack.url(), &world.second_app(user))
}
