//! Names that a directory can hold and Dropbox cannot.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use serde_json::{Value, json};

use crate::world::{Session, World, brief};

async fn paths(owner: &Session<'_>) -> BTreeSet<String> {
    let (entries, _) = owner.list(json!({"path": "", "recursive": true})).await;
    let paths: BTreeSet<String> = brief(&entries).into_iter().collect();
    assert_eq!(paths.len(), entries.len(), "nothing comes twice");
    paths
}

async fn content(owner: &Session<'_>, path: &str) -> String {
    owner.download(path, &[]).await.text().await.unwrap()
}

#[tokio::test]
async fn names_that_differ_only_in_case_each_get_one() {
    let world = World::start().await;
    world.write("Makefile", "upper");
    world.write("makefile", "lower");
    world.write("DIR/a.txt", "1");
    world.write("dir/a.txt", "2");
    world.rescan().await;
    let owner = world.connect().await;
    let expected = [
        "file /DIR/a.txt",
        "file /Makefile",
        "file /dir (Case Conflict)/a.txt",
        "file /makefile (Case Conflict)",
        "folder /DIR",
        "folder /dir (Case Conflict)",
    ];
    assert_eq!(paths(&owner).await, expected.map(String::from).into());
    assert_eq!(content(&owner, "/makefile (case conflict)").await, "lower");
    assert_eq!(content(&owner, "/dir (case conflict)/a.txt").await, "2");
    let conflict = owner.metadata("/makefile (case conflict)").await;
    fs::remove_file(world.at("Makefile")).unwrap();
    let world = world.restart(|_| {}).await;
    let owner = world.connect().await;
    assert_eq!(owner.metadata("/makefile (case conflict)").await, conflict, "the name stays");
}

#[tokio::test]
async fn bytes_that_are_no_text_get_a_name() {
    let world = World::start().await;
    let raw = |bytes: &[u8]| world.at("").join(OsStr::from_bytes(bytes));
    fs::write(raw(b"caf\xe9.txt"), "latin").unwrap();
    fs::write(raw(b"caf\xea.txt"), "also").unwrap();
    fs::write(raw(b"back\\slash"), "1").unwrap();
    fs::write(raw("e\u{301}".as_bytes()), "decomposed").unwrap();
    fs::write(raw("é".as_bytes()), "composed").unwrap();
    fs::write(raw("emoji 😀 \u{7f}".as_bytes()), "1").unwrap();
    fs::create_dir(raw(b"dir\xff")).unwrap();
    fs::write(raw(b"dir\xff/in\xfe"), "deep").unwrap();
    world.rescan().await;
    let owner = world.connect().await;
    let expected = [
        "file /back_slash",
        "file /caf\u{fffd} (Unicode Encoding Conflict).txt",
        "file /caf\u{fffd}.txt",
        "file /dir\u{fffd}/in\u{fffd}",
        "file /emoji 😀 \u{7f}",
        "file /é",
        "file /é (Unicode Encoding Conflict)",
        "folder /dir\u{fffd}",
    ];
    assert_eq!(paths(&owner).await, expected.map(String::from).into());
    let answer = owner.send("files/get_metadata", &json!({"path": "/dir\u{fffd}/in\u{fffd}"})).await;
    let id = answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(content(&owner, &id).await, "deep");
}

#[tokio::test]
async fn a_rename_that_changes_only_case_is_not_told() {
    let world = World::start().await;
    world.write("Dir/a", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let (before, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    fs::rename(world.at("Dir"), world.at("DIR")).unwrap();
    world.rescan().await;
    assert!(owner.since(&cursor).await.0.is_empty());
    let (after, _) = owner.list(json!({"path": "", "recursive": true})).await;
    assert_eq!(brief(&after), ["folder /DIR", "file /DIR/a"]);
    assert_eq!((&before[0]["id"], &before[1]["id"]), (&after[0]["id"], &after[1]["id"]));
    assert_eq!(content(&owner, "/dir/a").await, "1");
}

#[tokio::test]
async fn long_names_and_deep_paths_are_fine() {
    let world = World::start().await;
    let name = "n".repeat(255);
    let deep: Vec<String> = (0..40).map(|n| format!("level {n}")).collect();
    world.write(&name, "1");
    world.write(&format!("{}/file", deep.join("/")), "1");
    world.rescan().await;
    let owner = world.connect().await;
    assert_eq!(paths(&owner).await.len(), 42);
    assert_eq!(owner.metadata(&format!("/{name}")).await["name"], json!(name));
}
