//! Refusals of destinations: nothing of the request is repeated, and nothing is stored.

use serde_json::{Value, json};
use tests::CarbonClient;

use super::{
    super::{patch, path},
    QUEUE, ROLE, bus, create, queue, with_cloud,
};

fn wrong() -> Vec<(Value, &'static str, &'static str)> {
    let of = |kind: &str, member: &str, place: &str, role: &str| json!({"type": kind, member: place, "role_arn": role});
    let sqs = |url: &str| of("sqs", "queue_url", url, ROLE);
    let with_role = |role: &str| of("sqs", "queue_url", QUEUE, role);
    let bus_at = |arn: &str| of("event_bridge", "event_bus_arn", arn, ROLE);
    let (malformed, not_allowed) = ("malformed_body", "destination_not_allowed");
    vec![
        (json!(null), malformed, "destination"),
        (json!([]), malformed, "destination"),
        (json!({}), malformed, "destination.type"),
        (json!({"type": "canary"}), malformed, "destination.type"),
        (json!({"type": "sqs", "role_arn": ROLE}), malformed, "destination.queue_url"),
        (json!({"type": "sqs", "queue_url": QUEUE}), malformed, "destination.role_arn"),
        (of("sqs", "event_bus_arn", "canary", ROLE), malformed, "destination.queue_url"),
        (
            json!({"type": "sqs", "queue_url": QUEUE, "role_arn": ROLE, "external_id": "canary"}),
            malformed,
            "destination",
        ),
        (sqs("https://canary.example.com/123456789012/events"), not_allowed, "queue_url"),
        (sqs("https://sqs.eu-central-1.amazonaws.com/123456789012/canary.fifo.x"), not_allowed, "queue_url"),
        (bus_at("canary"), not_allowed, "event_bus_arn"),
        (with_role("canary"), not_allowed, "role_arn"),
        (with_role("arn:aws:iam::123456789012:role/canary"), not_allowed, "/dropline/"),
        (with_role("arn:aws:iam::210987654321:role/dropline/canary"), not_allowed, "account"),
        (with_role("arn:aws-cn:iam::123456789012:role/dropline/canary"), not_allowed, "partition"),
        (bus_at("arn:aws-cn:events:cn-north-1:123456789012:event-bus/canary"), not_allowed, "partition"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_cannot_be_one_is_refused_and_nothing_is_made_or_changed() {
    let (world, _cloud) = with_cloud(1).await;
    let app = world.first_app("user-1");
    let made = create(&app, queue(QUEUE), json!({})).await;
    let before = app.get("endpoints").await.body;
    for (destination, code, named) in wrong() {
        let body = json!({ "destination": destination });
        for answer in [app.post("endpoints", &body.to_string()).await, patch(&app, &path(&made), &body).await]
        {
            assert_eq!((answer.status.as_u16(), answer.code()), (400, code), "{destination}");
            let message = answer.body["message"].as_str().unwrap();
            assert!(message.contains(named) && !message.contains("canary"), "{destination}: {message}");
        }
    }
    assert_eq!(app.get("endpoints").await.body, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_an_address_has_is_refused_with_a_destination() {
    let (world, _cloud) = with_cloud(1).await;
    let app = world.first_app("user-1");
    for (body, named) in [
        (json!({"destination": queue(QUEUE), "url": "https://app.example.com/"}), "either"),
        (json!({"destination": queue(QUEUE), "headers": {"x-a": "b"}}), "headers"),
        (json!({"destination": bus(), "batch": 2}), "batch"),
        (json!({"destination": queue(QUEUE), "purpose": "triggers"}), "triggers"),
    ] {
        let answer = app.post("endpoints", &body.to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed_body"), "{body}");
        assert!(answer.body["message"].as_str().unwrap().contains(named), "{}", answer.body);
    }
    assert_eq!(app.get("endpoints").await.body, json!({"endpoints": []}));
    let url = "https://app.example.com/";
    for (made, change) in [
        (json!({"url": url, "headers": {"x-a": "b"}}), json!({"destination": queue(QUEUE)})),
        (json!({"url": url, "purpose": "triggers"}), json!({"destination": queue(QUEUE)})),
        (json!({"url": url, "batch": 2}), json!({"destination": bus()})),
        (json!({"destination": bus()}), json!({"batch": 2})),
        (json!({"destination": bus()}), json!({"headers": {"x-a": "b"}})),
    ] {
        let made = app.post("endpoints", &made.to_string()).await.body;
        let answer = patch(&app, &path(&made), &change).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed_body"), "{change}");
    }
    let with_headers =
        app.post("endpoints", &json!({"url": url, "headers": {"x-a": "b"}}).to_string()).await.body;
    let both = json!({"destination": queue(QUEUE), "headers": {}});
    assert_eq!(patch(&app, &path(&with_headers), &both).await.status, 200);
}

/// Carbon's clients read the address of their webhooks.
#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_of_carbons_clients_keeps_its_address() {
    let (world, _cloud) = with_cloud(1).await;
    let app = world.first_app("user-1");
    let client = CarbonClient::server(world.stack.url(), &app).organization();
    let added = client.post("add_webhook", &json!({"url": "https://a.example.com/"})).await;
    assert_eq!(added.status, 200, "{}", added.body);
    let made = app.get("endpoints").await.body["endpoints"][0].clone();
    let answer = patch(&app, &path(&made), &json!({"destination": queue(QUEUE)})).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed_body"), "{}", answer.body);
}
