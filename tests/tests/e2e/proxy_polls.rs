//! T35: limits on parallel long polls.

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use shared::store::POLLS_WITHOUT_CREDENTIALS;
use tests::{App, World};
use tokio::task::JoinSet;

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";
/// Number of long polls of strangers that filled a project's slots.
const STRANGERS: u8 = 16;
const ROUTE: &str = "2/files/list_folder/longpoll";

async fn cursor(app: &App) -> String {
    let latest = app.call("2/files/list_folder/get_latest_cursor", &json!({"path": ""})).await;
    latest.body["cursor"].as_str().unwrap().to_owned()
}

/// Returns the address of a project's long polls.
fn poll_address(world: &World, app: &App) -> String {
    format!("{}projects/{}/sdk/proxy/dropbox/{ROUTE}", world.stack.url(), app.project)
}

/// Returns the number of long polls that have reached Dropbox.
fn polls(world: &World) -> u64 {
    world.stack.dropbox.calls().get("files/list_folder/longpoll").copied().unwrap_or_default()
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
    let url = poll_address(&world, &app);
    let polls = || polls(&world);
    let mut polling = JoinSet::new();
    for _ in 0..STRANGERS {
        polling.spawn(poll_without_credentials(url.clone(), cursor.clone()));
    }
    for _ in POLLS_WITHOUT_CREDENTIALS..STRANGERS {
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
async fn polls_with_another_projects_cursor_take_no_slot_of_callers_with_credentials() {
    let world = World::new().await;
    let (app, other) = (world.first_app("u"), world.second_app("u"));
    app.connect(FIRST).await;
    other.connect(SECOND).await;
    world.settled().await;
    let (own, others) = (cursor(&app).await, cursor(&other).await);
    let url = poll_address(&world, &app);
    let mut polling = JoinSet::new();
    for _ in 0..STRANGERS {
        polling.spawn(poll_without_credentials(url.clone(), others.clone()));
    }
    for _ in POLLS_WITHOUT_CREDENTIALS..STRANGERS {
        let refused = polling.join_next().await.unwrap().unwrap();
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    }
    world.until(async || polls(&world) == u64::from(POLLS_WITHOUT_CREDENTIALS)).await;
    // A stranger's poll counts for the project that it names, so the cursor's own project keeps its share.
    let mut elsewhere = JoinSet::new();
    elsewhere.spawn(poll_without_credentials(poll_address(&world, &other), others.clone()));
    world.until(async || polls(&world) > u64::from(POLLS_WITHOUT_CREDENTIALS)).await;
    let argument = json!({"cursor": own, "timeout": 60});
    let (with, ()) = tokio::join!(app.call(ROUTE, &argument), async {
        world.until(async || polls(&world) > u64::from(POLLS_WITHOUT_CREDENTIALS) + 1).await;
        world.write(FIRST, "new.txt", b"new");
    });
    assert_eq!((with.status, &with.body["changes"]), (StatusCode::OK, &json!(true)), "{}", with.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn polls_with_a_cursor_that_dropbox_refuses_leave_their_slots_at_once() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.settled().await;
    let cursor = cursor(&app).await;
    let url = poll_address(&world, &app);
    for invented in ["invented", "", &cursor[1..]] {
        let before = polls(&world);
        for _ in 0..STRANGERS {
            let refused = poll_without_credentials(url.clone(), invented.to_owned()).await;
            assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{invented}");
        }
        assert_eq!(polls(&world) - before, u64::from(STRANGERS), "{invented}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shows_credentials_for_a_poll_must_show_good_ones() {
    let world = World::new().await;
    let (app, other) = (world.first_app("u"), world.second_app("u"));
    app.connect(FIRST).await;
    world.settled().await;
    let poll = json!({"cursor": cursor(&app).await, "timeout": 30});
    let before = world.stack.dropbox.calls();
    let url = poll_address(&world, &other);
    let others_project = app.request(reqwest::Method::POST, "").build().unwrap();
    let with_key = Client::new().post(url).headers(others_project.headers().clone()).body(poll.to_string());
    assert_eq!(with_key.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    let refused = app.with_token("no such token").call(ROUTE, &poll).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::UNAUTHORIZED, "unauthorized"));
    assert_eq!(world.stack.dropbox.calls(), before);
}
