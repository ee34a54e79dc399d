//! What a project's server asks about its users' connections.

mod deletions;
mod reader;
mod refusals;
mod resync;
mod selections;

use shared::model::ConnectionId;
use tests::World;

const FIRST: &str = "first@example.com";

/// A world in which a new connection selects nothing.
async fn unselected() -> World {
    World::with_settings(|settings| settings.select_everything = false).await
}

/// The lower-cased paths of all items, sorted.
async fn paths(world: &World, connection: ConnectionId) -> Vec<String> {
    world.item_tree(connection).await.into_keys().collect()
}

/// How many events of a kind were published.
async fn count(world: &World, detail_type: &str) -> usize {
    world.events().await.iter().filter(|event| event.detail_type == detail_type).count()
}
