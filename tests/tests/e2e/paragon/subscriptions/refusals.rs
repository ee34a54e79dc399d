//! Refusals of subscriptions: each has a reason, and changes nothing.

use serde_json::json;
use tests::World;

use super::{
    CREATED, FIRST, Fixture, PATH, listed, newcomer, patch, path, refusal, subscribe, try_subscribe,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_cannot_be_is_not_made() {
    let fixture = Fixture::new().await;
    let large = "x".repeat(5_000);
    for (bad, code) in [
        (json!({"type": null}), "invalid_field"),
        (json!({"type": 7}), "invalid_field"),
        (json!({"type": "TRIGGER_DROPBOX"}), "invalid_field"),
        (json!({"integration": 7}), "invalid_field"),
        (json!({"parameters": "x"}), "invalid_field"),
        (json!({"parameters": {"path": "/a"}}), "invalid_field"),
        (json!({"parameters": {"folder": "a"}}), "invalid_field"),
        (json!({"parameters": {"glob": "["}}), "invalid_field"),
        (json!({"parameters": {"glob": large}}), "invalid_field"),
        (json!({"parameters": {"formats": 1}}), "invalid_field"),
        (json!({"webhookOverride": "https://app.example.com/"}), "invalid_field"),
        (json!({"webhookOverride": {}}), "invalid_field"),
        (json!({"webhookOverride": {"url": "http://app.example.com/"}}), "url_not_allowed"),
        (json!({"webhookOverride": {"url": "https://169.254.169.254/"}}), "url_not_allowed"),
        (
            json!({"webhookOverride": {"url": "https://a.example.com/", "headers": {"host": "b"}}}),
            "invalid_field",
        ),
        (json!({"webhookOverride": {"url": "https://a.example.com/", "headers": {"a": 1}}}), "invalid_field"),
        (json!({"webhookOverride": {"url": "https://a.example.com/", "metadata": []}}), "invalid_field"),
        (
            json!({"webhookOverride": {"url": "https://a.example.com/", "metadata": {"a": large}}}),
            "invalid_field",
        ),
    ] {
        let answer = try_subscribe(&fixture.user, CREATED, bad.clone()).await;
        assert_eq!(refusal(&answer), (400, code), "{bad:.90}");
        assert!(!answer.body.to_string().contains("169.254"), "{}", answer.body);
    }
    let elsewhere = try_subscribe(&fixture.user, CREATED, json!({"integration": "slack"})).await;
    assert_eq!(refusal(&elsewhere), (404, "integration_not_found"));
    assert_eq!(refusal(&fixture.user.post(PATH, "[]").await), (400, "malformed_body"));
    let body = json!({"type": CREATED, "x": "x".repeat(70_000)}).to_string();
    assert_eq!(refusal(&fixture.user.post(PATH, &body).await), (413, "body_too_large"));
    assert!(listed(&fixture.user, "").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_cannot_be_changes_nothing() {
    let fixture = Fixture::new().await;
    let made = subscribe(&fixture.user, "TRIGGER_DROPBOX_FOLDER_CREATED", json!({})).await;
    for (bad, code) in [
        (json!({"parameters": {"formats": "pdf"}}), "invalid_field"),
        (json!({"parameters": {"glob": "/ok/*", "folder": 1}}), "invalid_field"),
        (json!({"parameters": {"glob": "/ok/*"}, "webhookOverride": {}}), "invalid_field"),
        (json!({"parameters": {"glob": "/ok/*"}, "webhookOverride": {"url": "ftp://a"}}), "url_not_allowed"),
    ] {
        assert_eq!(refusal(&patch(&fixture.user, &made, bad.clone()).await), (400, code), "{bad}");
    }
    assert_eq!(fixture.user.get(&path(&made)).await.body["parameters"], json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_endpoint_for_triggers_it_is_said_how_to_make_one() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    server.connect(FIRST).await;
    let own = json!({"webhookOverride": {"url": "https://app.example.com/"}});
    for further in [json!({}), own] {
        let answer = try_subscribe(&user, CREATED, further).await;
        assert_eq!(refusal(&answer), (409, "no_endpoint_for_triggers"));
        assert!(answer.body["message"].as_str().unwrap().contains(r#"{"purpose": "triggers""#));
    }
    assert!(listed(&user, "").await.is_empty());
}
