//! Roots of paths: team spaces and app folders.

use fake_dropbox::AppAccess;
use serde_json::{Value, json};

use crate::world::{Session, World, brief, summary};

const LIST: &str = "files/list_folder";

/// Creates a world whose first account is a member of a team, with two folders in the team's space.
async fn team() -> World {
    let world =
        World::start_with(|settings| settings.accounts[0].member_folder = Some("First Account".into())).await;
    world.write("First Account/Own.txt", "own");
    world.write("Team/Shared.txt", "shared");
    world.rescan().await;
    world
}

async fn root_info(owner: &Session<'_>) -> Value {
    owner.call("users/get_current_account", Value::Null).await["root_info"].clone()
}

async fn in_root<'w>(owner: &Session<'w>) -> Session<'w> {
    let info = root_info(owner).await;
    owner.rooted(json!({".tag": "root", "root": info["root_namespace_id"]}))
}

async fn all(owner: &Session<'_>) -> Vec<String> {
    let mut all = brief(&owner.list(json!({"path": "", "recursive": true})).await.0);
    all.sort();
    all
}

#[tokio::test]
async fn a_members_home_is_a_folder_of_the_team_space() {
    let world = team().await;
    let owner = world.connect().await;
    let info = root_info(&owner).await;
    assert_eq!((&info[".tag"], &info["home_path"]), (&json!("team"), &json!("/First Account")));
    assert_ne!(info["root_namespace_id"], info["home_namespace_id"]);
    let (home, root) = (&info["home_namespace_id"], &info["root_namespace_id"]);
    let own = ["file /Own.txt"];
    assert_eq!(all(&owner).await, own);
    assert_eq!(all(&owner.rooted(json!({".tag": "home"}))).await, own);
    assert_eq!(all(&owner.rooted(json!({".tag": "namespace_id", "namespace_id": home}))).await, own);
    let space =
        ["file /First Account/Own.txt", "file /Team/Shared.txt", "folder /First Account", "folder /Team"];
    assert_eq!(all(&in_root(&owner).await).await, space);
    assert_eq!(all(&owner.rooted(json!({".tag": "namespace_id", "namespace_id": root}))).await, space);
    let wrong = owner.rooted(json!({".tag": "root", "root": home}));
    let answer = wrong.send(LIST, &json!({"path": ""})).await;
    let told: Value = answer.json().await.unwrap();
    assert_eq!(told["error"], json!({".tag": "invalid_root", "invalid_root": info}));
}

#[tokio::test]
async fn the_same_files_are_read_and_written_from_the_home_and_from_the_root() {
    let world = team().await;
    let (owner, space) = (world.connect().await, in_root(&world.connect().await).await);
    let own = owner.metadata("/own.txt").await;
    assert_eq!((&own["path_lower"], &own["name"]), (&json!("/own.txt"), &json!("Own.txt")));
    let id = own["id"].as_str().unwrap();
    assert_eq!(space.metadata(id).await["path_display"], "/First Account/Own.txt");
    let home = root_info(&owner).await["home_namespace_id"].as_str().unwrap().to_owned();
    assert_eq!(space.metadata(&format!("ns:{home}/own.txt")).await["id"], id);
    let shared = space.metadata("/Team/Shared.txt").await["id"].clone();
    assert_eq!(owner.refusal("files/get_metadata", json!({"path": shared})).await, "path/not_found/");
    assert_eq!(owner.refusal("files/delete_v2", json!({"path": shared})).await, "path_lookup/not_found/");
    assert_eq!(owner.download("/own.txt", &[]).await.text().await.unwrap(), "own");
    let put = owner.put(json!({"path": "/d/New.txt"}), "new").await;
    assert_eq!(
        (&put["path_display"], world.at("First Account/d/New.txt").exists()),
        (&json!("/d/New.txt"), true)
    );
    let moved = json!({"from_path": "/d", "to_path": "/e"});
    assert_eq!(owner.call("files/move_v2", moved).await["metadata"]["path_lower"], "/e");
    let made = owner.call("files/create_folder_v2", json!({"path": "/e/f"})).await;
    assert_eq!(made["metadata"]["path_display"], "/e/f");
    let deleted = owner.call("files/delete_v2", json!({"path": "/e/f"})).await;
    assert_eq!(deleted["metadata"]["path_lower"], "/e/f");
    let argument = json!({"path": "/e/f", "include_deleted": true});
    assert_eq!(owner.call("files/get_metadata", argument).await["path_lower"], "/e/f");
    assert_eq!(space.metadata("/First Account/e/New.txt").await["id"], put["id"]);
}

