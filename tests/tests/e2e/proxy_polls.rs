//! T35: limits on parallel long polls.

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use shared::store::POLLS_WITHOUT_CREDENTIALS;
use tests::{App, World};
use tokio::task::JoinSet;

const FIRST: &str = "first@example.com";
const ROUTE: &str = "2/files/list_folder/longpoll";

async fn cursor(app: &App) -> String {
    let latest = app.call("2/files/list_folder/get_latest_cursor", &json!({"path": ""})).await;
    latest.body["cursor"].as_str().unwrap().to_owned()
}

/// Polls without credentials.
async fn poll_without_credentials(url: String, cursor: String) -> Response {
    let body = json!({"cursor": cursor, "timeout": 60}).to_string();
    let request = Client::new().post(url).header("content-type", "application/json").body(body);
    request.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn polls_without_credentials_take_no_slot_of_others_and_leave_theirs_when_they_go() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.settled().await;
    let cursor = cursor(&app).await;
    let url = format!("{}projects/{}/sdk/proxy/dropbox/{ROUTE}", world.stack.url(), app.project);
    let polls = || world.stack.dropbox.calls().get("files/list_folder/longpoll").copied().unwrap_or_default();
    let mut polling = JoinSet::new();
    for _ in 0..16 {
        polling.spawn(poll_without_credentials(url.clone(), cursor.clone()));
    }
    for _ in POLLS_WITHOUT_CREDENTIALS..16 {
        let refused = polling.join_next().await.unwrap().unwrap();
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()["retry-after"], "60");
        let refused: Value = refused.json().await.unwrap();
        assert_eq!(refused["code"], "too_many_longpolls");
        assert_eq!(refused["error"]["reason"][".tag"], "too_many_requests");
    }
    world.until(async || polls() == u64::from(POLLS_WITHOUT_CREDENTIALS)).await;
    // They do not block a poll with credentials.
    let argument = json!({"cursor": cursor, "timeout": 60});
    let (with, ()) = tokio::join!(app.call(ROUTE, &argument), async {
        world.until(async || polls() > u64::from(POLLS_WITHOUT_CREDENTIALS)).await;
        polling.abort_all();
        while polling.join_next().await.is_some() {}
        // The disconnected callers' slots are free for others.
        let under_way = || polls() > u64::from(POLLS_WITHOUT_CREDENTIALS) + 1;
        while !under_way() {
            let next = tokio::spawn(poll_without_credentials(url.clone(), cursor.clone()));
            world.until(async || under_way() || next.is_finished()).await;
        }
        world.write(FIRST, "new.txt", b"new");
    });
    assert_eq!((with.status, &with.body["changes"]), (StatusCode::OK, &json!(true)), "{}", with.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shows_credentials_for_a_poll_must_show_good_ones() {
    let world = World::new().await;
    let (app, other) = (world.first_app("u"), world.second_app("u"));
    app.connect(FIRST).await;
    world.settled().await;
    let poll = json!({"cursor": cursor(&app).await, "timeout": 30});
    let before = world.stack.dropbox.calls();
    let url = format!("{}projects/{}/sdk/proxy/dropbox/{ROUTE}", world.stack.url(), other.project);
    let others_project = app.request(reqwest::Method::POST, "").build().unwrap();
    let with_key = Client::new().post(url).headers(others_project.headers().clone()).body(poll.to_string());
    assert_eq!(with_key.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    let refused = app.with_token("no such token").call(ROUTE, &poll).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::UNAUTHORIZED, "unauthorized"));
    assert_eq!(world.stack.dropbox.calls(), before);
}
