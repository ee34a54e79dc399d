//! T12: names of which only the case changed, which Dropbox does not report as a change: a resync finds them.

use std::collections::BTreeMap;

use shared::model::ConnectionId;
use tests::World;

const FIRST: &str = "first@example.com";

/// Resyncs, and asserts that each item is reported once, as moved, and by the next resync not at all.
async fn assert_each_is_moved_once(world: &World, connection: ConnectionId, items: usize) {
    let before = world.log(connection).await.len();
    let report = world.resynced(connection).await;
    let told = world.log(connection).await.split_off(before);
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for change in &told {
        assert_eq!(change.kind.as_str(), "moved", "{change:?}");
        *times.entry(change.item.id.as_str()).or_default() += 1;
    }
    assert!(times.values().all(|times| *times == 1), "{told:?}");
    assert_eq!((times.len(), report["moved"].as_u64()), (items, Some(items as u64)));
    world.resynced(connection).await;
    assert_eq!(world.log(connection).await.len(), before + told.len());
}

async fn displayed(world: &World, connection: ConnectionId) -> Vec<String> {
    let items = world.items(connection).await.into_iter();
    let mut displayed: Vec<String> = items.map(|item| item.metadata.path_display).collect();
    displayed.sort();
    displayed
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_in_folders_move_what_is_in_them_once() {
    let world = World::new().await;
    ["docs/sub/in/a", "docs/sub/b", "docs/c", "other"].iter().for_each(|file| world.write(FIRST, file, b"1"));
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    world.rename(FIRST, "docs/sub/in", "docs/sub/In");
    world.rename(FIRST, "docs/sub", "docs/SUB");
    world.rename(FIRST, "docs", "Docs");
    world.settled().await;
    assert_each_is_moved_once(&world, connection, 6).await;
    let expected =
        ["/Docs", "/Docs/SUB", "/Docs/SUB/In", "/Docs/SUB/In/a", "/Docs/SUB/b", "/Docs/c", "/other"];
    assert_eq!(displayed(&world, connection).await, expected);
}

/// More items than are looked up one by one: a second listing reports them, in any order.
#[tokio::test(flavor = "multi_thread")]
async fn many_names_in_a_folder_move_once() {
    const FILES: usize = 520;
    // Limits the size, so that nothing is fetched.
    let world = World::with_limit(0).await;
    (0..FILES).for_each(|n| world.write(FIRST, &format!("docs/in/f{n}"), b"1"));
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    for n in 0..FILES {
        world.rename(FIRST, &format!("docs/in/f{n}"), &format!("docs/in/F{n}"));
    }
    world.rename(FIRST, "docs/in", "docs/IN");
    world.rename(FIRST, "docs", "DOCS");
    world.settled().await;
    assert_each_is_moved_once(&world, connection, FILES + 2).await;
    assert!(displayed(&world, connection).await.iter().all(|path| path.starts_with("/DOCS")));
}
