//! Changes of files and folders on disk, and their effect on ids.

use std::{fs, os::unix::fs::symlink};

use serde_json::{Value, json};

use crate::world::{Session, World, brief, eventually};

async fn id_and_rev(owner: &Session<'_>, path: &str) -> (Value, Value) {
    let metadata = owner.metadata(path).await;
    (metadata["id"].clone(), metadata["rev"].clone())
}

#[tokio::test]
async fn a_rename_keeps_id_and_rev() {
    let world = World::start().await;
    world.write("d/a.txt", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let before = id_and_rev(&owner, "/d/a.txt").await;
    let (_, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    fs::create_dir(world.at("e")).unwrap();
    fs::rename(world.at("d/a.txt"), world.at("e/b.txt")).unwrap();
    world.rescan().await;
    assert_eq!(id_and_rev(&owner, "/e/b.txt").await, before);
    let (entries, _) = owner.since(&cursor).await;
    assert_eq!(brief(&entries), ["folder /e", "deleted /d/a.txt", "file /e/b.txt"]);
}

#[tokio::test]
async fn a_moved_folder_keeps_all_ids() {
    let world = World::start().await;
    world.write("d/x/a.txt", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let paths = ["/d", "/d/x", "/d/x/a.txt"];
    let mut before = Vec::new();
    for path in paths {
        before.push(id_and_rev(&owner, path).await);
    }
    let (_, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    fs::create_dir_all(world.at("new/place")).unwrap();
    fs::rename(world.at("d"), world.at("new/place/d")).unwrap();
    world.write("new/place/d/late.txt", "2");
    world.rescan().await;
    for (path, before) in paths.iter().zip(&before) {
        assert_eq!(id_and_rev(&owner, &format!("/new/place{path}")).await, *before);
    }
    let mut entries = brief(&owner.since(&cursor).await.0);
    assert_eq!(entries.iter().filter(|entry| entry.starts_with("deleted")).count(), 1);
    entries.sort();
    assert_eq!(
        entries,
        [
            "deleted /d",
            "file /new/place/d/late.txt",
            "file /new/place/d/x/a.txt",
            "folder /new",
            "folder /new/place",
            "folder /new/place/d",
            "folder /new/place/d/x"
        ]
    );
}

#[tokio::test]
async fn folders_that_change_places_with_their_own_parents_keep_their_ids() {
    let world = World::start().await;
    world.write("a/b/file", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let (outer, inner) = (id_and_rev(&owner, "/a").await, id_and_rev(&owner, "/a/b").await);
    let file = id_and_rev(&owner, "/a/b/file").await;
    fs::rename(world.at("a/b"), world.at("x")).unwrap();
    fs::rename(world.at("a"), world.at("x/a")).unwrap();
    world.rescan().await;
    assert_eq!(id_and_rev(&owner, "/x").await, inner);
    assert_eq!(id_and_rev(&owner, "/x/a").await, outer);
    assert_eq!(id_and_rev(&owner, "/x/file").await, file);
}

#[tokio::test]
async fn the_watch_sees_edits_moves_and_deletions() {
    let world = World::start().await;
    let owner = world.connect().await;
    let (_, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    world.write("deep/er/est/file.txt", "1");
    let there = async |path: &'static str| {
        let owner = &owner;
        let answer = || async move {
            let answer = owner.send("files/get_metadata", &json!({ "path": path })).await;
            (answer.status() == 200).then_some(())
        };
        eventually(path, answer).await;
    };
    there("/deep/er/est/file.txt").await;
    let before = id_and_rev(&owner, "/deep/er/est/file.txt").await;
    fs::rename(world.at("deep/er"), world.at("other")).unwrap();
    there("/other/est/file.txt").await;
    assert_eq!(id_and_rev(&owner, "/other/est/file.txt").await, before);
    fs::rename(world.at("other/est/file.txt"), world.at("top.txt")).unwrap();
    there("/top.txt").await;
    assert_eq!(id_and_rev(&owner, "/top.txt").await, before);
    world.write("top.txt", "22");
    let edited = || async { (owner.metadata("/top.txt").await["size"] == 2).then_some(()) };
    eventually("the edit", edited).await;
    assert_eq!(id_and_rev(&owner, "/top.txt").await.0, before.0);
    fs::remove_dir_all(world.at("deep")).unwrap();
    fs::remove_dir_all(world.at("other")).unwrap();
    let only_one_left = || async {
        let (entries, _) = owner.list(json!({"path": "", "recursive": true})).await;
        (brief(&entries) == ["file /top.txt"]).then_some(())
    };
    eventually("the deletion", only_one_left).await;
    assert!(brief(&owner.since(&cursor).await.0).contains(&"file /top.txt".to_owned()));
}

#[tokio::test]
async fn an_edit_keeps_the_id_however_it_is_saved() {
    let world = World::start().await;
    world.write("a.txt", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let first = id_and_rev(&owner, "/a.txt").await;
    world.write(".a.txt.swp", "22");
    fs::rename(world.at(".a.txt.swp"), world.at("a.txt")).unwrap();
    world.rescan().await;
    let second = id_and_rev(&owner, "/a.txt").await;
    assert_eq!(first.0, second.0);
    assert!(first.1.as_str() < second.1.as_str());
    fs::rename(world.at("a.txt"), world.at("a.txt~")).unwrap();
    world.write("a.txt", "333");
    world.rescan().await;
    let third = id_and_rev(&owner, "/a.txt").await;
    assert_eq!(first.0, third.0);
    assert!(second.1.as_str() < third.1.as_str());
    assert_ne!(id_and_rev(&owner, "/a.txt~").await.0, first.0);
    let (_, cursor) = owner.list(json!({"path": ""})).await;
    world.write("a.txt", "333");
    world.rescan().await;
    assert!(owner.since(&cursor).await.0.is_empty(), "the same bytes are no change");
}

#[tokio::test]
async fn an_inode_that_is_used_again_is_no_move() {
    let world = World::start().await;
    let owner = world.connect().await;
    for round in 0..20 {
        let (old, new) = (format!("old{round}"), format!("new{round}"));
        world.write(&old, "same");
        world.rescan().await;
        let before = id_and_rev(&owner, &format!("/{old}")).await;
        fs::remove_file(world.at(&old)).unwrap();
        world.write(&new, "same");
        world.rescan().await;
        assert_ne!(id_and_rev(&owner, &format!("/{new}")).await.0, before.0);
        fs::remove_file(world.at(&new)).unwrap();
        world.write(&old, "same");
        world.rescan().await;
        assert_ne!(id_and_rev(&owner, &format!("/{old}")).await.0, before.0, "made again is another file");
    }
}

#[tokio::test]
async fn two_names_of_one_file_are_two_files() {
    let world = World::start().await;
    world.write("b", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let first = id_and_rev(&owner, "/b").await;
    fs::hard_link(world.at("b"), world.at("a")).unwrap();
    world.rescan().await;
    let second = id_and_rev(&owner, "/a").await;
    assert_eq!(id_and_rev(&owner, "/b").await, first);
    assert_ne!(second.0, first.0);
    fs::remove_file(world.at("b")).unwrap();
    world.rescan().await;
    assert_eq!(id_and_rev(&owner, "/a").await, second);
}

#[tokio::test]
async fn what_left_the_directory_and_came_back_is_itself() {
    let world = World::start().await;
    world.write("d/a", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let before = (id_and_rev(&owner, "/d").await, id_and_rev(&owner, "/d/a").await);
    let outside = world.folder.path().join("outside");
    fs::rename(world.at("d"), &outside).unwrap();
    world.rescan().await;
    assert_eq!(owner.refusal("files/get_metadata", json!({"path": "/d"})).await, "path/not_found/");
    fs::rename(outside, world.at("back")).unwrap();
    world.rescan().await;
    assert_eq!((id_and_rev(&owner, "/back").await, id_and_rev(&owner, "/back/a").await), before);
}

#[tokio::test]
async fn a_file_becomes_a_folder_and_a_folder_a_file() {
    let world = World::start().await;
    world.write("x", "1");
    world.write("y/z", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let before = (id_and_rev(&owner, "/x").await.0, id_and_rev(&owner, "/y").await.0);
    fs::remove_file(world.at("x")).unwrap();
    world.write("x/inside", "1");
    fs::remove_dir_all(world.at("y")).unwrap();
    world.write("y", "1");
    world.rescan().await;
    let (entries, _) = owner.list(json!({"path": "", "recursive": true})).await;
    let mut entries = brief(&entries);
    entries.sort();
    assert_eq!(entries, ["file /x/inside", "file /y", "folder /x"]);
    assert_ne!(id_and_rev(&owner, "/x").await.0, before.0);
    assert_ne!(id_and_rev(&owner, "/y").await.0, before.1);
}

#[tokio::test]
async fn only_files_and_directories_are_shown() {
    let world = World::start().await;
    fs::write(world.folder.path().join("private"), "1").unwrap();
    world.write("real", "1");
    symlink(world.folder.path().join("private"), world.at("link")).unwrap();
    symlink(world.folder.path(), world.at("way-out")).unwrap();
    std::os::unix::net::UnixListener::bind(world.at("socket")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(world.at("pipe")).status().unwrap();
    assert!(made.success());
    world.rescan().await;
    let owner = world.connect().await;
    assert_eq!(brief(&owner.list(json!({"path": "", "recursive": true})).await.0), ["file /real"]);
    let answer = owner.download("/way-out/private", &[]).await;
    assert_eq!(answer.status(), 409);
}
