//! Selections: made, made again, and removed.

use reqwest::StatusCode;
use shared::model::{Change, ChangeKind, ConnectionId, ContentKey, Removal};
use tests::{App, World};

use super::{FIRST, count, deselect, paths, select, states, two_folders};

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

/// Asserts that the bucket contains no revision that the log ever named.
async fn assert_no_bytes(world: &World, app: &App, connection: ConnectionId) {
    for change in world.log(connection).await {
        let Some(rev) = change.item.rev else { continue };
        let key = ContentKey::new(app.project, connection, &change.item.id, &rev);
        assert!(!world.stack.machine.content.path(&key).unwrap().exists(), "{}", change.item.path_lower);
    }
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
    // The three requests follow one another faster than any walk.
    app.deselect(connection, &id).await;
    app.select(connection, &id).await;
    world.settled().await;
    assert_eq!(states(&app, connection).await, [(id, "held".to_owned())]);
    assert_eq!(paths(&world, connection).await, ["/a", "/a/one.txt", "/a/sub", "/a/sub/two.txt"]);
    world.assert_bytes(connection).await;
}
