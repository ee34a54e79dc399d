//! A project's server reading and changing its users' connections.

mod deletions;
mod following;
mod reader;
mod reading;
mod refusals;
mod resync;
mod selections;
mod single;
mod symlinks;

use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::model::ConnectionId;
use tests::{App, World};

const FIRST: &str = "first@example.com";

/// Returns the lower-cased paths of all items, sorted.
async fn paths(world: &World, connection: ConnectionId) -> Vec<String> {
    world.item_tree(connection).await.into_keys().collect()
}

/// Returns the number of published events of a kind.
async fn count(world: &World, detail_type: &str) -> usize {
    world.events().await.iter().filter(|event| event.detail_type == detail_type).count()
}

/// Creates a connected account with two folders, without any selection.
async fn two_folders() -> (World, App, ConnectionId) {
    let world = World::with_settings(|settings| settings.select_everything = false).await;
    world.write(FIRST, "a/one.txt", b"one");
    world.write(FIRST, "a/sub/two.txt", b"two");
    world.write(FIRST, "b/three.txt", b"three");
    world.settled().await;
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    assert!(paths(&world, connection).await.is_empty());
    (world, app, connection)
}

/// Selects the file or folder at a path. Returns its id.
async fn select(world: &World, app: &App, connection: ConnectionId, path: &str) -> String {
    let id = app.dropbox_id(path).await;
    let answer = app.select(connection, &id).await;
    assert_eq!((answer.status, &answer.body["target"]), (StatusCode::ACCEPTED, &json!(id)));
    world.settled().await;
    id
}

/// Removes a selection.
async fn deselect(world: &World, app: &App, connection: ConnectionId, target: &str) {
    let answer = app.deselect(connection, target).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    assert_eq!(answer.body, json!({"target": target, "state": "unwanted"}));
    world.settled().await;
}

/// Returns the selections with their states.
async fn states(app: &App, connection: ConnectionId) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let details = app.details(connection).await;
    let selections = details["selections"].as_array().unwrap().clone();
    selections.iter().map(|one| (text(&one["target"]), text(&one["state"]))).collect()
}
