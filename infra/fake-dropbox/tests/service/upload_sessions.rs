//! Uploads in several requests.

use std::fs;

use fake_dropbox::Fault;
use serde_json::{Value, json};

use crate::world::{APP, FIRST, OTHER_APP, SECOND, SECRET, Session, World, brief, summary};

const START: &str = "files/upload_session/start";
const APPEND: &str = "files/upload_session/append_v2";
const FINISH: &str = "files/upload_session/finish";
const HELLO: &str = "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50";

async fn call(owner: &Session<'_>, route: &str, argument: Value, content: &str) -> Value {
    let answer = owner.send_bytes(route, &argument, content).await;
    let status = answer.status();
    let kind = answer.headers()["content-type"].clone();
    let text = answer.text().await.unwrap();
    assert_eq!(
        (status.as_u16(), kind.to_str().unwrap()),
        (200, "application/json"),
        "{route} {argument}: {text}"
    );
    serde_json::from_str(&text).unwrap()
}

async fn refused(owner: &Session<'_>, route: &str, argument: Value, content: &str) -> Value {
    let answer = owner.send_bytes(route, &argument, content).await;
    assert_eq!(answer.status(), 409, "{route} {argument}");
    answer.json().await.unwrap()
}

async fn start(owner: &Session<'_>, content: &str) -> String {
    call(owner, START, json!({}), content).await["session_id"].as_str().unwrap().to_owned()
}

fn at(id: &str, offset: u64) -> Value {
    json!({"cursor": {"session_id": id, "offset": offset}})
}

fn to(id: &str, offset: u64, path: &str) -> Value {
    json!({"cursor": {"session_id": id, "offset": offset}, "commit": {"path": path}})
}

/// Counts the files with the bytes of sessions.
fn pieces(world: &World) -> usize {
    let mut folders = vec![world.folder.path().join("data/uploads")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                count += 1;
            }
        }
    }
    count
}

