//! Connecting again: the same account keeps its connection; another is refused or added, as requested.

use local::browser::Decision;
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::{
    model::{ConnectionId, ConnectionStatus},
    store::Connections,
};
use tests::{App, World};

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";

/// Connects an account through a link for a connection. Returns the link's outcome.
async fn again(app: &App, connection: ConnectionId, other_account: &str, email: &str) -> Value {
    let request = json!({"connection": connection, "other_account": other_account});
    let (id, _) = app.connect_with(&request, email, Decision::Approve).await;
    app.link_status(&id).await
}

async fn connections(app: &App) -> usize {
    app.get("connections").await.body["connections"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_account_keeps_its_connection_whatever_is_said_of_others() {
    let world = World::new().await;
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    world.stack.dropbox.revoke_access(FIRST, world.stack.app.key.as_str()).unwrap();
    world.write(FIRST, "missed.txt", b"missed");
    world.due(connection).await;
    world.event("Needs Reauthorization").await;
    assert_eq!(app.call("2/files/list_folder", &json!({"path": ""})).await.code(), "needs_reauth");
    for other_account in ["refuse", "add"] {
        let ended = again(&app, connection, other_account, FIRST).await;
        assert_eq!((&ended["status"], &ended["connection"]), (&json!("connected"), &json!(connection)));
    }
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
    let stored = world.stack.store().connection(connection).await.unwrap().unwrap();
    assert_eq!((stored.status, stored.reconnects), (ConnectionStatus::Active, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_is_refused_and_keeps_no_grant() {
    let world = World::new().await;
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    let revoked = || world.stack.dropbox.calls().get("auth/token/revoke").copied().unwrap_or_default();
    assert_eq!(revoked(), 0);
    let ended = again(&app, connection, "refuse", SECOND).await;
    assert_eq!(ended["status"], "failed", "{ended}");
    assert_eq!((revoked(), connections(&app).await), (1, 1));
    let request = json!({"connection": connection});
    let (_, shown) = app.connect_with(&request, SECOND, Decision::Approve).await;
    assert_eq!(shown.status, StatusCode::CONFLICT);
    assert!(shown.body.contains(r#""code":"other_account""#), "{}", shown.body);
    assert!(app.names().await.is_empty(), "the connection works as before");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_is_added_where_that_is_asked() {
    let world = World::new().await;
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    let ended = again(&app, connection, "add", SECOND).await;
    assert_eq!(ended["status"], "connected");
    assert_ne!(ended["connection"], json!(connection));
    assert_eq!(connections(&app).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_connection_that_the_user_has_can_be_connected_again() {
    let world = World::new().await;
    let connection = world.first_app("u").connect(FIRST).await;
    let refused = [
        (
            world.first_app("v"),
            json!({"connection": connection}),
            StatusCode::NOT_FOUND,
            "connection_not_found",
        ),
        (
            world.second_app("u"),
            json!({"connection": connection}),
            StatusCode::NOT_FOUND,
            "connection_not_found",
        ),
        (world.first_app("u"), json!({"connection": "1"}), StatusCode::BAD_REQUEST, "malformed_body"),
        (world.first_app("u"), json!({"other_account": "ask"}), StatusCode::BAD_REQUEST, "malformed_body"),
    ];
    for (app, request, status, code) in refused {
        let answer = app.post("connect/links", &request.to_string()).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{request}");
    }
}
