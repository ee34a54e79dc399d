//! Console over HTTP: actions of accounts' owners and apps' developers (T68).

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::world::{APP, FIRST, REDIRECT, SECOND, SECRET, World, brief};

async fn ask(world: &World, method: Method, path: &str, document: Value) -> Response {
    world.http.request(method, world.url(&format!("/_fake/{path}"))).json(&document).send().await.unwrap()
}

async fn told(answer: Response) -> Value {
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_team_is_joined_and_left() {
    let world = World::start().await;
    world.write("a.txt", "a");
    world.rescan().await;
    let owner = world.connect().await;
    let team = format!("accounts/{FIRST}/team");
    let before = told(ask(&world, Method::GET, &team, Value::Null).await).await;
    assert_eq!(before[".tag"], "user");
    let joined = told(ask(&world, Method::PUT, &team, json!({"member_folder": "Mine"})).await).await;
    assert_eq!((&joined[".tag"], &joined["home_path"]), (&json!("team"), &json!("/Mine")));
    let account = owner.call("users/get_current_account", Value::Null).await;
    assert_eq!((&account["root_info"], &account["account_type"][".tag"]), (&joined, &json!("business")));
    let moved = told(ask(&world, Method::POST, &format!("accounts/{FIRST}/root"), Value::Null).await).await;
    assert_ne!(moved["root_namespace_id"], joined["root_namespace_id"]);
    assert_eq!(ask(&world, Method::PUT, &team, json!({"member_folder": "B"})).await.status(), 409);
    assert_eq!(told(ask(&world, Method::DELETE, &team, Value::Null).await).await, before);
    assert_eq!(ask(&world, Method::DELETE, &team, Value::Null).await.status(), 409);
    assert_eq!(ask(&world, Method::PUT, &team, json!({"folder": "B"})).await.status(), 400);
    assert_eq!(ask(&world, Method::GET, "accounts/nobody/team", Value::Null).await.status(), 404);
}

#[tokio::test]
async fn a_folder_is_mounted_and_unmounted() {
    let world = World::start().await;
    world.write("Ours/a.txt", "a");
    world.rescan().await;
    let member = world.session(&world.connect_to(APP, SECRET, SECOND).await);
    let mounts = format!("accounts/{SECOND}/mounts");
    let mount = json!({"owner": FIRST, "path": "/ours", "at": "/Theirs"});
    let there = told(ask(&world, Method::POST, &mounts, mount.clone()).await).await;
    let id = member.metadata("/theirs").await["shared_folder_id"].clone();
    assert_eq!(there, json!([{"shared_folder_id": id, "at": "/Theirs"}]));
    assert_eq!(told(ask(&world, Method::GET, &mounts, Value::Null).await).await, there);
    let owners = format!("accounts/{FIRST}/mounts");
    assert_eq!(told(ask(&world, Method::GET, &owners, Value::Null).await).await, json!([]));
    let all = json!({"path": "", "recursive": true});
    assert_eq!(brief(&member.list(all.clone()).await.0), ["folder /Theirs", "file /Theirs/a.txt"]);
    assert_eq!(ask(&world, Method::POST, &mounts, mount).await.status(), 409);
    let nowhere = json!({"owner": "nobody", "path": "/ours", "at": "/b"});
    assert_eq!(ask(&world, Method::POST, &mounts, nowhere).await.status(), 404);
    let ended = told(ask(&world, Method::DELETE, &mounts, json!({"at": "/theirs"})).await).await;
    assert_eq!(ended, json!([]));
    assert!(member.list(all).await.0.is_empty());
    assert_eq!(ask(&world, Method::DELETE, &mounts, json!({"at": "/theirs"})).await.status(), 409);
}

#[tokio::test]
async fn an_app_gets_a_folder_of_its_own() {
    let world = World::start().await;
    world.write("Own.txt", "own");
    world.rescan().await;
    let owner = world.connect().await;
    let app = format!("apps/{APP}");
    let before = told(ask(&world, Method::GET, &app, Value::Null).await).await;
    assert_eq!((&before["access"], &before["redirect_uris"]), (&json!("full_dropbox"), &json!([REDIRECT])));
    assert!(!before.to_string().contains(SECRET));
    let scopes = json!(["account_info.read"]);
    let change = json!({"access": "app_folder", "scopes": scopes});
    let after = told(ask(&world, Method::PATCH, &app, change).await).await;
    assert_eq!((&after["access"], &after["scopes"]), (&json!("app_folder"), &scopes));
    assert_eq!((&after["redirect_uris"], &after["name"]), (&before["redirect_uris"], &before["name"]));
    assert!(owner.list(json!({"path": ""})).await.0.is_empty(), "it sees no more than its folder");
    owner.put(json!({"path": "/in.txt"}), "1").await;
    assert!(world.at("Apps/An <App>/in.txt").exists());
    assert_eq!(ask(&world, Method::PATCH, &app, json!({"secret": "x"})).await.status(), 400);
    assert_eq!(ask(&world, Method::PATCH, "apps/none", json!({})).await.status(), 404);
}
