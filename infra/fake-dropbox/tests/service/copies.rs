//! Copying.

use std::fs;

use fake_dropbox::Fault;
use serde_json::{Value, json};

use crate::world::{APP, FIRST, SECOND, SECRET, World, brief};

const COPY: &str = "files/copy_v2";

fn paths(from: &str, to: &str) -> Value {
    json!({"from_path": from, "to_path": to})
}

#[tokio::test]
async fn a_copy_has_the_same_bytes_and_new_ids() {
    let world = World::start().await;
    let owner = world.connect().await;
    let file = owner.put(json!({"path": "/d/e/a.txt", "client_modified": "2020-01-02T03:04:05Z"}), "1").await;
    owner.put(json!({"path": "/d/b"}), "22").await;
    let (_, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    let copied = owner.call(COPY, paths("/d", "/X/f")).await;
    assert_eq!(
        (&copied["metadata"][".tag"], &copied["metadata"]["path_display"]),
        (&json!("folder"), &json!("/X/f"))
    );
    let (entries, cursor) = owner.since(&cursor).await;
    let mut told = brief(&entries);
    told.sort();
    assert_eq!(told, ["file /X/f/b", "file /X/f/e/a.txt", "folder /X", "folder /X/f", "folder /X/f/e"]);
    assert_eq!(fs::read_to_string(world.at("X/f/e/a.txt")).unwrap(), "1");
    let copy = owner.metadata("/X/f/e/a.txt").await;
    assert_eq!(
        (&copy["content_hash"], &copy["client_modified"]),
        (&file["content_hash"], &file["client_modified"])
    );
    assert!(copy["id"] != file["id"] && copy["rev"] != file["rev"]);
    assert_eq!(owner.metadata("/d/e/a.txt").await["id"], file["id"]);
    let one = owner.call(COPY, json!({"from_path": file["id"], "to_path": "/one.txt"})).await;
    assert_eq!((&one["metadata"][".tag"], &one["metadata"]["size"]), (&json!("file"), &json!(1)));
    assert_eq!(brief(&owner.since(&cursor).await.0), ["file /one.txt"]);
    world.rescan().await;
    let (_, cursor) = owner.since(&cursor).await;
    assert!(owner.since(&cursor).await.0.is_empty(), "the watch finds nothing new");
    assert_eq!(fs::read_dir(world.at("")).unwrap().count(), 3, "nothing is left behind");
}

#[tokio::test]
async fn copies_that_cannot_be() {
    let world = World::start().await;
    let owner = world.connect().await;
    owner.put(json!({"path": "/d/a.txt"}), "1").await;
    owner.put(json!({"path": "/b.txt"}), "2").await;
    let refusal = async |from: &str, to: &str| owner.refusal(COPY, paths(from, to)).await;
    assert_eq!(refusal("/none", "/x").await, "from_lookup/not_found/");
    assert_eq!(refusal("/b.txt", "/d/a.txt").await, "to/conflict/file/");
    assert_eq!(refusal("/b.txt", "/d").await, "to/conflict/folder/");
    assert_eq!(refusal("/b.txt", "/d/a.txt/x").await, "to/conflict/file_ancestor/");
    assert_eq!(refusal("/d", "/d/e").await, "duplicated_or_nested_paths/");
    assert_eq!(refusal("/b.txt", "/B.TXT").await, "duplicated_or_nested_paths/");
    assert_eq!(refusal("/b.txt", "/Thumbs.db").await, "to/disallowed_name/");
    let mut renamed = paths("/b.txt", "/d/a.txt");
    renamed["autorename"] = json!(true);
    assert_eq!(owner.call(COPY, renamed).await["metadata"]["path_display"], "/d/a (1).txt");
    world.fake.faults(FIRST).next(COPY, 1, Fault::TooManyWriteOperations { retry_after: 1 });
    assert_eq!(refusal("/b.txt", "/c").await, "to/too_many_write_operations/");
    assert_eq!(fs::read_dir(world.at("")).unwrap().count(), 2, "nothing is left behind");
}

#[tokio::test]
async fn a_copy_crosses_accounts_but_a_shared_folder_is_not_copied() {
    let world = World::start().await;
    world.write("Ours/d/a", "1");
    world.rescan().await;
    world.fake.mount(FIRST, "/Ours", SECOND, "/in/From First").await.unwrap();
    let (owner, member) =
        (world.connect().await, world.session(&world.connect_to(APP, SECRET, SECOND).await));
    let copied = member.call(COPY, paths("/in/From First/d", "/mine")).await;
    assert_eq!(copied["metadata"]["path_display"], "/mine");
    assert_eq!(fs::read_to_string(world.folder.path().join(SECOND).join("mine/a")).unwrap(), "1");
    member.call(COPY, paths("/mine/a", "/in/From First/b")).await;
    assert_eq!(fs::read_to_string(world.at("Ours/b")).unwrap(), "1");
    for (session, path) in [(&member, "/in/From First"), (&member, "/in"), (&owner, "/Ours")] {
        assert_eq!(session.refusal(COPY, paths(path, "/x")).await, "cant_copy_shared_folder/");
    }
}
