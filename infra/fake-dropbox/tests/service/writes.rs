//! Writing through the API.

use std::{fs, os::unix::fs::symlink};

use serde_json::{Value, json};

use crate::world::{Session, World, brief, summary};

const HELLO: &str = "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50";

async fn refused(owner: &Session<'_>, argument: Value, content: &str) -> String {
    let answer = owner.upload(argument, content).await;
    assert_eq!(answer.status(), 409);
    summary(&answer.json().await.unwrap())
}

#[tokio::test]
async fn an_upload_is_on_disk_and_in_the_listing_once() {
    let world = World::start().await;
    let owner = world.connect().await;
    let (_, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    let argument = json!({"path": "/New/Hello.txt", "client_modified": "2020-01-02T03:04:05Z",
        "mute": true, "content_hash": HELLO});
    let file = owner.put(argument, "hello").await;
    assert_eq!(file.get(".tag"), None);
    assert_eq!((&file["name"], &file["size"]), (&json!("Hello.txt"), &json!(5)));
    assert_eq!(
        (&file["client_modified"], &file["content_hash"]),
        (&json!("2020-01-02T03:04:05Z"), &json!(HELLO))
    );
    assert_eq!(fs::read_to_string(world.at("New/Hello.txt")).unwrap(), "hello");
    let (entries, cursor) = owner.since(&cursor).await;
    assert_eq!(brief(&entries), ["folder /New", "file /New/Hello.txt"]);
    world.rescan().await;
    assert!(owner.since(&cursor).await.0.is_empty(), "the watch finds nothing new");
    assert_eq!(owner.metadata("/new/hello.txt").await["rev"], file["rev"]);
}

#[tokio::test]
async fn modes_and_conflicts() {
    let world = World::start().await;
    let owner = world.connect().await;
    let first = owner.put(json!({"path": "/a.txt"}), "1").await;
    assert_eq!(owner.put(json!({"path": "/a.txt", "mode": "add"}), "1").await, first, "the same bytes");
    let strict = json!({"path": "/a.txt", "strict_conflict": true});
    assert_eq!(refused(&owner, strict, "1").await, "path/conflict/file/");
    assert_eq!(refused(&owner, json!({"path": "/a.txt"}), "2").await, "path/conflict/file/");
    let renamed = owner.put(json!({"path": "/a.txt", "autorename": true}), "2").await;
    assert_eq!(renamed["name"], "a (1).txt");
    let second = owner.put(json!({"path": "/A.txt", "mode": {".tag": "overwrite"}}), "2").await;
    assert_eq!((&second["id"], &second["name"]), (&first["id"], &first["name"]));
    assert!(first["rev"].as_str() < second["rev"].as_str());
    let update = |rev: &Value| json!({"path": "/a.txt", "mode": {".tag": "update", "update": rev}});
    assert_eq!(refused(&owner, update(&first["rev"]), "3").await, "path/conflict/file/");
    let third = owner.put(update(&second["rev"]), "3").await;
    assert_eq!(third["id"], first["id"]);
    let by_id = json!({"path": third["id"], "mode": "overwrite"});
    assert_eq!(owner.put(by_id, "4").await["path_lower"], "/a.txt");
    assert_eq!(refused(&owner, json!({"path": "/a.txt/b"}), "1").await, "path/conflict/file_ancestor/");
    owner.call("files/create_folder_v2", json!({"path": "/d"})).await;
    assert_eq!(
        refused(&owner, json!({"path": "/d", "mode": "overwrite"}), "1").await,
        "path/conflict/folder/"
    );
    assert_eq!(refused(&owner, json!({"path": "/d/Thumbs.db"}), "1").await, "path/disallowed_name/");
    assert_eq!(refused(&owner, json!({"path": "/d/../x"}), "1").await, "path/malformed_path/");
    let wrong = json!({"path": "/x", "content_hash": HELLO});
    assert_eq!(refused(&owner, wrong, "other").await, "content_hash_mismatch/");
    let error =
        owner.upload(json!({"path": "/a.txt"}), "5").await.json::<Value>().await.unwrap()["error"].clone();
    assert_eq!(error["reason"], json!({".tag": "conflict", "conflict": {".tag": "file"}}));
    assert!(error["upload_session_id"].is_string());
}

#[tokio::test]
async fn folders_are_made_once() {
    let world = World::start().await;
    let owner = world.connect().await;
    let made = owner.call("files/create_folder_v2", json!({"path": "/A/B"})).await;
    let id = &made["metadata"]["id"];
    assert_eq!(
        made,
        json!({"metadata": {"name": "B", "path_lower": "/a/b", "path_display": "/A/B", "id": id}})
    );
    assert!(world.at("A/B").is_dir());
    assert_eq!(
        owner.refusal("files/create_folder_v2", json!({"path": "/a/b"})).await,
        "path/conflict/folder/"
    );
    let renamed = owner.call("files/create_folder_v2", json!({"path": "/a/b", "autorename": true})).await;
    assert_eq!(renamed["metadata"]["path_display"], "/A/b (1)");
}

#[tokio::test]
async fn a_move_keeps_ids() {
    let world = World::start().await;
    let owner = world.connect().await;
    let file = owner.put(json!({"path": "/d/a.txt"}), "1").await;
    let (_, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    let moved = owner.call("files/move_v2", json!({"from_path": "/d", "to_path": "/X/e"})).await;
    assert_eq!(moved["metadata"][".tag"], "folder");
    assert_eq!(moved["metadata"]["path_display"], "/X/e");
    assert!(world.at("X/e/a.txt").is_file() && !world.at("d").exists());
    let after = owner.metadata("/x/e/a.txt").await;
    assert_eq!((&after["id"], &after["rev"]), (&file["id"], &file["rev"]));
    let (entries, cursor) = owner.since(&cursor).await;
    assert_eq!(brief(&entries), ["folder /X", "deleted /d", "folder /X/e", "file /X/e/a.txt"]);
    world.rescan().await;
    assert!(owner.since(&cursor).await.0.is_empty());
    let by_id = json!({"from_path": file["id"], "to_path": "/top.txt"});
    assert_eq!(owner.call("files/move_v2", by_id).await["metadata"]["id"], file["id"]);
}

#[tokio::test]
async fn moves_that_cannot_be() {
    let world = World::start().await;
    let owner = world.connect().await;
    owner.put(json!({"path": "/d/a.txt"}), "1").await;
    owner.put(json!({"path": "/b.txt"}), "2").await;
    let refusal = async |from: &str, to: &str| {
        owner.refusal("files/move_v2", json!({"from_path": from, "to_path": to})).await
    };
    assert_eq!(refusal("/none", "/x").await, "from_lookup/not_found/");
    assert_eq!(refusal("/b.txt", "/d/a.txt").await, "to/conflict/file/");
    assert_eq!(refusal("/b.txt", "/d").await, "to/conflict/folder/");
    assert_eq!(refusal("/d", "/d/e").await, "cant_move_folder_into_itself/");
    assert_eq!(refusal("/b.txt", "/B.TXT").await, "duplicated_or_nested_paths/");
    assert_eq!(refusal("/d", "/b.txt/x").await, "to/conflict/file_ancestor/");
    let renamed = json!({"from_path": "/b.txt", "to_path": "/d/a.txt", "autorename": true});
    assert_eq!(owner.call("files/move_v2", renamed).await["metadata"]["path_display"], "/d/a (1).txt");
}

#[tokio::test]
async fn a_deletion_answers_what_was_there() {
    let world = World::start().await;
    let owner = world.connect().await;
    let file = owner.put(json!({"path": "/d/a.txt"}), "1").await;
    let conflict = json!({"path": "/d/a.txt", "parent_rev": "012345678"});
    assert_eq!(owner.refusal("files/delete_v2", conflict).await, "path_write/conflict/file/");
    let deleted = owner.call("files/delete_v2", json!({"path": file["id"], "parent_rev": file["rev"]})).await;
    assert_eq!((&deleted["metadata"][".tag"], &deleted["metadata"]["id"]), (&json!("file"), &file["id"]));
    assert!(!world.at("d/a.txt").exists());
    assert_eq!(owner.refusal("files/delete_v2", json!({"path": "/d/a.txt"})).await, "path_lookup/not_found/");
    let folder = owner.call("files/delete_v2", json!({"path": "/d"})).await;
    assert_eq!(folder["metadata"][".tag"], "folder");
    assert!(!world.at("d").exists());
    let again = owner.put(json!({"path": "/d/a.txt"}), "1").await;
    assert_ne!(again["id"], file["id"]);
}

#[tokio::test]
async fn nothing_is_written_outside_the_directory() {
    let world = World::start().await;
    let outside = world.folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("file"), "safe").unwrap();
    symlink(&outside, world.at("link")).unwrap();
    world.write("real/file", "1");
    world.rescan().await;
    let owner = world.connect().await;
    assert_eq!(
        refused(&owner, json!({"path": "/link/file", "mode": "overwrite"}), "2").await,
        "path/conflict/other/"
    );
    assert_eq!(
        refused(&owner, json!({"path": "/link", "mode": "overwrite"}), "2").await,
        "path/conflict/other/"
    );
    // A directory at the time of the scan, which now is a symbolic link that leads outside.
    fs::remove_dir_all(world.at("real")).unwrap();
    symlink(&outside, world.at("real")).unwrap();
    let answer = owner.upload(json!({"path": "/real/file", "mode": "overwrite"}), "2").await;
    assert_ne!(answer.status(), 200);
    assert_ne!(owner.send("files/delete_v2", &json!({"path": "/real/file"})).await.status(), 200);
    assert_ne!(owner.download("/real/file", &[]).await.status(), 200);
    assert_eq!(fs::read_to_string(outside.join("file")).unwrap(), "safe");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
}

#[tokio::test]
async fn uploads_on_their_way_are_not_shown() {
    let world = World::start().await;
    world.write(".dropbox-staging-0123", "half");
    world.rescan().await;
    let owner = world.connect().await;
    assert!(owner.list(json!({"path": ""})).await.0.is_empty());
    assert_eq!(refused(&owner, json!({"path": "/.dropbox-staging-9"}), "1").await, "path/disallowed_name/");
    let names: Vec<_> = fs::read_dir(world.at("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, [".dropbox-staging-0123"], "a refused upload leaves nothing behind");
}
