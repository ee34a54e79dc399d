//! Syncing: changes in the account reach the log, the items, the bucket and the bus.

use std::collections::BTreeSet;

use shared::model::{Content, NotFetched};
use tests::World;

const FIRST: &str = "first@example.com";

fn owned(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(word, path)| ((*word).to_owned(), (*path).to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_mirrors_everything() {
    let world = World::new().await;
    world.write(FIRST, "a/b/c/deep.txt", b"deep");
    world.write(FIRST, "empty", b"");
    world.write(FIRST, "Größe & 日本語.txt", "ünï".as_bytes());
    world.write(FIRST, "large.bin", &vec![1; 9_000_000]);
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
    assert_eq!(world.items(connection).await.len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_told_apart() {
    let world = World::new().await;
    world.write(FIRST, "a.txt", b"one");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    world.write(FIRST, "a.txt", b"two");
    world.settled().await;
    world.rename(FIRST, "a.txt", "B.txt");
    world.settled().await;
    world.remove(FIRST, "B.txt");
    world.settled().await;
    let expected =
        owned(&[("created", "/a.txt"), ("updated", "/a.txt"), ("moved", "/b.txt"), ("deleted", "/b.txt")]);
    assert_eq!(world.changes_after(connection, 0).await, expected);
    world.assert_mirrors(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_folder_moves_what_is_in_it_and_fetches_nothing() {
    let world = World::new().await;
    world.write(FIRST, "old/one.txt", b"one");
    world.write(FIRST, "old/sub/two.txt", b"two");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let downloads = world.stack.dropbox.calls()["files/download"];
    world.rename(FIRST, "old", "new");
    world.settled().await;
    let moved: BTreeSet<_> = world.changes_after(connection, 4).await.into_iter().collect();
    let expected = set_of(&[
        ("moved", "/new"),
        ("moved", "/new/one.txt"),
        ("moved", "/new/sub"),
        ("moved", "/new/sub/two.txt"),
    ]);
    assert_eq!(moved, expected);
    assert_eq!(world.stack.dropbox.calls()["files/download"], downloads);
    world.assert_mirrors(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_folder_takes_what_is_in_it_along() {
    let world = World::new().await;
    world.write(FIRST, "gone/one.txt", b"one");
    world.write(FIRST, "gone/sub/two.txt", b"two");
    world.write(FIRST, "gone too.txt", b"stays");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    world.remove(FIRST, "gone");
    world.settled().await;
    let expected = owned(&[
        ("deleted", "/gone"),
        ("deleted", "/gone/one.txt"),
        ("deleted", "/gone/sub"),
        ("deleted", "/gone/sub/two.txt"),
    ]);
    assert_eq!(world.changes_after(connection, 5).await, expected);
    world.assert_mirrors(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_place_of_a_folder_and_back() {
    let world = World::new().await;
    world.write(FIRST, "x/inside.txt", b"inside");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    world.remove(FIRST, "x");
    world.write(FIRST, "x", b"a file now");
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
    world.remove(FIRST, "x");
    world.write(FIRST, "x/inside.txt", b"inside again");
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_while_it_is_down_is_seen_after_the_start() {
    let world = World::new().await;
    world.write(FIRST, "kept.txt", b"kept");
    world.write(FIRST, "old name.txt", b"the same");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let directory = world.directory(FIRST);
    let world = world
        .restarted(|| {
            std::fs::rename(directory.join("old name.txt"), directory.join("new name.txt")).unwrap();
            std::fs::write(directory.join("new.txt"), b"new").unwrap();
        })
        .await;
    world.settled().await;
    let changes: BTreeSet<_> = world.changes_after(connection, 2).await.into_iter().collect();
    assert_eq!(changes, set_of(&[("moved", "/new name.txt"), ("created", "/new.txt")]));
    assert_eq!(world.first_app("u").names().await, ["kept.txt", "new name.txt", "new.txt"]);
    world.assert_mirrors(connection, FIRST).await;
}

fn set_of(all: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    owned(all).into_iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_over_the_limit_are_skipped_with_the_reason() {
    let world = World::with_limit(10).await;
    world.write(FIRST, "small", b"0123456789");
    world.write(FIRST, "big", b"0123456789x");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let items = world.items(connection).await;
    let content = |path: &str| {
        items.iter().find(|item| item.metadata.path_lower == path).map(|item| item.content.clone())
    };
    assert!(matches!(content("/small"), Some(Content::Ready { .. })));
    assert!(matches!(content("/big"), Some(Content::Skipped { reason: NotFetched::TooLarge, .. })));
    world.assert_mirrors(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_on_the_bus_under_its_number_alone() {
    let world = World::new().await;
    world.write(FIRST, "a.txt", b"a");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    world.write(FIRST, "b.txt", b"b");
    world.settled().await;
    let log = world.log(connection).await;
    let events = world.events().await;
    for change in &log {
        let id = format!("{connection}:{}", change.number);
        let said: Vec<_> = events.iter().filter(|event| event.id == id).collect();
        assert!(!said.is_empty(), "{id} was not published");
        for event in said {
            assert_eq!(event.detail["item"]["id"], change.item.id.as_str());
            assert_eq!(event.detail["number"], change.number);
        }
    }
    let ready = events.iter().filter(|event| event.detail_type == "File Ready").count();
    assert_eq!(ready, 2);
    let listed = events.iter().filter(|event| event.detail_type == "Listed").count();
    assert_eq!(listed, 1);
}
