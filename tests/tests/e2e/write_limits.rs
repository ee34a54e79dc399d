//! Limits of write operations (T9): only writes wait; reads and the sync continue.

use fake_dropbox::{
    Fault,
    faults::{RateLimitReason, RateLimitShape},
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::model::ConnectionId;
use tests::{App, World};

const FIRST: &str = "first@example.com";
const WAIT: u32 = 300;

async fn connected() -> (World, App, ConnectionId) {
    let world = World::new().await;
    world.write(FIRST, "a.txt", b"a");
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    (world, app, connection)
}

async fn create_folder(app: &App, path: &str) -> StatusCode {
    app.call("2/files/create_folder_v2", &json!({"path": path})).await.status
}

/// Asserts that reads and the sync of a connection continue, while writes are refused.
async fn only_writes_wait(world: &World, app: &App, connection: ConnectionId, file: &str) {
    assert_eq!(create_folder(app, "/refused here").await, StatusCode::TOO_MANY_REQUESTS);
    let listed = app.call("2/files/list_folder", &json!({"path": ""})).await;
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.body);
    world.write(FIRST, file, b"new");
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
    let details = app.details(connection).await;
    assert_eq!(details["paused_until"], Value::Null);
    assert!(details["writes_paused_until"].as_str().is_some_and(|until| until.ends_with('Z')), "{details}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_writes_pauses_writes_alone_in_whatever_shape_it_comes() {
    use RateLimitShape::{Json, ReasonOnly};
    let reason = RateLimitReason::TooManyWriteOperations;
    let limited = |shape| Fault::RateLimited { shape, reason, retry_after: WAIT };
    let faults = [
        (limited(Json), StatusCode::TOO_MANY_REQUESTS),
        (limited(ReasonOnly), StatusCode::TOO_MANY_REQUESTS),
        (Fault::TooManyWriteOperations { retry_after: WAIT }, StatusCode::CONFLICT),
    ];
    for (fault, status) in faults {
        let (world, app, connection) = connected().await;
        world.stack.dropbox.faults(FIRST).next("files/create_folder_v2", 1, fault);
        assert_eq!(create_folder(&app, "/limited").await, status);
        only_writes_wait(&world, &app, connection, "new.txt").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_calls_pauses_all_of_them() {
    let (world, app, connection) = connected().await;
    let (shape, reason) = (RateLimitShape::Json, RateLimitReason::TooManyRequests);
    let limited = Fault::RateLimited { shape, reason, retry_after: WAIT };
    world.stack.dropbox.faults(FIRST).next("files/create_folder_v2", 1, limited);
    assert_eq!(create_folder(&app, "/limited").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(create_folder(&app, "/limited").await, StatusCode::TOO_MANY_REQUESTS);
    let listed = app.call("2/files/list_folder", &json!({"path": ""})).await;
    assert_eq!(listed.status, StatusCode::TOO_MANY_REQUESTS);
    let details = app.details(connection).await;
    assert!(details["paused_until"].is_string(), "{details}");
}
