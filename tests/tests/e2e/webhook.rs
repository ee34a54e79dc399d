//! Dropbox's challenge and notifications.

use aws_lc_rs::hmac;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tests::World;

pub(crate) fn signature(world: &World, body: &str) -> String {
    signed(world.stack.app.secret.expose(), body)
}

/// Returns the signature header with which the app of this secret would send a body.
pub(crate) fn signed(secret: &str, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, body.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) async fn post(world: &World, signature: Option<&str>, body: &str) -> (StatusCode, Value) {
    let mut request = Client::new().post(world.stack.url().join("webhook").unwrap()).body(body.to_owned());
    if let Some(signature) = signature {
        request = request.header("X-Dropbox-Signature", signature);
    }
    let answer = request.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_challenge_is_echoed_as_plain_text() {
    let world = World::new().await;
    let mut url = world.stack.url().join("webhook").unwrap();
    url.query_pairs_mut().append_pair("challenge", "<b>ü</b>&x=1");
    let answer = Client::new().get(url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert_eq!(answer.text().await.unwrap(), "<b>ü</b>&x=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_dropbox_can_notify() {
    let world = World::new().await;
    world.first_app("u").connect("first@example.com").await;
    world.settled().await;
    let account = world.stack.dropbox.account_id("first@example.com").unwrap();
    let body = json!({"list_folder": {"accounts": [account]}}).to_string();
    let other = signature(&world, &format!("{body} "));
    for signature in [None, Some(""), Some("00"), Some(other.as_str())] {
        let (status, answer) = post(&world, signature, &body).await;
        assert_eq!(
            (status, &answer["code"]),
            (StatusCode::FORBIDDEN, &json!("bad_signature")),
            "{signature:?}"
        );
    }
    assert!(world.stack.machine.is_idle().await.unwrap(), "a forged notification queued work");
    let (status, answer) = post(&world, Some(&signature(&world, &body)), &body).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({"queued": 1})));
    world.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_body_that_is_no_notification_is_refused_and_unknown_accounts_are_passed_over() {
    let world = World::new().await;
    let (status, answer) = post(&world, Some(&signature(&world, "[1")), "[1").await;
    assert_eq!((status, &answer["code"]), (StatusCode::BAD_REQUEST, &json!("malformed_notification")));
    let body = r#"{"list_folder":{"accounts":["dbid:nobody"]},"new":{}}"#;
    let (status, answer) = post(&world, Some(&signature(&world, body)), body).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({"queued": 0})));
}
