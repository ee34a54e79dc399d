//! State that survives a restart.

use std::fs;

use serde_json::json;

use crate::world::{APP, FIRST, SECRET, World, brief};

#[tokio::test]
async fn ids_tokens_and_cursors_survive() {
    let world = World::start().await;
    world.write("d/a", "1");
    world.write("d/b", "1");
    world.rescan().await;
    let answer = world.connect_to(APP, SECRET, FIRST).await;
    let owner = world.session(&answer);
    let (before, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    let first = owner.call("files/list_folder", json!({"path": "", "recursive": true, "limit": 1})).await;
    let world = world.restart(|_| {}).await;
    let owner = world.session(&answer);
    assert_eq!(owner.list(json!({"path": "", "recursive": true})).await.0, before);
    assert!(owner.since(&cursor).await.0.is_empty());
    let rest = owner.since(first["cursor"].as_str().unwrap()).await.0;
    assert_eq!(rest, before[1..]);
}

#[tokio::test]
async fn what_happened_meanwhile_is_told_as_if_it_were_seen() {
    let world = World::start().await;
    world.write("d/a", "1");
    world.write("d/b", "1");
    world.write("e", "1");
    world.rescan().await;
    let answer = world.connect_to(APP, SECRET, FIRST).await;
    let owner = world.session(&answer);
    let (_, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    let (folder, file) = (owner.metadata("/d").await, owner.metadata("/d/a").await);
    let moved = |folder: &std::path::Path| {
        let at = |path: &str| folder.join(FIRST).join(path);
        fs::rename(at("d"), at("moved")).unwrap();
        fs::rename(at("moved/a"), at("a")).unwrap();
        fs::write(at("e"), "edited").unwrap();
    };
    let world = world.restart(moved).await;
    let owner = world.session(&answer);
    assert_eq!(owner.metadata("/moved").await["id"], folder["id"]);
    assert_eq!(owner.metadata("/a").await["id"], file["id"]);
    assert_eq!(owner.metadata("/a").await["rev"], file["rev"]);
    let mut changes = brief(&owner.since(&cursor).await.0);
    changes.sort();
    assert_eq!(changes.first().unwrap(), "deleted /d");
    assert!(changes.ends_with(&["file /a", "file /e", "file /moved/b", "folder /moved"].map(String::from)));
}

#[tokio::test]
async fn a_cursor_of_a_deleted_database_is_to_be_given_up() {
    let world = World::start().await;
    let owner = world.connect().await;
    let (_, cursor) = owner.list(json!({"path": ""})).await;
    let world = world.restart(|folder| fs::remove_dir_all(folder.join("data")).unwrap()).await;
    let owner = world.connect().await;
    assert_eq!(owner.refusal("files/list_folder/continue", json!({"cursor": cursor})).await, "reset/");
}
