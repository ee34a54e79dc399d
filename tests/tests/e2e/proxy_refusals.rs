//! T30: our own error responses, in the form that Dropbox's SDKs read. `tests/clients` tests how the SDKs
//! read them.

use fake_dropbox::faults::{Fault, RateLimitReason, RateLimitShape};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tests::World;

use crate::user_tokens;

const FIRST: &str = "first@example.com";
const ARGUMENT: &str = "dropbox-api-arg";

/// Returns status, `error` and `error_summary` of an error response, which must have the other members of
/// both formats, too.
async fn refusal(request: RequestBuilder) -> (StatusCode, Value, String) {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body: Value = answer.json().await.unwrap();
    assert_eq!(headers["content-type"], "application/json", "{body}");
    assert!(body["code"].is_string() && body["message"].is_string(), "{body}");
    assert_eq!(body["user_message"]["text"], body["message"], "{body}");
    if status == StatusCode::TOO_MANY_REQUESTS {
        let after: u64 = headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert_eq!(body["error"]["retry_after"], after, "{body}");
    }
    (status, body["error"].clone(), body["error_summary"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_call_is_told_so_in_dropboxs_words() {
    let world = World::new().await;
    let app = world.first_app("u");
    let (invalid, refused) = (json!({".tag": "invalid_access_token"}), StatusCode::UNAUTHORIZED);
    for route in ["2/files/list_folder", "2/files/get_metadata", "2/files/download", "2/files/upload"] {
        let nobody = app.with_token("no such token").proxied(Method::POST, route);
        let nobody = nobody.header(ARGUMENT, "{\"path\":\"\"}");
        assert_eq!(refusal(nobody).await, (refused, invalid.clone(), "invalid_access_token/".to_owned()));
    }
    // Closed error types of the specification have a tag for this below `path`.
    let (open, closed) =
        (json!({".tag": "not_connected"}), json!({".tag": "path", "path": {".tag": "not_connected"}}));
    for (route, error) in [
        ("2/files/list_folder", &open),
        ("2/files/download", &open),
        ("2/files/upload_session/start", &open),
        ("2/users/get_current_account", &open),
        ("2/files/get_metadata", &closed),
        ("2/files/create_folder_v2", &closed),
        ("2/files/get_thumbnail", &closed),
    ] {
        let (status, told, _) = refusal(app.proxied(Method::POST, route)).await;
        assert_eq!((status, &told), (StatusCode::NOT_FOUND, error), "{route}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_users_token_does_not_allow_is_told_in_dropboxs_form() {
    let world = World::new().await;
    let (app, pairs) = user_tokens::project(&world).await;
    let page =
        |claims: Value| app.with_token(pairs[1].sign(&user_tokens::with(&app, &claims)).unwrap().expose());
    let (open, closed) =
        (json!({".tag": "no_permission"}), json!({".tag": "path", "path": {".tag": "no_permission"}}));
    let elsewhere = page(json!({"urn:useparagon:connect:permissions": {"integration:box": true}}));
    for (route, error, summary) in [
        ("2/files/list_folder", &open, "no_permission/"),
        ("2/files/download", &open, "no_permission/"),
        ("2/files/upload", &open, "no_permission/"),
        ("2/users/get_current_account", &open, "no_permission/"),
        ("2/files/get_metadata", &closed, "path/no_permission/"),
        ("2/files/create_folder_v2", &closed, "path/no_permission/"),
        ("2/files/get_thumbnail", &closed, "path/no_permission/"),
    ] {
        let told = refusal(elsewhere.proxied(Method::POST, route)).await;
        assert_eq!(told, (StatusCode::FORBIDDEN, error.clone(), summary.to_owned()), "{route}");
    }
    // A page may not revoke its user's token (T27).
    let revoked = refusal(page(json!({})).proxied(Method::POST, "2/auth/token/revoke")).await;
    assert_eq!(revoked, (StatusCode::FORBIDDEN, open, "no_permission/".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_is_told_to_the_sdks_as_dropbox_tells_it() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.settled().await;
    let limit = Fault::RateLimited {
        shape: RateLimitShape::Json,
        reason: RateLimitReason::TooManyRequests,
        retry_after: 300,
    };
    world.stack.dropbox.faults(FIRST).next("files/get_metadata", 1, limit);
    app.call("2/files/get_metadata", &json!({"path": "/x"})).await;
    for route in ["2/files/get_metadata", "2/files/list_folder", "2/files/download", "2/files/upload"] {
        let call = app.proxied(Method::POST, route).header(ARGUMENT, "{\"path\":\"/x\"}");
        let (status, error, summary) = refusal(call).await;
        assert_eq!(
            (status, summary.as_str()),
            (StatusCode::TOO_MANY_REQUESTS, "too_many_requests/"),
            "{route}"
        );
        assert_eq!(error["reason"], json!({".tag": "too_many_requests"}), "{route}");
    }
}

/// T34: a request that is too large is told what to do. The numbers are those of the README: see `large_files.rs`.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_or_too_large_is_told_in_dropboxs_form() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    let post = |route: &str| app.proxied(Method::POST, route);
    // The gateway refuses what cannot be passed to a function.
    for (call, status, tag) in [
        (post("2/files/list_folder").body("["), 400, "malformed_body"),
        (post("2/files/list_folder?x=y"), 400, "query_not_allowed"),
        (post("1/files/list_folder"), 400, "path_not_allowed"),
        (post(&format!("2/files/{}", "x".repeat(2000))), 400, "path_not_allowed"),
        (post("2/files/download").header(ARGUMENT, "x".repeat(10_300)), 431, "header_too_large"),
        (post("2/files/download").query(&[("arg", "x".repeat(10_300))]), 431, "header_too_large"),
        (app.proxied(Method::GET, "2/files/list_folder"), 405, "method_not_allowed"),
    ] {
        let (told, error, summary) = refusal(call).await;
        assert_eq!((told.as_u16(), &error[".tag"]), (status, &json!(tag)));
        assert_eq!(summary, format!("{tag}/"));
    }
    let large = post("2/files/upload").header(ARGUMENT, "{\"path\":\"/x\"}").body(vec![0; 4_500_001]);
    let large = large.send().await.unwrap();
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let large: Value = large.json().await.unwrap();
    assert_eq!(
        (&large["error"][".tag"], &large["code"]),
        (&json!("request_too_large"), &json!("request_too_large"))
    );
    let message = large["message"].as_str().unwrap();
    assert!(message.contains("upload_session") && message.contains("4 MiB"), "{message}");
    assert!(message.contains("get_temporary_upload_link"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_must_be_made_again_is_told_in_dropboxs_form() {
    let world = World::new().await;
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    world.stack.dropbox.revoke_access(FIRST, world.stack.app.key.as_str()).unwrap();
    world.write(FIRST, "missed.txt", b"missed");
    world.due(connection).await;
    world.event("Needs Reauthorization").await;
    for (route, error) in [
        ("2/files/list_folder", json!({".tag": "needs_reauth"})),
        ("2/files/upload", json!({".tag": "needs_reauth"})),
        ("2/files/create_folder_v2", json!({".tag": "path", "path": {".tag": "needs_reauth"}})),
    ] {
        let (status, told, _) = refusal(app.proxied(Method::POST, route)).await;
        assert_eq!((status, told), (StatusCode::CONFLICT, error), "{route}");
    }
}
