//! Making endpoints.

use serde_json::{Value, json};
use tests::{Receiver, World};

use super::{create_at, path, send_test, signatures};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_endpoint_has_the_usual_settings_and_its_secret_is_shown_once() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let answer = app.post("endpoints", r#"{"url": "https://app.example.com/hook"}"#).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let made = answer.body;
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_"), "{made}");
    assert_eq!(made["public_key"], made["keys"][0]["key"]);
    for (member, usual) in [
        ("url", json!("https://app.example.com/hook")),
        ("description", Value::Null),
        ("filter", json!({})),
        ("format", json!("standard")),
        ("signatures", json!(["standard", "standard_asymmetric"])),
        ("order", json!("ordered")),
        ("batch", json!(1)),
        ("headers", json!([])),
        ("paused", json!(false)),
    ] {
        assert_eq!(made[member], usual, "{member}");
    }
    assert_eq!((&made["health"]["state"], &made["health"]["failures"]), (&json!("active"), &json!(0)));
    assert_eq!(made["starts_at"], made["created_at"]);
    for later in [app.get(&path(&made)).await, app.get("endpoints").await] {
        assert_eq!(later.status, 200);
        let text = later.body.to_string();
        assert!(!text.contains("whsec_") && !text.contains("secret"), "{text}");
        assert!(text.contains(made["public_key"].as_str().unwrap()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_told_as_they_can_be_sent_again() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let settings = json!({
        "url": "https://app.example.com/hook?a=b",
        "description": "Contracts",
        "filter": {
            "types": ["file.created", "file.ready"],
            "connections": ["0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a"],
            "users": ["user-1"],
            "folders": ["/contracts"],
            "glob": "/contracts/**/*.pdf",
            "formats": {"families": ["document"], "endings": ["csv"]},
            "min_size": 1,
            "max_size": 1000,
            "kind": "file",
        },
        "format": {"kind": "paragon", "metadata": {"tenant": [1, 2]}},
        "signatures": ["paragon"],
        "order": "parallel",
        "batch": 1,
    });
    let made = app.post("endpoints", &settings.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    for (member, value) in settings.as_object().unwrap() {
        assert_eq!(made.body[member], *value, "{member}");
    }
    let mut again = settings.clone();
    again["format"] = json!("standard");
    again["filter"]["formats"] = json!("all");
    assert_eq!(app.post("endpoints", &again.to_string()).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_goes_on_with_the_secret_that_it_has() {
    let world = World::new().await;
    let (app, receiver) = (world.first_app("user-1"), Receiver::start().await);
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let made = create_at(&app, &receiver, json!({"secret": secret})).await;
    assert_eq!(made["secret"], secret);
    let id = send_test(&app, &made).await;
    let received = receiver.at_least(1).await;
    assert_eq!(received[0].header("webhook-id"), id);
    assert_eq!(received[0].json()["type"], "endpoint.test");
    assert!(signatures::is_signed_with_secret(&received[0], secret));
    assert!(signatures::is_signed_with_key(&received[0], made["public_key"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_has_fifty_endpoints_at_most() {
    let world = World::new().await;
    let (app, other) = (world.first_app("user-1"), world.second_app("user-1"));
    let body = r#"{"url": "https://app.example.com/"}"#;
    for _ in 0..50 {
        assert_eq!(app.post("endpoints", body).await.status, 201);
    }
    let refused = app.post("endpoints", body).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "too_many_endpoints"));
    let listed = app.get("endpoints").await.body["endpoints"].as_array().unwrap().clone();
    assert_eq!(listed.len(), 50);
    assert_eq!(other.post("endpoints", body).await.status, 201);
    let path = path(&listed[0]);
    assert_eq!(super::delete(&app, &path).await.status, 204);
    assert_eq!(app.post("endpoints", body).await.status, 201);
}