#[tokio::test]
async fn changes_are_told_where_paths_begin() {
    let world = team().await;
    let (owner, space) = (world.connect().await, in_root(&world.connect().await).await);
    let (_, mine) = owner.list(json!({"path": "", "recursive": true})).await;
    let (_, ours) = space.list(json!({"path": "/First Account"})).await;
    world.write("Team/b", "1");
    std::fs::remove_file(world.at("First Account/Own.txt")).unwrap();
    world.rescan().await;
    assert_eq!(brief(&owner.since(&mine).await.0), ["deleted /Own.txt"]);
    assert_eq!(brief(&space.since(&ours).await.0), ["deleted /First Account/Own.txt"]);
    let answer = owner.send("files/list_folder/continue", &json!({"cursor": ours})).await;
    assert_eq!(answer.status(), 400, "a cursor serves only where its paths begin");
}

#[tokio::test]
async fn a_root_that_was_moved_is_refused_and_so_are_its_cursors() {
    for world in [team().await, World::start().await] {
        let owner = world.connect().await;
        let before = in_root(&owner).await;
        let (_, cursor) = before.list(json!({"path": ""})).await;
        world.fake.change_root(crate::world::FIRST).unwrap();
        let answer = before.send("files/list_folder/continue", &json!({"cursor": cursor})).await;
        assert_eq!(answer.status(), 422);
        let told: Value = answer.json().await.unwrap();
        let info = root_info(&owner).await;
        assert_eq!(told["error"], json!({".tag": "invalid_root", "invalid_root": info}));
        assert_eq!(summary(&told), "invalid_root/");
        let after = in_root(&owner).await;
        let answer = after.send("files/list_folder/continue", &json!({"cursor": cursor})).await;
        assert_eq!(answer.status(), 400);
        assert!(answer.text().await.unwrap().ends_with("Invalid \"cursor\" parameter"));
        after.list(json!({"path": ""})).await;
    }
}

#[tokio::test]
async fn a_moved_root_stays_moved() {
    let world = World::start().await;
    world.fake.change_root(crate::world::FIRST).unwrap();
    let info = root_info(&world.connect().await).await;
    let world = world.restart(|_| {}).await;
    assert_eq!(root_info(&world.connect().await).await, info);
}

#[tokio::test]
async fn an_app_with_a_folder_sees_only_that() {
    let world = World::start_with(|settings| {
        settings.apps[0].access = AppAccess::AppFolder;
        settings.apps[0].name = "Tool".into();
    })
    .await;
    world.write("Own.txt", "own");
    world.rescan().await;
    let owner = world.connect().await;
    assert!(all(&owner).await.is_empty());
    owner.put(json!({"path": "/A.txt"}), "a").await;
    assert!(world.at("Apps/Tool/A.txt").exists());
    assert_eq!(all(&owner).await, ["file /A.txt"]);
    assert_eq!(owner.refusal("files/get_metadata", json!({"path": "/Own.txt"})).await, "path/not_found/");
    for root in [json!({".tag": "home"}), json!({".tag": "root", "root": "1"})] {
        let answer = owner.rooted(root).send(LIST, &json!({"path": ""})).await;
        assert_eq!(answer.status(), 400);
        let text = answer.text().await.unwrap();
        let frame = "Error in call to API function \"files/list_folder\": ";
        assert_eq!(text, format!("{frame}Path root is not supported for sandbox app"));
    }
}
