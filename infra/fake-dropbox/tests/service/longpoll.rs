//! Long polls.

use std::time::{Duration, Instant};

use fake_dropbox::{AppAccess, Fault};
use reqwest::Response;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::world::{APP, FIRST, SECOND, SECRET, Session, World, eventually, summary};

const LONGPOLL: &str = "files/list_folder/longpoll";

/// Starts a long poll, without a token.
fn begin(world: &World, argument: &Value) -> JoinHandle<Response> {
    let request = world.http.post(world.url(&format!("/2/{LONGPOLL}"))).json(argument);
    tokio::spawn(async move { request.send().await.unwrap() })
}

async fn ask(world: &World, argument: &Value) -> Response {
    begin(world, argument).await.unwrap()
}

/// Starts a long poll, and returns once the service has received it.
async fn wait(world: &World, argument: &Value) -> JoinHandle<Response> {
    let before = count(world);
    let waiting = begin(world, argument);
    eventually("the request", || async { (count(world) > before).then_some(()) }).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished(), "it waits");
    waiting
}

fn count(world: &World) -> u64 {
    world.fake.calls().get(LONGPOLL).copied().unwrap_or_default()
}

async fn changes(waiting: JoinHandle<Response>) -> Value {
    let answer = waiting.await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
    answer.json().await.unwrap()
}

async fn latest(owner: &Session<'_>, argument: Value) -> Value {
    let latest = owner.call("files/list_folder/get_latest_cursor", argument).await;
    json!({"cursor": latest["cursor"], "timeout": 30})
}

#[tokio::test]
async fn a_change_ends_the_wait() {
    let world = World::start().await;
    let owner = world.connect().await;
    let (_, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    let argument = json!({"cursor": cursor});
    let waiting = wait(&world, &argument).await;
    let begun = Instant::now();
    owner.put(json!({"path": "/d/a"}), "1").await;
    assert_eq!(changes(waiting).await, json!({"changes": true}));
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(
        changes(begin(&world, &argument)).await,
        json!({"changes": true}),
        "as long as it is not read"
    );
    let (_, cursor) = owner.since(&cursor).await;
    let waiting = wait(&world, &json!({"cursor": cursor})).await;
    world.write("d/b", "1");
    assert_eq!(changes(waiting).await, json!({"changes": true}), "the directory changed");
}

#[tokio::test]
async fn only_what_the_listing_tells_is_news() {
    let world = World::start().await;
    world.write("a/b/c", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let flat = wait(&world, &latest(&owner, json!({"path": "/a"})).await).await;
    let docs = json!({"path": "", "recursive": true, "include_non_downloadable_files": false});
    let docs = wait(&world, &latest(&owner, docs).await).await;
    owner.put(json!({"path": "/a/b/x.paper"}), "1").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!flat.is_finished() && !docs.is_finished());
    owner.put(json!({"path": "/a/x"}), "1").await;
    assert_eq!(
        (changes(flat).await, changes(docs).await),
        (json!({"changes": true}), json!({"changes": true}))
    );
    let gone = wait(&world, &latest(&owner, json!({"path": "/a/b"})).await).await;
    owner.call("files/delete_v2", json!({"path": "/a"})).await;
    assert_eq!(changes(gone).await, json!({"changes": true}), "the folder itself is gone");
}

#[tokio::test]
async fn the_wait_ends_when_its_time_is_over() {
    let world = World::start().await;
    let owner = world.connect().await;
    let argument = latest(&owner, json!({"path": ""})).await;
    let waiting = wait(&world, &argument).await;
    world.pass(20);
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!(!waiting.is_finished());
    world.pass(10);
    assert_eq!(changes(waiting).await, json!({"changes": false}));
}

#[tokio::test]
async fn the_wait_ends_when_the_service_does() {
    let world = World::start().await;
    let owner = world.connect().await;
    let waiting = wait(&world, &latest(&owner, json!({"path": ""})).await).await;
    let begun = Instant::now();
    world.fake.clone().stop().await;
    assert!(begun.elapsed() < Duration::from_millis(1_500), "{:?}", begun.elapsed());
    assert_eq!(changes(waiting).await, json!({"changes": false}));
}

#[test]
fn more_wait_at_once_than_there_are_threads() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).max_blocking_threads(4).enable_all().build().unwrap();
    runtime.block_on(async {
        let world = World::start().await;
        let owner = world.connect().await;
        let argument = latest(&owner, json!({"path": ""})).await;
        let waiting: Vec<_> = (0..50).map(|_| begin(&world, &argument)).collect();
        eventually("all requests", || async { (count(&world) == 50).then_some(()) }).await;
        owner.put(json!({"path": "/a"}), "1").await;
        for one in waiting {
            assert_eq!(changes(one).await, json!({"changes": true}));
        }
    });
}

#[tokio::test]
async fn no_token_is_looked_at() {
    let world = World::start().await;
    let owner = world.connect().await;
    let (_, cursor) = owner.list(json!({"path": ""})).await;
    world.write("a", "1");
    world.rescan().await;
    let request = world.http.post(world.url(&format!("/2/{LONGPOLL}"))).json(&json!({"cursor": cursor}));
    let answer =
        request.bearer_auth("nonsense").header("Dropbox-API-Select-User", "dbmid:x").send().await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({"changes": true}));
}

