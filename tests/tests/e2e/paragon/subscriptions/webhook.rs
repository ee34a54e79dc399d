//! The project's endpoint for triggers: the address and the keys of subscriptions.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Receiver};

use super::{CREATED, Fixture, listed, subscribe, webhook};

async fn of_endpoint(fixture: &Fixture, method: Method, path: &str, body: Value) -> Answer {
    fixture.server.ask(method, path, &body.to_string()).await
}

async fn webhook_path(fixture: &Fixture) -> String {
    let listed = fixture.server.get("endpoints").await.body;
    assert_eq!(listed["endpoints"][0]["purpose"], "triggers");
    format!("endpoints/{}", listed["endpoints"][0]["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_has_one_that_gets_nothing_for_itself() {
    let fixture = Fixture::new().await;
    let body = json!({"url": "https://app.example.com/", "purpose": "triggers"}).to_string();
    let second = fixture.server.post("endpoints", &body).await;
    assert_eq!((second.status.as_u16(), second.code()), (409, "endpoint_exists"));
    fixture.write("a.txt").await;
    assert!(fixture.receiver.received().is_empty());
    for (member, value) in [
        ("filter", json!({})),
        ("format", json!("standard")),
        ("batch", json!(1)),
        ("starts_at", json!("2026-01-31T12:00:00Z")),
        ("purpose", json!("subscription")),
    ] {
        let mut body = json!({"url": "https://app.example.com/", "purpose": "triggers"});
        body[member] = value;
        let refused = fixture.world.first_app("user-1").post("endpoints", &body.to_string()).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, "malformed_body"), "{member}");
    }
    let paused =
        of_endpoint(&fixture, Method::PATCH, &webhook_path(&fixture).await, json!({"paused": true})).await;
    assert_eq!((paused.status.as_u16(), paused.code()), (400, "malformed_body"));
}

#[tokio::test(flavor = "multi_thread")]
async fn its_changes_and_new_keys_count_for_all_subscriptions() {
    let fixture = Fixture::new().await;
    let (path, moved) = (webhook_path(&fixture).await, Receiver::start().await);
    subscribe(&fixture.user, CREATED, json!({})).await;
    let change =
        json!({"url": moved.url(), "headers": {"x-key": "k"}, "signatures": ["paragon", "standard"]});
    assert_eq!(of_endpoint(&fixture, Method::PATCH, &path, change).await.status, 200);
    let rotated = of_endpoint(&fixture, Method::POST, &format!("{path}/rotate"), json!({})).await.body;
    fixture.write("a.txt").await;
    assert!(fixture.receiver.received().is_empty());
    let received = moved.at_least(1).await;
    let secret = rotated["secret"].as_str().unwrap();
    assert_eq!(received[0].header("x-key"), "k");
    assert!(crate::endpoints::signatures::is_signed_with_secret(&received[0], secret));
    assert_ne!(secret, fixture.secret);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_there_is_none_events_wait() {
    let fixture = Fixture::new().await;
    let path = webhook_path(&fixture).await;
    let made = subscribe(&fixture.user, CREATED, json!({})).await;
    assert_eq!(of_endpoint(&fixture, Method::DELETE, &path, json!({})).await.status, 204);
    fixture.write("a.txt").await;
    assert!(fixture.receiver.received().is_empty());
    webhook(&fixture.server, &fixture.receiver, json!({})).await;
    let id = made["id"].as_str().unwrap();
    let resumed =
        of_endpoint(&fixture, Method::PATCH, &format!("endpoints/{id}"), json!({"paused": false})).await;
    assert_eq!(resumed.status, 200, "{}", resumed.body);
    fixture.receiver.at_least(1).await;
    assert_eq!(Fixture::paths(&fixture.receiver), ["/a.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_sees_a_subscription_as_an_endpoint_and_may_pause_it_only() {
    let fixture = Fixture::new().await;
    let made = subscribe(&fixture.user, CREATED, json!({"parameters": {"folder": "/a"}})).await;
    let path = format!("endpoints/{}", made["id"].as_str().unwrap());
    let shown = fixture.server.get(&path).await.body;
    assert_eq!((&shown["purpose"], &shown["url"]), (&json!("subscription"), &Value::Null));
    assert_eq!(shown["filter"]["folders"], json!(["/a"]));
    for (method, below, body) in [
        (Method::PATCH, "", json!({"url": "https://app.example.com/"})),
        (Method::PATCH, "", json!({"filter": {}})),
        (Method::POST, "/rotate", json!({})),
    ] {
        let refused = of_endpoint(&fixture, method, &format!("{path}{below}"), body.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (409, "endpoint_of_subscription"), "{body}");
    }
    let keys = fixture.server.get(&format!("{path}/keys")).await.body;
    assert_eq!(keys, fixture.server.get(&format!("{}/keys", webhook_path(&fixture).await)).await.body);
    assert!(keys["keys"][0]["key"].as_str().unwrap().starts_with("whpk_"));
    assert_eq!(of_endpoint(&fixture, Method::PATCH, &path, json!({"paused": true})).await.status, 200);
    let paused = fixture.user.get(&super::path(&made)).await.body;
    assert_eq!(
        (&paused["status"], &paused["error"]),
        (&json!("ERRORED"), &json!("The project has paused it."))
    );
    fixture.write("a/b.txt").await;
    assert!(fixture.receiver.received().is_empty());
    assert_eq!(of_endpoint(&fixture, Method::PATCH, &path, json!({"paused": false})).await.status, 200);
    fixture.receiver.at_least(1).await;
    assert_eq!(Fixture::paths(&fixture.receiver), ["/a/b.txt"]);
    let test = fixture.server.post(&format!("{path}/test"), "").await;
    assert_eq!(test.status, 202, "{}", test.body);
    assert_eq!(fixture.receiver.at_least(2).await[1].json()["type"], "endpoint.test");
    assert_eq!(of_endpoint(&fixture, Method::DELETE, &path, json!({})).await.status, 204);
    assert!(listed(&fixture.user, "").await.is_empty());
}
