//! A single file by its id: read, linked, fetched again, and removed from the mirror.

use http::Method;
use serde_json::{Value, json};
use shared::{content::ContentStore, model::ConnectionId, store::Connections};
use tests::{Answer, App, World};

use super::FIRST;

struct Fixture {
    world: World,
    app: App,
    connection: ConnectionId,
}

/// Creates a synced account with a folder of two files, and one file beside it.
async fn fixture() -> Fixture {
    let world = World::new().await;
    for (path, bytes) in [("folder/a.txt", b"aa"), ("folder/b.txt", b"bb"), ("c.txt", b"cc")] {
        world.write(FIRST, path, bytes);
    }
    let app = world.first_app("user-1");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    Fixture { world, app, connection }
}

impl Fixture {
    async fn id(&self, path: &str) -> String {
        self.app.dropbox_id(path).await
    }

    async fn ask(&self, method: Method, id: &str, rest: &str) -> Answer {
        self.app.ask(method, &format!("connections/{}/files/{id}{rest}", self.connection), "").await
    }

    async fn names(&self) -> Vec<String> {
        self.world.settled().await;
        let mut names: Vec<String> = self.world.item_tree(self.connection).await.into_keys().collect();
        names.sort();
        names
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_told_of_as_the_list_has_it() {
    let fixture = fixture().await;
    let listed = fixture.app.get(&format!("connections/{}/files", fixture.connection)).await.body;
    for file in listed["files"].as_array().unwrap() {
        let id = file["id"].as_str().unwrap();
        assert_eq!(&fixture.ask(Method::GET, id, "").await.body, file);
        let escaped = id.replace(':', "%3A");
        assert_eq!(&fixture.ask(Method::GET, &escaped, "").await.body, file);
    }
    for unknown in ["id:unknown", "x", "%FF", "everything"] {
        for (method, rest) in
            [(Method::GET, ""), (Method::GET, "/link"), (Method::POST, "/resync"), (Method::DELETE, "")]
        {
            assert_eq!(fixture.ask(method, unknown, rest).await.code(), "file_not_found", "{unknown}{rest}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_leads_to_the_bytes_without_a_key_and_ends() {
    let fixture = fixture().await;
    let id = fixture.id("/c.txt").await;
    let answer = fixture.ask(Method::GET, &id, "/link?valid_seconds=60").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let bytes = reqwest::get(answer.body["url"].as_str().unwrap()).await.unwrap();
    assert_eq!(bytes.headers()["content-disposition"], "attachment; filename*=UTF-8''c.txt");
    assert_eq!(bytes.bytes().await.unwrap(), "cc");
    assert!(answer.body["expires_at"].as_str().unwrap().ends_with('Z'));
    let folder = fixture.id("/folder").await;
    assert_eq!(fixture.ask(Method::GET, &folder, "/link").await.code(), "file_not_ready");
    for seconds in ["0", "604801", "-1", "x", ""] {
        let query = format!("/link?valid_seconds={seconds}");
        assert_eq!(fixture.ask(Method::GET, &id, &query).await.code(), "malformed_query", "{seconds}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_files_bytes_are_fetched_once_more() {
    let fixture = fixture().await;
    let id = fixture.id("/c.txt").await;
    // The bytes are missing from the bucket.
    let item =
        fixture.world.items(fixture.connection).await.into_iter().find(|item| item.metadata.name == "c.txt");
    let stored = fixture.world.stack.store().connection(fixture.connection).await.unwrap().unwrap();
    let key = item.and_then(|item| item.content_key(&stored)).unwrap();
    let link = fixture.ask(Method::GET, &id, "/link").await.body["url"].as_str().unwrap().to_owned();
    fixture.world.stack.machine.content.remove(&key).await.unwrap();
    assert_eq!(reqwest::get(&link).await.unwrap().status(), 404);
    let queued = fixture.ask(Method::POST, &id, "/resync").await;
    assert_eq!((queued.status.as_u16(), &queued.body["content"]["state"]), (202, &json!("pending")));
    fixture.world.settled().await;
    assert_eq!(fixture.ask(Method::GET, &id, "").await.body["content"]["state"], "ready");
    assert_eq!(reqwest::get(&link).await.unwrap().bytes().await.unwrap(), "cc");
    let folder = fixture.id("/folder").await;
    assert_eq!(fixture.ask(Method::POST, &folder, "/resync").await.code(), "not_a_file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_removed_stays_away_until_it_is_selected_again() {
    let fixture = fixture().await;
    let id = fixture.id("/folder/a.txt").await;
    let removed = fixture.ask(Method::DELETE, &id, "").await;
    assert_eq!((removed.status.as_u16(), &removed.body), (202, &json!({"id": id, "removed": true})));
    assert_eq!(fixture.names().await, ["/c.txt", "/folder", "/folder/b.txt"]);
    assert_eq!(fixture.ask(Method::GET, &id, "").await.code(), "file_not_found");
    assert_eq!(
        fixture.world.log(fixture.connection).await.last().map(|last| last.kind.as_str()),
        Some("deleted")
    );
    // Neither a change nor a resync restores the file, and Dropbox still has it.
    fixture.world.write(FIRST, "folder/a.txt", b"more");
    fixture.world.resynced(fixture.connection).await;
    assert_eq!(fixture.names().await, ["/c.txt", "/folder", "/folder/b.txt"]);
    let folder = fixture.id("/folder").await;
    assert_eq!(fixture.ask(Method::DELETE, &folder, "").await.code(), "not_a_file");
    assert_eq!(fixture.app.select(fixture.connection, &fixture.id("/folder/a.txt").await).await.status, 202);
    assert_eq!(fixture.names().await, ["/c.txt", "/folder", "/folder/a.txt", "/folder/b.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_user_or_project_is_not_there() {
    let fixture = fixture().await;
    let id = fixture.id("/c.txt").await;
    let path = format!("connections/{}/files/{id}", fixture.connection);
    for app in [fixture.world.first_app("user-2"), fixture.world.second_app("user-1")] {
        for (method, rest) in
            [(Method::GET, ""), (Method::GET, "/link"), (Method::POST, "/resync"), (Method::DELETE, "")]
        {
            let answer = app.ask(method, &format!("{path}{rest}"), "").await;
            assert_eq!((answer.status.as_u16(), answer.code()), (404, "connection_not_found"), "{rest}");
        }
    }
    assert_eq!(fixture.ask(Method::GET, &id, "").await.body["content"]["state"], Value::from("ready"));
}
