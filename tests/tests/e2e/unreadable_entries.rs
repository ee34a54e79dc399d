//! T5: unreadable entries do not affect other entries, and no item is deleted because of one.

use fake_dropbox::listings::{Damage, Defects, Unreadable};
use serde_json::{Value, json};
use shared::{metrics::Metric, model::ConnectionId};
use tests::World;

const FIRST: &str = "first@example.com";

fn damages() -> [Damage; 8] {
    let field = |field: &str| field.to_owned();
    [
        Damage::Replaced { by: Value::Null },
        Damage::Replaced { by: json!([[7]]) },
        Damage::Without { field: field("id") },
        Damage::With { field: field("size"), value: json!(-1) },
        Damage::With { field: field("path_lower"), value: json!(format!("/{}", "x".repeat(500_000))) },
        Damage::LoneSurrogate { field: field("name") },
        Damage::InvalidUtf8 { field: field("path_display") },
        Damage::Raw { text: r#"{".tag": "file", "name": "b", "name": "b", "id": "id:b"}"#.to_owned() },
    ]
}

fn damage(world: &World, unreadable: Unreadable) {
    let defects = Defects { unreadable: vec![unreadable], ..Defects::default() };
    world.stack.dropbox.listings(FIRST).set(defects);
}

fn counted(world: &World) -> u64 {
    let project = world.stack.projects[0].project.id;
    world.stack.machine.metrics.of_project(project, Metric::EntriesUnreadable).unwrap_or_default()
}

async fn world() -> World {
    let world = World::new().await;
    ["a", "b", "c"].iter().for_each(|name| world.write(FIRST, name, name.as_bytes()));
    world
}

async fn synced() -> (World, ConnectionId) {
    let world = world().await;
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    (world, connection)
}

fn numbers(report: &Value) -> [u64; 4] {
    ["unreadable", "created", "updated", "deleted"].map(|name| report[name].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_leaves_an_unreadable_entry_to_the_resync() {
    let world = world().await;
    damage(&world, Unreadable::at("/b", damages()[0].clone()));
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    assert_eq!(world.paths(connection).await, ["/a", "/c"]);
    // A listing that begins again finds it again.
    assert!(counted(&world) >= 1);
    world.stack.dropbox.listings(FIRST).clear();
    assert_eq!(numbers(&world.resynced(connection).await), [0, 1, 0, 0]);
    world.mirrored(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_beside_an_unreadable_one_are_told_and_the_cursor_moves_on() {
    let (world, connection) = synced().await;
    for (round, strange) in damages().into_iter().enumerate() {
        let shown = format!("{strange:?}").chars().take(80).collect::<String>();
        damage(&world, Unreadable::at("/b", strange));
        for name in ["a", "b", "c"] {
            world.write(FIRST, name, format!("{name}{round}").as_bytes());
        }
        world.settled().await;
        let last = |path: &str, log: &[shared::model::Change]| {
            log.iter().rfind(|change| change.item.path_lower == path).unwrap().item.content_hash.clone()
        };
        let log = world.log(connection).await;
        assert_eq!(log.len(), 3 + round * 3 + 2, "{shown}");
        // The resync looks the item up by its id, or finds that it differs; that response is readable.
        let before = last("/b", &log);
        let report = world.resynced(connection).await;
        assert_eq!(numbers(&report), [1, 0, 1, 0], "{shown}: {report}");
        assert_ne!(last("/b", &world.log(connection).await), before);
        world.mirrored(connection, FIRST).await;
    }
    assert!(counted(&world) >= 2 * damages().len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_gone_where_no_entry_can_be_read() {
    let (world, connection) = synced().await;
    let log = world.log(connection).await;
    for strange in damages() {
        damage(&world, Unreadable::each(1, strange));
        assert_eq!(numbers(&world.resynced(connection).await), [3, 0, 0, 0]);
    }
    assert_eq!(world.log(connection).await, log);
    // An item that is missing by its id is deleted all the same.
    world.remove(FIRST, "b");
    world.settled().await;
    let report = world.resynced(connection).await;
    assert_eq!(report["unreadable"], 2, "{report}");
    assert_eq!(world.paths(connection).await, ["/a", "/c"]);
}
