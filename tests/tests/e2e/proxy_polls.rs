//! T35: limits on parallel long polls.

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use shared::store::STRANGERS_POLLS;
use tests::{App, World};
use tokio::task::JoinSet;

const FIRST: &str = "first@example.com";
const ROUTE: &str = "2/files/list_folder/longpoll";

async fn cursor(app: &App) -> String {
    let latest = app.call("2/files/list_folder/get_latest_cursor", &json!({"path": ""})).await;
    latest.body["cursor"].as_str().unwrap().to_owned()
}

/// Polls without credentials.
async fn strangers_poll(url: String, cursor: String) -> Response {
    let body = json!({"cursor": cursor, "timeout": 60}).to_string();
    let request = Client::new().post(url).header("content-type", "application/json").body(body);
    request.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_take_no_place_of_the_projects_own_and_leave_theirs_when_they_go() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.settled().await;
    let cursor = cursor(&app).await;
    let url = format!("{}projects/{}/sdk/proxy/dropbox/{ROUTE}", world.stack.url(), app.project);
    let polls = || world.stack.dropbox.calls().get("files/list_folder/longpoll").copied().unwrap_or_default();
    let mut strangers = JoinSet::new();
    for _ in 0..16 {
        strangers.spawn(strangers_poll(url.clone(), cursor.clone()));
    }
    for _ in STRANGERS_POLLS..16 {
        let refused = strangers.join_next().await.unwrap().unwrap();
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()["retry-after"], "60");
        let refused: Value = refused.json().await.unwrap();
        assert_eq!(refused["code"], "too_many_longpolls");
        assert_eq!(refused["error"]["reason"][".tag"], "too_many_requests");
    }
    world.until(async || polls() == u64::from(STRANGERS_POLLS)).await;
    // Polls without credentials do not block the project's own.
    let argument = json!({"cursor": cursor, "timeout": 60});
    let (own, ()) = tokio::join!(app.call(ROUTE, &argument), async {
        world.until(async || polls() > u64::from(STRANGERS_POLLS)).await;
        strangers.abort_all();
        while strangers.join_next().await.is_some() {}
        // The disconnected callers' slots are free for others.
        let under_way = || polls() > u64::from(STRANGERS_POLLS) + 1;
        while !under_way() {
            let next = tokio::spawn(strangers_poll(url.clone(), cursor.clone()));
            world.until(async || under_way() || next.is_finished()).await;
        }
        world.write(FIRST, "new.txt", b"new");
    });
    assert_eq!((own.status, &own.body["changes"]), (StatusCode::OK, &json!(true)), "{}", own.body);
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
