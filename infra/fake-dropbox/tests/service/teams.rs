//! Accounts that join and leave teams.

use serde_json::{Value, json};

use crate::world::{FIRST, Session, World, brief};

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

async fn world() -> World {
    let world = World::start().await;
    world.write("Own.txt", "own");
    world.write("d/b.txt", "b");
    world.rescan().await;
    world
}

const OWN: [&str; 3] = ["file /Own.txt", "file /d/b.txt", "folder /d"];

#[tokio::test]
async fn an_account_joins_a_team_and_its_home_stays_its_home() {
    let world = world().await;
    let owner = world.connect().await;
    let before = root_info(&owner).await;
    let ids = [owner.metadata("/own.txt").await["id"].clone(), owner.metadata("/d").await["id"].clone()];
    let cursor = owner.list(json!({"path": "", "recursive": true})).await.1;
    world.fake.join_team(FIRST, "First").await.unwrap();
    let info = root_info(&owner).await;
    assert_eq!((&info[".tag"], &info["home_path"]), (&json!("team"), &json!("/First")));
    assert_eq!(info["home_namespace_id"], before["home_namespace_id"]);
    assert_ne!(info["root_namespace_id"], before["root_namespace_id"]);
    assert_eq!(all(&owner).await, OWN, "without a path root nothing has changed");
    assert_eq!(
        [&owner.metadata("/own.txt").await["id"], &owner.metadata("/d").await["id"]],
        [&ids[0], &ids[1]]
    );
    world.write("First/New.txt", "new");
    world.write("Team/t.txt", "t");
    world.rescan().await;
    let told = brief(&owner.since(&cursor).await.0);
    assert!(told.contains(&"file /New.txt".to_owned()), "{told:?}");
    assert!(told.iter().all(|entry| !entry.starts_with("deleted")), "{told:?}");
    let space = in_root(&owner).await;
    let expected = ["file /First/New.txt", "file /First/Own.txt", "file /First/d/b.txt", "file /Team/t.txt"];
    let folders = ["folder /First", "folder /First/d", "folder /Team"];
    assert_eq!(all(&space).await, [&expected[..], &folders].concat());
    assert_eq!(space.metadata("/First/Own.txt").await["id"], ids[0]);
    let old = owner.rooted(json!({".tag": "root", "root": before["root_namespace_id"]}));
    assert_eq!(old.send("files/list_folder", &json!({"path": ""})).await.status(), 422);
}

#[tokio::test]
async fn an_account_leaves_its_team_and_joins_another() {
    let world = world().await;
    let owner = world.connect().await;
    let before = root_info(&owner).await;
    world.fake.join_team(FIRST, "First").await.unwrap();
    let joined = root_info(&owner).await;
    world.write("Team/t.txt", "t");
    world.rescan().await;
    let cursor = in_root(&owner).await.list(json!({"path": ""})).await.1;
    let mine = owner.list(json!({"path": ""})).await.1;
    world.fake.leave_team(FIRST).await.unwrap();
    assert_eq!(root_info(&owner).await, before);
    for session in [&owner, &in_root(&owner).await] {
        assert_eq!(all(session).await, OWN);
        let answer = session.send("files/list_folder/continue", &json!({"cursor": cursor})).await;
        assert_eq!(answer.status(), 400, "a cursor of the team's space is worth nothing");
    }
    assert!(owner.since(&mine).await.0.is_empty());
    owner.put(json!({"path": "/after.txt"}), "1").await;
    assert_eq!(brief(&owner.since(&mine).await.0), ["file /after.txt"]);
    let world = world.restart(|_| {}).await;
    let owner = world.connect().await;
    assert_eq!(root_info(&owner).await, before, "it stays so");
    world.fake.join_team(FIRST, "First").await.unwrap();
    let again = root_info(&owner).await;
    assert_ne!(again["root_namespace_id"], joined["root_namespace_id"], "another team has another space");
    assert_eq!(again["home_namespace_id"], before["home_namespace_id"]);
}

#[tokio::test]
async fn who_is_in_a_team_cannot_join_one_and_who_is_in_none_cannot_leave() {
    let world = world().await;
    let told = world.fake.leave_team(FIRST).await.unwrap_err();
    assert!(told.to_string().contains("is in no team"), "{told}");
    for name in ["", "a/b", ".."] {
        assert!(world.fake.join_team(FIRST, name).await.is_err(), "{name:?}");
    }
    assert!(world.fake.join_team(FIRST, "d").await.is_err(), "there is something of this name");
    assert_eq!(all(&world.connect().await).await, OWN);
    world.fake.join_team(FIRST, "First").await.unwrap();
    let told = world.fake.join_team(FIRST, "Second").await.unwrap_err();
    assert!(told.to_string().contains("is in a team already"), "{told}");
}