#[tokio::test]
async fn what_is_no_cursor_and_no_time() {
    let world = World::start().await;
    let owner = world.connect().await;
    let argument = latest(&owner, json!({"path": ""})).await;
    let cursor = argument["cursor"].as_str().unwrap();
    let frame = format!("Error in call to API function \"{LONGPOLL}\": ");
    for (argument, about) in [
        (json!({"cursor": "x"}), "Invalid \"cursor\" parameter"),
        (json!({"cursor": cursor[1..]}), "Invalid \"cursor\" parameter"),
        (json!({}), "request body: missing required field 'cursor'"),
        (json!({"cursor": cursor, "path": ""}), "request body: unknown field 'path'"),
        (json!({"cursor": cursor, "timeout": 29}), "request body: timeout: 29 is not within 30 and 480"),
        (json!({"cursor": cursor, "timeout": 481}), "request body: timeout: 481 is not within 30 and 480"),
    ] {
        let answer = ask(&world, &argument).await;
        assert_eq!(answer.status(), 400);
        assert_eq!(answer.text().await.unwrap(), format!("{frame}{about}"));
    }
    let world = world
        .restart(|folder| {
            std::fs::remove_dir_all(folder.join("data")).unwrap();
        })
        .await;
    let answer = ask(&world, &argument).await;
    assert_eq!(answer.status(), 409);
    let told: Value = answer.json().await.unwrap();
    assert_eq!((summary(&told).as_str(), &told["error"]), ("reset/", &json!({".tag": "reset"})));
}

#[tokio::test]
async fn faults_are_those_of_the_cursors_account() {
    let world = World::start().await;
    let owner = world.connect().await;
    let grace = world.session(&world.connect_to(APP, SECRET, SECOND).await);
    let (mine, theirs) =
        (latest(&owner, json!({"path": ""})).await, latest(&grace, json!({"path": ""})).await);
    let faults = world.fake.faults(FIRST);
    faults.next(LONGPOLL, 1, Fault::EndpointError { tag: "reset".into() });
    faults.next(LONGPOLL, 1, Fault::InvalidCursor);
    let spared = wait(&world, &theirs).await;
    assert_eq!(ask(&world, &mine).await.status(), 409);
    assert_eq!(ask(&world, &mine).await.status(), 400);
    faults.next(LONGPOLL, 1, Fault::Cut { after_effect: false });
    let request = world.http.post(world.url(&format!("/2/{LONGPOLL}"))).json(&mine);
    assert!(request.send().await.is_err());
    wait(&world, &mine).await.abort();
    grace.put(json!({"path": "/a"}), "1").await;
    assert_eq!(changes(spared).await, json!({"changes": true}));
    assert_eq!(count(&world), 5);
}

#[tokio::test]
async fn a_listing_is_waited_for_where_its_paths_begin() {
    let world = World::start_with(|settings| {
        settings.accounts[0].member_folder = Some("First Account".into());
        settings.apps[1].access = AppAccess::AppFolder;
        settings.apps[1].name = "Tool".into();
    })
    .await;
    let home = world.connect().await;
    let account = home.call("users/get_current_account", Value::Null).await;
    let root = home.rooted(json!({".tag": "root", "root": account["root_info"]["root_namespace_id"]}));
    let everything = json!({"path": "", "recursive": true});
    let in_home = wait(&world, &latest(&home, everything.clone()).await).await;
    let in_root = wait(&world, &latest(&root, everything.clone()).await).await;
    root.put(json!({"path": "/Team/a"}), "1").await;
    assert_eq!(changes(in_root).await, json!({"changes": true}));
    assert!(!in_home.is_finished());
    home.put(json!({"path": "/a"}), "1").await;
    assert_eq!(changes(in_home).await, json!({"changes": true}));
    let tool = world.session(&world.connect_to(crate::world::OTHER_APP, "othersecret", FIRST).await);
    let in_tool = wait(&world, &latest(&tool, everything).await).await;
    home.put(json!({"path": "/Apps/Tool/a"}), "1").await;
    assert_eq!(changes(in_tool).await, json!({"changes": true}));
}

#[tokio::test]
async fn what_changes_in_a_mounted_folder_is_news() {
    let world = World::start().await;
    world.write("Ours/a", "1");
    world.rescan().await;
    let member = world.session(&world.connect_to(APP, SECRET, SECOND).await);
    let everything = json!({"path": "", "recursive": true});
    let waiting = wait(&world, &latest(&member, everything.clone()).await).await;
    world.fake.mount(FIRST, "/Ours", SECOND, "/From First").await.unwrap();
    assert_eq!(changes(waiting).await, json!({"changes": true}));
    let waiting = wait(&world, &latest(&member, everything).await).await;
    world.write("Private/a", "1");
    world.rescan().await;
    assert!(!waiting.is_finished(), "what is not shared is no news");
    world.write("Ours/b", "1");
    assert_eq!(changes(waiting).await, json!({"changes": true}));
}
