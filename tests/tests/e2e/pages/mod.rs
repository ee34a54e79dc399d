//! The pages on which users choose, look and leave, as a browser without script sees them.

mod choosing;
mod ending;
mod looking;
mod sessions;
mod visitor;

use serde_json::{Value, json};
use shared::model::ConnectionId;
use tests::{App, World};

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";

/// A world whose users choose what is synced, with some files in the first account.
async fn world() -> World {
    let world = World::with_settings(|settings| {
        settings.select_everything = false;
        settings.max_file_bytes = 1_000;
    })
    .await;
    world.write(FIRST, "Clients/Signed/one.txt", b"one");
    world.write(FIRST, "Clients/Signed/two.txt", b"two");
    world.write(FIRST, "Clients/Drafts/draft.md", b"draft");
    world.write(FIRST, "Clients/large.bin", &[0; 1_001]);
    world.write(FIRST, "readme.md", b"readme");
    world.settled().await;
    world
}

/// Returns the names of what a connection has selected, in order.
async fn selected(app: &App, world: &World, connection: &Value) -> Vec<String> {
    let id: ConnectionId = connection.as_str().unwrap().parse().unwrap();
    let details = app.details(id).await;
    let items = world.items(id).await;
    let mut names: Vec<String> = details["selections"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|selection| selection["state"] != "unwanted")
        .map(|selection| {
            let target = &selection["target"];
            let item = items
                .iter()
                .find(|item| json!(item.metadata.id) == target["id"] || json!(item.metadata.id) == *target);
            item.map_or_else(|| target.to_string(), |item| item.metadata.path_display.clone())
        })
        .collect();
    names.sort();
    names
}
