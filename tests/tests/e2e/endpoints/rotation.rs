//! Replacing the keys of an endpoint.

use serde_json::{Value, json};
use tests::{App, Receiver, World};

use super::{
    create_at, path, send_test,
    signatures::{is_signed_with_key, is_signed_with_secret, signatures},
};

async fn rotate(app: &App, endpoint: &Value, body: Value) -> Value {
    let answer = app.post(&format!("{}/rotate", path(endpoint)), &body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

fn secret(shown: &Value) -> &str {
    shown["secret"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_both_secrets_verify_until_the_former_one_ends() {
    let world = World::new().await;
    let (app, receiver) = (world.first_app("user-1"), Receiver::start().await);
    let first = create_at(&app, &receiver, json!({})).await;
    let second = rotate(&app, &first, json!({})).await;
    assert_ne!((secret(&first), &first["public_key"]), (secret(&second), &second["public_key"]));
    assert_eq!(second["keys"][0]["key"], second["public_key"]);
    assert_eq!(second["keys"][0]["valid_until"], Value::Null);
    assert_eq!(second["keys"][1]["key"], first["public_key"]);
    assert!(second["keys"][1]["valid_until"].is_string());
    send_test(&app, &first).await;
    let received = &receiver.at_least(1).await[0];
    for shown in [&first, &second] {
        assert!(is_signed_with_secret(received, secret(shown)));
        assert!(is_signed_with_key(received, shown["public_key"].as_str().unwrap()));
    }
    let third = rotate(&app, &first, json!({"valid_for_hours": 0})).await;
    assert_eq!(third["keys"].as_array().unwrap().len(), 1);
    send_test(&app, &first).await;
    let received = &receiver.at_least(2).await[1];
    assert!(is_signed_with_secret(received, secret(&third)));
    assert_eq!(signatures(received, "v1").len() + signatures(received, "v1a").len(), 2);
    assert!(!is_signed_with_secret(received, secret(&second)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_former_keys_are_kept_and_a_secret_can_be_the_applications_own() {
    let world = World::new().await;
    let (app, receiver) = (world.first_app("user-1"), Receiver::start().await);
    let made = create_at(&app, &receiver, json!({})).await;
    let mut shown = vec![made.clone()];
    for _ in 0..2 {
        shown.push(rotate(&app, &made, json!({"valid_for_hours": 168})).await);
    }
    let own = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let last = rotate(&app, &made, json!({"secret": own})).await;
    assert_eq!(secret(&last), own);
    send_test(&app, &made).await;
    let received = &receiver.at_least(1).await[0];
    assert_eq!(signatures(received, "v1").len(), 3);
    assert!(is_signed_with_secret(received, own));
    assert!(is_signed_with_secret(received, secret(&shown[2])));
    assert!(!is_signed_with_secret(received, secret(&shown[0])));
}
