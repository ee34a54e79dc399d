//! Selections are followed, wherever they are moved.

use std::collections::BTreeSet;

use shared::model::{Change, ChangeKind, ConnectionId, Removal};
use tests::World;

use super::{FIRST, deselect, paths, select, states, two_folders};

/// Returns kind and path of the changes after `number`.
async fn changes_after(world: &World, connection: ConnectionId, number: usize) -> BTreeSet<(String, String)> {
    world.changes_after(connection, number).await.into_iter().collect()
}

fn all(word: &str, paths: &[&str]) -> BTreeSet<(String, String)> {
    paths.iter().map(|path| (word.to_owned(), (*path).to_owned())).collect()
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
    let moved = changes_after(&world, connection, before).await;
    let expected = ["/c", "/c/late.txt", "/c/one.txt", "/c/sub", "/c/sub/two.txt"];
    assert_eq!(moved, all("moved", &expected));
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
async fn a_selected_file_comes_alone_and_is_followed() {
    let (world, app, connection) = two_folders().await;
    select(&world, &app, connection, "/a/one.txt").await;
    assert_eq!(paths(&world, connection).await, ["/a/one.txt"]);
    world.write(FIRST, "a/one.txt", b"one, again");
    world.settled().await;
    world.rename(FIRST, "a/one.txt", "b/uno.txt");
    world.settled().await;
    let words: Vec<_> = world.changes_after(connection, 0).await.into_iter().map(|(word, _)| word).collect();
    assert_eq!(words, ["created", "updated", "moved"]);
    assert_eq!(paths(&world, connection).await, ["/b/uno.txt"]);
    world.assert_bytes(connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_move_in_and_out_with_what_is_in_them() {
    let (world, app, connection) = two_folders().await;
    select(&world, &app, connection, "/a").await;
    world.rename(FIRST, "b", "a/b");
    world.settled().await;
    assert_eq!(changes_after(&world, connection, 4).await, all("created", &["/a/b", "/a/b/three.txt"]));
    world.rename(FIRST, "a/sub", "sub");
    world.settled().await;
    let gone = world.log(connection).await.split_off(6);
    let moved_out = |change: &Change| change.kind == ChangeKind::Deleted { why: Removal::MovedOut };
    assert!(gone.len() == 2 && gone.iter().all(moved_out), "{gone:?}");
    world.assert_bytes(connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_follows_when_a_folder_above_it_is_renamed() {
    let (world, app, connection) = two_folders().await;
    let id = select(&world, &app, connection, "/a/sub").await;
    world.rename(FIRST, "a", "z");
    world.settled().await;
    assert_eq!(changes_after(&world, connection, 2).await, all("moved", &["/z/sub", "/z/sub/two.txt"]));
    assert_eq!(states(&app, connection).await, [(id, "held".to_owned())]);
    world.write(FIRST, "z/sub/late.txt", b"late");
    world.write(FIRST, "z/beside.txt", b"beside");
    world.settled().await;
    assert_eq!(paths(&world, connection).await, ["/z/sub", "/z/sub/late.txt", "/z/sub/two.txt"]);
    world.assert_bytes(connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_that_moves_into_another_is_held_by_both() {
    let (world, app, connection) = two_folders().await;
    let (outer, inner) =
        (select(&world, &app, connection, "/a").await, select(&world, &app, connection, "/b").await);
    world.rename(FIRST, "b", "a/b");
    world.settled().await;
    assert_eq!(changes_after(&world, connection, 6).await, all("moved", &["/a/b", "/a/b/three.txt"]));
    deselect(&world, &app, connection, &inner).await;
    assert_eq!(world.log(connection).await.len(), 8, "the other still holds it");
    app.select(connection, &inner).await;
    world.settled().await;
    deselect(&world, &app, connection, &outer).await;
    assert_eq!(paths(&world, connection).await, ["/a/b", "/a/b/three.txt"]);
    world.assert_bytes(connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selected_folder_that_is_deleted_takes_its_files_along() {
    let (world, app, connection) = two_folders().await;
    select(&world, &app, connection, "/a").await;
    select(&world, &app, connection, "/b").await;
    world.remove(FIRST, "a");
    world.settled().await;
    assert_eq!(paths(&world, connection).await, ["/b", "/b/three.txt"]);
    app.post(&format!("connections/{connection}/resync"), "").await;
    world.settled().await;
    let report = app.details(connection).await["last_resync"].clone();
    assert_eq!((&report["listed"], &report["agreed"], &report["deleted"]), (&2.into(), &2.into(), &0.into()));
    assert_eq!(paths(&world, connection).await, ["/b", "/b/three.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_up_one_of_two_equal_files_leaves_the_others_bytes() {
    let (world, app, connection) = two_folders().await;
    world.write(FIRST, "a/equal.txt", b"three");
    world.settled().await;
    let first = select(&world, &app, connection, "/b/three.txt").await;
    select(&world, &app, connection, "/a/equal.txt").await;
    deselect(&world, &app, connection, &first).await;
    assert_eq!(paths(&world, connection).await, ["/a/equal.txt"]);
    world.assert_bytes(connection).await;
}
