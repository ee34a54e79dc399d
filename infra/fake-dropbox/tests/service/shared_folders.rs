//! Folders that are shared between accounts.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::world::{APP, FIRST, SECOND, SECRET, Session, World, brief, eventually};

/// Creates a world in which the first account owns a folder that the second displays at another path.
async fn world() -> (World, String) {
    let world = World::start().await;
    world.write("Ours/d/a.txt", "a");
    world.write("private.txt", "p");
    world.rescan().await;
    let id = world.fake.mount(FIRST, "/ours", SECOND, "/From First").await.unwrap();
    (world, id)
}

async fn member(world: &World) -> Session<'_> {
    world.session(&world.connect_to(APP, SECRET, SECOND).await)
}

fn theirs(world: &World, path: &str) -> PathBuf {
    world.folder.path().join(SECOND).join(path)
}

const ALL: [&str; 3] = ["folder /From First", "folder /From First/d", "file /From First/d/a.txt"];

fn everything() -> Value {
    json!({"path": "", "recursive": true})
}

#[tokio::test]
async fn a_mounted_folder_is_listed_with_what_is_in_it() {
    let (world, id) = world().await;
    let member = member(&world).await;
    let (entries, _) = member.list(everything()).await;
    assert_eq!(brief(&entries), ALL);
    assert_eq!(entries[0]["sharing_info"], json!({"read_only": false, "shared_folder_id": id}));
    let inside = json!({"read_only": false, "parent_shared_folder_id": id});
    assert_eq!((&entries[1]["sharing_info"], &entries[2]["sharing_info"]), (&inside, &inside));
    let owner = world.connect().await;
    let mine = owner.metadata("/Ours/d/a.txt").await;
    assert_eq!((&mine["id"], &mine["sharing_info"]), (&entries[2]["id"], &inside));
    assert_eq!(owner.metadata("/Ours").await["shared_folder_id"], json!(id));
    assert_eq!(owner.metadata("/private.txt").await.get("sharing_info"), None);
    let one_by_one = member.list(json!({"path": "", "recursive": true, "limit": 1})).await.0;
    assert_eq!(one_by_one, entries);
    for (argument, expected) in [
        (json!({"path": ""}), &ALL[..1]),
        (json!({"path": "", "recursive": true, "include_mounted_folders": false}), &ALL[..1]),
        (json!({"path": "/from first"}), &ALL[1..2]),
        (json!({"path": "/from first", "recursive": true}), &ALL[1..]),
        (json!({"path": "/from first/d"}), &ALL[2..]),
        (json!({"path": format!("ns:{id}/d")}), &ALL[2..]),
    ] {
        assert_eq!(brief(&member.list(argument.clone()).await.0), expected, "{argument}");
    }
}

#[tokio::test]
async fn both_read_and_write_the_same_files() {
    let (world, _) = world().await;
    let (owner, member) = (world.connect().await, member(&world).await);
    assert_eq!(member.download("/From First/D/A.txt", &[]).await.text().await.unwrap(), "a");
    let put = member.put(json!({"path": "/From First/b.txt"}), "b").await;
    assert_eq!(put["path_display"], "/From First/b.txt");
    assert_eq!(owner.metadata("/Ours/b.txt").await["id"], put["id"]);
    assert_eq!(std::fs::read_to_string(world.at("Ours/b.txt")).unwrap(), "b");
    let moved = json!({"from_path": put["id"], "to_path": "/From First/d/c.txt"});
    let moved = member.call("files/move_v2", moved).await;
    assert_eq!(moved["metadata"]["path_display"], "/From First/d/c.txt");
    member.call("files/delete_v2", json!({"path": "/From First/d/c.txt"})).await;
    assert!(!world.at("Ours/d/c.txt").exists());
    let out = json!({"from_path": "/From First/d/a.txt", "to_path": "/mine.txt"});
    assert_eq!(member.refusal("files/move_v2", out).await, "cant_transfer_ownership/");
    assert_eq!(
        member.refusal("files/get_metadata", json!({"path": "/private.txt"})).await,
        "path/not_found/"
    );
    let private = owner.metadata("/private.txt").await["id"].clone();
    assert_eq!(member.refusal("files/get_metadata", json!({"path": private})).await, "path/not_found/");
}

#[tokio::test]
async fn changes_are_told_in_every_account() {
    let (world, _) = world().await;
    world.write("Ours/kept.txt", "1");
    world.rescan().await;
    let (owner, member) = (world.connect().await, member(&world).await);
    let (_, mine) = owner.list(everything()).await;
    let (_, theirs) = member.list(everything()).await;
    let latest = member.call("files/list_folder/get_latest_cursor", everything()).await;
    world.write("Ours/new.txt", "1");
    world.write("private too.txt", "1");
    std::fs::remove_dir_all(world.at("Ours/d")).unwrap();
    world.rescan().await;
    let mut told = brief(&owner.since(&mine).await.0);
    told.sort();
    assert_eq!(told, ["deleted /Ours/d", "file /Ours/new.txt", "file /private too.txt"]);
    for cursor in [&theirs, latest["cursor"].as_str().unwrap()] {
        let mut told = brief(&member.since(cursor).await.0);
        told.sort();
        assert_eq!(told, ["deleted /From First/d", "file /From First/new.txt"]);
    }
}

