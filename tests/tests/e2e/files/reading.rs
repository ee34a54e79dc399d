//! Reading files and changes from outside.

use contracts::samples;
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::{
    model::{
        Change, ChangeKind, Clock, ConnectionId, Content, ContentKey, Head, ItemId, Metadata, Rev, Segment,
        SystemClock,
    },
    store::{Commit, LogWriter},
};
use tests::{App, World};

use super::{FIRST, reader::Reader};

async fn synced(files: u32) -> (World, App, ConnectionId) {
    let world = World::new().await;
    (1..=files).for_each(|number| world.write(FIRST, &format!("Folder/{number}.txt"), &number.to_be_bytes()));
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    (world, app, connection)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_changes_alone_rebuild_the_tree() {
    let (world, app, connection) = synced(7).await;
    world.rename(FIRST, "Folder", "Other");
    world.settled().await;
    world.remove(FIRST, "Other/3.txt");
    world.write(FIRST, "Other/4.txt", b"four");
    world.settled().await;
    let mut reader = Reader::default();
    reader.replay(&app, connection, 0).await;
    assert_eq!(reader.tree(), world.item_tree(connection).await);
    world.assert_mirrors(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_read_while_files_change_and_the_changes_after_it_rebuild_the_tree() {
    let (world, app, connection) = synced(520).await;
    let mut reader = Reader::default();
    let (number, cursor) = reader.read_page(&app, connection, None).await;
    assert_eq!((number, reader.count()), (521, 500));
    for deleted in 1..=40 {
        world.remove(FIRST, &format!("Folder/{deleted}.txt"));
    }
    for moved in 41..=80 {
        world.rename(FIRST, &format!("Folder/{moved}.txt"), &format!("{moved}.txt"));
    }
    (521..=560_u32).for_each(|late| world.write(FIRST, &format!("Folder/{late}.txt"), &late.to_be_bytes()));
    world.settled().await;
    let (same, end) = reader.read_page(&app, connection, cursor.as_deref()).await;
    assert_eq!((same, end), (number, None));
    assert_ne!(reader.tree(), world.item_tree(connection).await, "nothing changed meanwhile");
    reader.replay(&app, connection, number).await;
    assert_eq!(reader.tree(), world.item_tree(connection).await);
    let mut later = Reader::default();
    let number = later.read_all(&app, connection).await;
    assert_eq!((number, later.tree()), (world.log(connection).await.len() as u64, reader.tree()));
    world.assert_mirrors(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_says_where_its_bytes_are_and_why_there_are_none() {
    let world = World::with_limit(5).await;
    world.write(FIRST, "Small.txt", b"small");
    world.write(FIRST, "large.txt", b"larger");
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let files = app.get(&format!("connections/{connection}/files")).await.body["files"].clone();
    let file =
        |path: &str| files.as_array().unwrap().iter().find(|file| file["path"] == path).unwrap().clone();
    let small = file("/Small.txt");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (id, rev) = (ItemId::from(text(&small["id"])), Rev::from(text(&small["rev"])));
    let key = ContentKey::new(app.project, connection, &id, &rev);
    assert_eq!(small["content"]["key"], key.as_str());
    assert_eq!(std::fs::read(world.stack.machine.content.path(&key).unwrap()).unwrap(), b"small");
    assert_eq!((&small["size"], &small["path_lower"]), (&json!(5), &json!("/small.txt")));
    let large = file("/large.txt")["content"].clone();
    assert_eq!(
        (&large["state"], &large["reason"], &large["key"]),
        (&json!("skipped"), &json!("too_large"), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_applied_yet_is_not_told() {
    let (world, app, connection) = synced(1).await;
    let store = world.stack.store();
    let before = samples::taken_head(store.as_ref(), connection).await.unwrap();
    let item: Metadata = world.items(connection).await.remove(0).metadata;
    let kind = ChangeKind::Created { content: Content::None };
    let change = Change { number: before.next(), kind, item, drops: None, created: None };
    let commit = Commit {
        after: Head { head: change.number, ..before.clone() },
        segment: Segment { changes: vec![change] },
        ..Commit::default()
    };
    store.commit(connection, &before, &commit, SystemClock.now()).await.unwrap();
    let changes = app.get(&format!("connections/{connection}/changes?after={}", before.head)).await.body;
    assert_eq!(changes, json!({"changes": [], "next": before.head, "head": before.head}));
    let log = app.details(connection).await["log"].clone();
    assert_eq!(log, json!({"head": before.head + 1, "applied": before.head, "live": true}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_comes_too_late_starts_from_the_files() {
    let (world, app, connection) = synced(2).await;
    forget_log(&world, connection).await;
    let late = app.get(&format!("connections/{connection}/changes")).await;
    assert_eq!((late.status, late.code()), (StatusCode::GONE, "changes_expired"));
    assert_eq!(late.body["snapshot"], 3);
    let mut reader = Reader::default();
    let number = reader.read_all(&app, connection).await;
    world.write(FIRST, "late.txt", b"late");
    world.settled().await;
    reader.replay(&app, connection, number).await;
    assert_eq!(reader.tree(), world.item_tree(connection).await);
    // A reader cannot be ahead of the log; one that claims so gets the end of the log.
    let ahead = app.get(&format!("connections/{connection}/changes?after={}", u64::MAX)).await.body;
    assert_eq!(ahead, json!({"changes": [], "next": u64::MAX, "head": 4}));
}

/// Deletes the log's segments, as DynamoDB does after 90 days.
async fn forget_log(world: &World, connection: ConnectionId) {
    let client = world.stack.machine.dynamo.client();
    let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    let pk = text(&format!("log#{connection}"));
    let rows = client.query().table_name("dropline").key_condition_expression("pk = :pk");
    let rows = rows.expression_attribute_values(":pk", pk.clone()).send().await.unwrap();
    for row in rows.items() {
        let row =
            client.delete_item().table_name("dropline").key("pk", pk.clone()).key("sk", row["sk"].clone());
        row.send().await.unwrap();
    }
}