#[tokio::test]
async fn a_file_comes_in_several_requests() {
    let world = World::start().await;
    let owner = world.connect().await;
    let (_, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    let id = start(&owner, "he").await;
    assert_eq!(call(&owner, APPEND, at(&id, 2), "ll").await, Value::Null);
    assert_eq!(call(&owner, APPEND, at(&id, 4), "").await, Value::Null);
    assert!(owner.list(json!({"path": ""})).await.0.is_empty(), "nothing is there before the end");
    let commit = json!({"path": "/New/Hello.txt", "mode": {".tag": "add"}, "autorename": false, "mute": true,
        "client_modified": "2020-01-02T03:04:05Z", "strict_conflict": false});
    let file =
        call(&owner, FINISH, json!({"cursor": {"session_id": id, "offset": 4}, "commit": commit}), "o").await;
    assert_eq!((file.get(".tag"), &file["path_display"]), (None, &json!("/New/Hello.txt")));
    assert_eq!((&file["size"], &file["content_hash"]), (&json!(5), &json!(HELLO)));
    assert_eq!(file["client_modified"], "2020-01-02T03:04:05Z");
    assert_eq!(fs::read_to_string(world.at("New/Hello.txt")).unwrap(), "hello");
    assert_eq!(brief(&owner.since(&cursor).await.0), ["folder /New", "file /New/Hello.txt"]);
    assert_eq!(pieces(&world), 0, "nothing is left behind");
    let again = refused(&owner, FINISH, to(&id, 5, "/Again"), "").await;
    assert_eq!(again["error"], json!({".tag": "lookup_failed", "lookup_failed": {".tag": "not_found"}}));
}

#[tokio::test]
async fn blocks_of_the_hash_may_be_cut_anywhere() {
    let world = World::start().await;
    let owner = world.connect().await;
    let content: String = (0..5_000_000_u32).map(|i| char::from(b'a' + (i % 23) as u8)).collect();
    let id = start(&owner, &content[..3_000_000]).await;
    call(&owner, APPEND, at(&id, 3_000_000), &content[3_000_000..4_500_000]).await;
    let whole = call(&owner, FINISH, to(&id, 4_500_000, "/whole"), &content[4_500_000..]).await;
    let same = owner.put(json!({"path": "/same"}), &content).await;
    assert_eq!((&whole["content_hash"], &whole["size"]), (&same["content_hash"], &json!(5_000_000)));
    assert!(fs::read(world.at("whole")).unwrap() == content.as_bytes());
}

#[tokio::test]
async fn an_offset_is_the_number_of_bytes_received() {
    let world = World::start().await;
    let owner = world.connect().await;
    let id = start(&owner, "12345").await;
    for offset in [0, 4, 6] {
        let told = refused(&owner, APPEND, at(&id, offset), "6").await;
        assert_eq!(told["error"], json!({".tag": "incorrect_offset", "correct_offset": 5}));
        assert_eq!(summary(&told), "incorrect_offset/");
        let told = refused(&owner, FINISH, to(&id, offset, "/a"), "").await;
        let inner = json!({".tag": "incorrect_offset", "correct_offset": 5});
        assert_eq!(told["error"], json!({".tag": "lookup_failed", "lookup_failed": inner}));
        assert_eq!(summary(&told), "lookup_failed/incorrect_offset/");
    }
    assert_eq!(call(&owner, FINISH, to(&id, 5, "/a"), "").await["size"], 5);
}

#[tokio::test]
async fn an_append_whose_answer_was_lost_is_not_made_twice() {
    let world = World::start().await;
    let owner = world.connect().await;
    let id = start(&owner, "1").await;
    world.fake.faults(FIRST).next(APPEND, 1, Fault::ServerError { status: 503, after_effect: true });
    assert_eq!(owner.send_bytes(APPEND, &at(&id, 1), "2").await.status(), 503);
    assert_eq!(refused(&owner, APPEND, at(&id, 1), "2").await["error"]["correct_offset"], 2);
    call(&owner, FINISH, to(&id, 2, "/a"), "3").await;
    assert_eq!(fs::read_to_string(world.at("a")).unwrap(), "123");
}

#[tokio::test]
async fn a_session_is_closed_for_bytes_only() {
    let world = World::start().await;
    let owner = world.connect().await;
    let started = call(&owner, START, json!({"close": true, "session_type": "sequential"}), "1").await;
    let closed = started["session_id"].as_str().unwrap();
    assert_eq!(refused(&owner, APPEND, at(closed, 1), "2").await["error"], json!({".tag": "closed"}));
    let told = refused(&owner, FINISH, to(closed, 1, "/a"), "2").await;
    assert_eq!(told["error"], json!({".tag": "lookup_failed", "lookup_failed": {".tag": "closed"}}));
    call(&owner, FINISH, to(closed, 1, "/a"), "").await;
    let id = start(&owner, "").await;
    let mut last = at(&id, 0);
    last["close"] = json!(true);
    call(&owner, APPEND, last, "1").await;
    assert_eq!(summary(&refused(&owner, APPEND, at(&id, 1), "").await), "closed/");
}

#[tokio::test]
async fn a_hash_is_of_the_bytes_of_its_own_request() {
    let world = World::start().await;
    let owner = world.connect().await;
    let with_hash = |mut argument: Value| {
        argument["content_hash"] = json!(HELLO);
        argument
    };
    let mismatch = json!({".tag": "content_hash_mismatch"});
    assert_eq!(refused(&owner, START, with_hash(json!({})), "other").await["error"], mismatch);
    let id =
        call(&owner, START, with_hash(json!({})), "hello").await["session_id"].as_str().unwrap().to_owned();
    assert_eq!(refused(&owner, APPEND, with_hash(at(&id, 5)), "other").await["error"], mismatch);
    call(&owner, APPEND, with_hash(at(&id, 5)), "hello").await;
    assert_eq!(refused(&owner, FINISH, with_hash(to(&id, 10, "/a")), "other").await["error"], mismatch);
    assert_eq!(call(&owner, FINISH, with_hash(to(&id, 10, "/a")), "hello").await["size"], 15);
}

#[tokio::test]
async fn a_session_that_cannot_be_put_somewhere_can_be_put_elsewhere() {
    let world = World::start().await;
    let owner = world.connect().await;
    owner.put(json!({"path": "/a"}), "old").await;
    let id = start(&owner, "new").await;
    let told = refused(&owner, FINISH, to(&id, 3, "/a"), "!").await;
    let conflict = json!({".tag": "conflict", "conflict": {".tag": "file"}});
    assert_eq!(told["error"], json!({".tag": "path", "path": conflict}));
    let told = refused(&owner, FINISH, to(&id, 3, "/d/../x"), "").await;
    assert_eq!(summary(&told), "path/malformed_path/");
    let mut elsewhere = to(&id, 3, "/a");
    elsewhere["commit"]["autorename"] = json!(true);
    assert_eq!(call(&owner, FINISH, elsewhere, "!").await["name"], "a (1)");
    assert_eq!(fs::read_to_string(world.at("a (1)")).unwrap(), "new!");
    let names = fs::read_dir(world.at("")).unwrap().count();
    assert_eq!(names, 2, "nothing is left in the directory");
}

#[tokio::test]
async fn a_session_is_its_own_apps_and_accounts_for_seven_days() {
    let world = World::start().await;
    let answer = world.connect_to(APP, SECRET, FIRST).await;
    let owner = world.session(&answer);
    let id = start(&owner, "1").await;
    let told = refused(&owner, APPEND, at("none", 0), "1").await;
    assert_eq!(told["error"], json!({".tag": "not_found"}));
    let other = world.session(&world.connect_to(OTHER_APP, "othersecret", FIRST).await);
    let grace = world.session(&world.connect_to(APP, SECRET, SECOND).await);
    for session in [&other, &grace] {
        assert_eq!(summary(&refused(session, APPEND, at(&id, 1), "1").await), "not_found/");
    }
    let world = world.restart(|_| {}).await;
    let owner = world.session(&answer);
    call(&owner, APPEND, at(&id, 1), "2").await;
    world.pass(7 * 24 * 3_600);
    let owner = world.connect().await;
    assert_eq!(summary(&refused(&owner, APPEND, at(&id, 2), "3").await), "not_found/");
    start(&owner, "").await;
    assert_eq!(pieces(&world), 0, "what has ended is removed");
}

#[tokio::test]
async fn a_request_that_breaks_off_adds_nothing() {
    let world = World::start().await;
    let owner = world.connect().await;
    let id = start(&owner, "1").await;
    let pieces = futures_util::stream::iter([Ok("2"), Err(std::io::Error::other("gone"))]);
    let request = world.http.post(world.url(&format!("/2/{APPEND}"))).bearer_auth(&owner.token);
    let request = request.header("Dropbox-API-Arg", at(&id, 1).to_string());
    let request = request.header("Content-Type", "application/octet-stream");
    assert!(request.body(reqwest::Body::wrap_stream(pieces)).send().await.is_err());
    assert_eq!(refused(&owner, APPEND, at(&id, 2), "3").await["error"]["correct_offset"], 1);
    call(&owner, FINISH, to(&id, 1, "/a"), "2").await;
    assert_eq!(fs::read_to_string(world.at("a")).unwrap(), "12");
}

#[tokio::test]
async fn what_a_session_does_not_take() {
    let world = World::start().await;
    let owner = world.connect().await;
    let mut commit = to("x", 0, "/a");
    commit["commit"]["content_hash"] = json!(HELLO);
    for (route, argument, about) in [
        (START, json!({"session_type": "concurrent"}), "no concurrent sessions"),
        (START, json!({"path": "/a"}), "unknown field 'path'"),
        (APPEND, json!({}), "missing required field 'cursor'"),
        (FINISH, commit, "commit: unknown field 'content_hash'"),
        (FINISH, to("x", 0, "a"), "path: 'a' did not match pattern"),
    ] {
        let text = owner.send_bytes(route, &argument, "").await.text().await.unwrap();
        assert!(text.contains(about), "{text}");
    }
}