#[tokio::test]
async fn the_webhooks_of_every_account_are_called() {
    let (world, _) = world().await;
    let (hooks, url) = crate::webhooks::Receiver::start(&[]).await;
    member(&world).await;
    world.fake.register_webhook(APP, Some(url));
    world.write("private too.txt", "1");
    world.rescan().await;
    assert!(world.fake.is_quiet().await.unwrap(), "what is not shared does not concern the member");
    world.write("Ours/new.txt", "1");
    world.rescan().await;
    let told = hooks.got(1).await;
    assert_eq!(told[0]["list_folder"]["accounts"], json!([world.fake.account_id(SECOND)]));
}

#[tokio::test]
async fn an_unmounted_folder_is_deleted_for_the_member_only() {
    let (world, _) = world().await;
    let (owner, member) = (world.connect().await, member(&world).await);
    let (_, cursor) = member.list(everything()).await;
    world.fake.unmount(SECOND, "/from first").await.unwrap();
    let (entries, after) = member.since(&cursor).await;
    assert!(entries.iter().all(|entry| entry[".tag"] == "deleted" && entry["path_lower"] == "/from first"));
    assert!(!entries.is_empty() && !theirs(&world, "From First").exists());
    assert!(member.list(everything()).await.0.is_empty());
    assert_eq!(owner.download("/Ours/d/a.txt", &[]).await.text().await.unwrap(), "a");
    assert_eq!(owner.metadata("/Ours").await.get("sharing_info"), None);
    world.fake.mount(FIRST, "/Ours/d", SECOND, "/From First").await.unwrap();
    let again = ["folder /From First", "file /From First/a.txt"];
    assert_eq!(brief(&member.since(&after).await.0), again);
    let (entries, _) = member.since(&cursor).await;
    assert_eq!(brief(&entries), [&["deleted /From First"], &again[..]].concat(), "nothing old is kept");
}

#[tokio::test]
async fn a_mount_that_is_moved_takes_what_is_in_it_along() {
    let (world, _) = world().await;
    let member = member(&world).await;
    let (_, cursor) = member.list(everything()).await;
    member.call("files/move_v2", json!({"from_path": "/From First", "to_path": "/Moved"})).await;
    let told = brief(&member.since(&cursor).await.0);
    assert!(told.contains(&"deleted /From First".to_owned()));
    assert_eq!(told[told.len() - 3..], ["folder /Moved", "folder /Moved/d", "file /Moved/d/a.txt"]);
}

#[tokio::test]
async fn a_mount_whose_case_changes_is_told_no_more_than_any_folder() {
    let (world, _) = world().await;
    let member = member(&world).await;
    let (_, cursor) = member.list(everything()).await;
    std::fs::rename(theirs(&world, "From First"), theirs(&world, "FROM FIRST")).unwrap();
    world.fake.rescan(SECOND).await.unwrap();
    assert!(member.since(&cursor).await.0.is_empty());
    assert_eq!(member.metadata("/from first/d").await["path_display"], "/FROM FIRST/d");
}

#[tokio::test]
async fn a_mount_ends_with_its_folder_and_outlives_a_restart() {
    let (world, _) = world().await;
    let token = world.connect_to(APP, SECRET, SECOND).await;
    let world = world.restart(|_| {}).await;
    let member = world.session(&token);
    let (entries, cursor) = member.list(everything()).await;
    assert_eq!(brief(&entries), ALL);
    std::fs::remove_dir_all(world.at("Ours")).unwrap();
    world.rescan().await;
    let told = eventually("the end of the mount", || async {
        let (entries, _) = member.since(&cursor).await;
        Some(brief(&entries)).filter(|told| !told.is_empty())
    });
    assert!(told.await.iter().all(|told| told == "deleted /From First"));
    assert!(!theirs(&world, "From First").exists());
}

#[tokio::test]
async fn what_cannot_be_mounted() {
    let (world, _) = world().await;
    for (path, email, at) in [
        ("/none", SECOND, "/x"),
        ("/private.txt", SECOND, "/x"),
        ("/Ours", SECOND, "/From First"),
        ("/Ours", FIRST, "/x"),
        ("/Ours", "nobody", "/x"),
        ("/Ours", SECOND, "x"),
    ] {
        assert!(world.fake.mount(FIRST, path, email, at).await.is_err(), "{path} {at}");
    }
    assert!(world.fake.unmount(SECOND, "/none").await.is_err());
    assert!(!theirs(&world, "x").exists());
}
