//! Calls to Dropbox through the proxy.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tests::World;

#[tokio::test(flavor = "multi_thread")]
async fn calls_change_the_account_and_come_back_as_events() {
    let world = World::new().await;
    let app = world.first_app("u");
    let connection = app.connect("first@example.com").await;
    let made = app.call("2/files/create_folder_v2", &json!({"path": "/Made Here"})).await;
    assert_eq!((made.status, &made.body["metadata"]["path_lower"]), (StatusCode::OK, &json!("/made here")));
    world.settled().await;
    let path = world.directory("first@example.com").join("Made Here");
    assert!(path.is_dir());
    assert_eq!(world.changes_after(connection, 0).await, [("created".to_owned(), "/made here".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropboxs_own_errors_pass_unchanged() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect("first@example.com").await;
    let missing = app.call("2/files/get_metadata", &json!({"path": "/nowhere"})).await;
    assert_eq!(missing.status, StatusCode::CONFLICT);
    assert_eq!(missing.body["error"], json!({".tag": "path", "path": {".tag": "not_found"}}));
    let root = app.call("2/files/list_folder", &json!({"path": "/"})).await;
    assert_eq!(root.status, StatusCode::BAD_REQUEST);
    assert!(matches!(&root.body, Value::String(text) if text.contains("empty string")), "{}", root.body);
    // A route without an argument accepts an empty body and null.
    for body in ["", "null"] {
        assert_eq!(
            app.proxy("2/users/get_current_account", body).await.body["email"],
            "first@example.com",
            "{body}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_call_is_refused_and_reaches_nobody() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect("first@example.com").await;
    world.settled().await;
    let before = world.stack.dropbox.calls();
    for path in [
        "oauth2/token",
        "1/files/list_folder",
        "2/files",
        "2/files/../x",
        "2/%2e%2e/x",
        "2//files/list_folder",
    ] {
        let answer = app.proxy(path, "{}").await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "path_not_allowed"), "{path}");
    }
    for body in ["{", "[]", "1", "{\"path\":\"\"} x"] {
        let answer = app.proxy("2/files/list_folder", body).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "malformed_body"), "{body}");
    }
    let get = app.get("sdk/proxy/dropbox/2/files/list_folder").await;
    assert_eq!((get.status, get.code()), (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"));
    assert_eq!(world.stack.dropbox.calls(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_refreshed_and_the_call_repeated() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect("first@example.com").await;
    world.settled().await;
    world.stack.dropbox.expire_access_tokens();
    assert!(app.names().await.is_empty());
    let tokens = world.stack.dropbox.calls()["oauth2/token"];
    assert!(app.names().await.is_empty());
    assert_eq!(world.stack.dropbox.calls()["oauth2/token"], tokens, "the new token was not kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_connection_says_what_to_do() {
    let world = World::new().await;
    let app = world.first_app("u");
    let connection = app.connect("first@example.com").await;
    world.settled().await;
    app.proxy("2/auth/token/revoke", "null").await;
    // The token is still valid by our clock, so the call is sent and Dropbox refuses it.
    world.write("first@example.com", "after.txt", b"after");
    world.stack.dropbox.expire_access_tokens();
    let refused = app.call("2/files/list_folder", &json!({"path": ""})).await;
    assert!(
        refused.status == StatusCode::UNAUTHORIZED || refused.code() == "needs_reauth",
        "{}",
        refused.body
    );
    // Connecting again restores the connection.
    assert_eq!(app.connect("first@example.com").await, connection);
    world.settled().await;
    world.assert_mirrors(connection, "first@example.com").await;
}
