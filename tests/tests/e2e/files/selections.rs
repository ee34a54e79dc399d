//! Selections: only what is selected comes, and it is followed.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::model::{Change, ChangeKind, ConnectionId, ContentKey, Removal};
use tests::{App, World};

use super::{FIRST, count, paths, unselected};

/// An account with two folders, connected, with nothing selected.
async fn two_folders() -> (World, App, ConnectionId) {
    let world = unselected().await;
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

async fn select(world: &World, app: &App, connection: ConnectionId, path: &str) -> String {
    let id = app.dropbox_id(path).await;
    let answer = app.select(connection, &id).await;
    assert_eq!((answer.status, &answer.body["target"]), (StatusCode::ACCEPTED, &json!(id)));
    world.settled().await;
    id
}

async fn deselect(world: &World, app: &App, connection: ConnectionId, target: &str) {
    let answer = app.deselect(connection, target).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    assert_eq!(answer.body, json!({"target": target, "state": "unwanted"}));
    world.settled().await;
}

async fn states(app: &App, connection: ConnectionId) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let details = app.details(connection).await;
    let selections = details["selections"].as_array().unwrap().clone();
    selections.iter().map(|one| (text(&one["target"]), text(&one["state"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_selected_folder_comes_and_it_is_followed() {
    let (world, app, connection) = two_folders().await;
    let id = select(&world, &app, connection, "/a").await;
    assert_eq!(paths(&world, connection).await, ["/a", "/a/one.txt", "/a/sub", "/a/sub/two.txt"]);
    assert_eq!(states(&app, connection).await, [(id.clone(), "held".to_owned())]);
    world.write(FIRST, "a/late.txt", b"late");
    world.write(FIRST, "b/other.txt", b"other");
    world.settled().await;
    let before = world.log(connection).await.len();
    assert_eq!(before, 5, "a file beside the selection is none of it");
    world.rename(FIRST, "a", "c");
    world.settled().await;
    let moved: BTreeSet<_> = world.news(connection, before).await.into_iter().collect();
    let expected = ["/c", "/c/late.txt", "/c/one.txt", "/c/sub", "/c/sub/two.txt"];
    assert_eq!(moved, expected.map(|path| ("moved".to_owned(), path.to_owned())).into());
    world.write(FIRST, "c/after.txt", b"after");
    world.settled().await;
    assert!(paths(&world, connection).await.contains(&"/c/after.txt".to_owned()));
    world.assert_bytes(connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moves_out_of_a_selection_is_removed_and_what_moves_in_comes() {
    let (world, app, connection) = two_folders().await;
    select(&world, &app, connection, "/a").await;
    world.rename(FIRST, "a/one.txt", "b/one.txt");
    world.rename(FIRST, "b/three.txt", "a/three.txt");
    world.settled().await;
    assert_eq!(paths(&world, connection).await, ["/a", "/a/sub", "/a/sub/two.txt", "/a/three.txt"]);
    let log = world.log(connection).await;
    let gone = log.iter().find(|change| matches!(change.kind, ChangeKind::Deleted { .. })).unwrap();
    assert_eq!(gone.kind, ChangeKind::Deleted { why: Removal::MovedOut });
    world.assert_bytes(connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_selections_give_one_item_and_keep_it_until_the_last_goes() {
    let (world, app, connection) = two_folders().await;
    let outer = select(&world, &app, connection, "/a").await;
    let inner = select(&world, &app, connection, "/a/sub").await;
    assert_eq!(world.log(connection).await.len(), 4, "nothing is created twice");
    deselect(&world, &app, connection, &outer).await;
    assert_eq!(paths(&world, connection).await, ["/a/sub", "/a/sub/two.txt"]);
    assert_eq!(states(&app, connection).await, [(inner.clone(), "held".to_owned())]);
    assert_eq!((count(&world, "File Removed").await, count(&world, "Folder Removed").await), (1, 1));
    let removed = world.log(connection).await.split_off(4);
    assert!(removed.iter().all(is_deselection), "{removed:?}");
    world.assert_bytes(connection).await;
    deselect(&world, &app, connection, &inner).await;
    assert!(paths(&world, connection).await.is_empty() && states(&app, connection).await.is_empty());
    assert_no_bytes(&world, &app, connection).await;
}

fn is_deselection(change: &Change) -> bool {
    change.kind == ChangeKind::Deleted { why: Removal::Deselected }
}

/// Nothing that the log ever named lies in the bucket.
async fn assert_no_bytes(world: &World, app: &App, connection: ConnectionId) {
    for change in world.log(connection).await {
        let Some(rev) = change.item.rev else { continue };
        let key = ContentKey::new(app.project, connection, &change.item.id, &rev);
        assert!(!world.stack.machine.content.path(&key).unwrap().exists(), "{}", change.item.path_lower);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selected_file_comes_alone_and_is_followed() {
    let (world, app, connection) = two_folders().await;
    select(&world, &app, connection, "/a/one.txt").await;
    assert_eq!(paths(&world, connection).await, ["/a/one.txt"]);
    world.write(FIRST, "a/one.txt", b"one, again");
    world.settled().await;
    world.rename(FIRST, "a/one.txt", "b/uno.txt");
    world.settled().await;
    let words: Vec<_> = world.news(connection, 0).await.into_iter().map(|(word, _)| word).collect();
    assert_eq!(words, ["created", "updated", "moved"]);
    assert_eq!(paths(&world, connection).await, ["/b/uno.txt"]);
    world.assert_bytes(connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dropbox_does_not_know_is_missing_and_can_be_given_up() {
    let (world, app, connection) = two_folders().await;
    assert_eq!(app.select(connection, "id:AAAAAAAAAAAAAAAAAAAAAA").await.status, StatusCode::ACCEPTED);
    world.settled().await;
    let id = "id:AAAAAAAAAAAAAAAAAAAAAA".to_owned();
    assert_eq!(states(&app, connection).await, [(id.clone(), "missing".to_owned())]);
    assert_eq!(count(&world, "Selection Missing").await, 1);
    deselect(&world, &app, connection, &id).await;
    assert!(states(&app, connection).await.is_empty());
    let again = app.deselect(connection, &id).await;
    assert_eq!((again.status, again.code()), (StatusCode::NOT_FOUND, "selection_not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_account_is_a_selection_like_another() {
    let (world, app, connection) = two_folders().await;
    let folder = select(&world, &app, connection, "/b").await;
    assert_eq!(app.select(connection, "everything").await.status, StatusCode::ACCEPTED);
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
    deselect(&world, &app, connection, "everything").await;
    assert_eq!(paths(&world, connection).await, ["/b", "/b/three.txt"]);
    assert_eq!(states(&app, connection).await, [(folder, "held".to_owned())]);
    assert_eq!(app.select(connection, "everything").await.status, StatusCode::ACCEPTED);
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn selecting_again_is_no_news_and_takes_a_deselection_back() {
    let (world, app, connection) = two_folders().await;
    let id = select(&world, &app, connection, "/a").await;
    let log = world.log(connection).await;
    assert_eq!(app.select(connection, &id.replace(':', "%3A")).await.body["state"], "held");
    world.settled().await;
    assert_eq!(world.log(connection).await, log);
    // The three follow one another faster than any walk.
    app.deselect(connection, &id).await;
    app.select(connection, &id).await;
    world.settled().await;
    assert_eq!(states(&app, connection).await, [(id, "held".to_owned())]);
    assert_eq!(paths(&world, connection).await, ["/a", "/a/one.txt", "/a/sub", "/a/sub/two.txt"]);
    world.assert_bytes(connection).await;
}
