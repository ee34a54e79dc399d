//! Refusals of endpoints: the sentence names the member, nothing of the request is repeated, and nothing is stored.

use serde_json::{Value, json};
use tests::World;

use super::{patch, path};

/// Wrong values of members, with what the error's sentence must name.
fn wrong() -> Vec<(Value, &'static str)> {
    let headers = |value: Value| json!({ "headers": value });
    let many: serde_json::Map<String, Value> = (0..21).map(|n| (format!("x-{n}"), json!("1"))).collect();
    vec![
        (json!({"description": 7}), "description"),
        (json!({"description": "x".repeat(501)}), "description"),
        (json!({"description": "canary\u{7}"}), "description"),
        (json!({"format": "canary"}), "format"),
        (json!({"format": {"kind": "carbon"}}), "format"),
        (json!({"format": {"kind": "paragon", "metadata": []}}), "format"),
        (json!({"format": {"kind": "paragon", "canary": 1}}), "format"),
        (json!({"format": {"kind": "paragon", "metadata": {"canary": "x".repeat(5000)}}}), "format"),
        (json!({"signatures": []}), "signatures"),
        (json!({"signatures": ["canary"]}), "signatures"),
        (json!({"signatures": ["standard", "standard"]}), "signatures"),
        (json!({"order": "canary"}), "order"),
        (json!({"batch": 0}), "batch"),
        (json!({"batch": 101}), "batch"),
        (json!({"batch": 1.5}), "batch"),
        (json!({"batch": 2, "format": {"kind": "paragon"}}), "batch"),
        (headers(json!({"Host": "canary"})), "headers"),
        (headers(json!({"content-type": "canary"})), "headers"),
        (headers(json!({"Transfer-Encoding": "canary"})), "headers"),
        (headers(json!({"webhook-id": "canary"})), "headers"),
        (headers(json!({"Carbon-Signature": "canary"})), "headers"),
        (headers(json!({"x-a": "canary\r\nx-b: c"})), "headers"),
        (headers(json!({"x a": "canary"})), "headers"),
        (headers(json!({"x-a": 7})), "headers"),
        (headers(json!({"x-a": "x".repeat(4096)})), "headers"),
        (headers(json!(many)), "headers"),
        (headers(json!([])), "headers"),
        (json!({"filter": []}), "filter"),
        (json!({"filter": {"canary": 1}}), "filter"),
        (json!({"filter": {"types": ["canary"]}}), "filter.types"),
        (json!({"filter": {"connections": [1]}}), "filter.connections"),
        (json!({"filter": {"users": ["\n"]}}), "filter.users"),
        (json!({"filter": {"folders": ["canary"]}}), "folders"),
        (json!({"filter": {"folders": vec!["/a"; 101]}}), "folders"),
        (json!({"filter": {"glob": "[canary"}}), "glob"),
        (json!({"filter": {"glob": "x".repeat(501)}}), "glob"),
        (json!({"filter": {"formats": {"families": ["canary"]}}}), "filter.formats"),
        (json!({"filter": {"min_size": 2, "max_size": 1}}), "min_size"),
        (json!({"filter": {"min_size": -1}}), "filter.min_size"),
        (json!({"filter": {"kind": "canary"}}), "filter.kind"),
        (json!({"canary": 1}), "url"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_member_is_named_and_nothing_is_made_or_changed() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let made = app.post("endpoints", r#"{"url": "https://app.example.com/"}"#).await.body;
    let before = app.get("endpoints").await.body;
    for (members, named) in wrong() {
        let mut body = members.clone();
        body["url"] = json!("https://app.example.com/");
        for answer in
            [app.post("endpoints", &body.to_string()).await, patch(&app, &path(&made), &members).await]
        {
            assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed_body"), "{members}");
            let message = answer.body["message"].as_str().unwrap();
            assert!(message.contains(named) && !message.contains("canary"), "{members}: {message}");
        }
    }
    let secret = |secret: &str| json!({"url": "https://app.example.com/", "secret": secret});
    for body in [
        json!({}),
        json!({"url": null}),
        json!({"url": 7}),
        secret("canary"),
        secret("whsec_canary"),
        secret("whsec_Y2FuYXJ5"),
        json!({"url": "https://app.example.com/", "starts_at": "2000-01-01T00:00:00Z"}),
        json!({"url": "https://app.example.com/", "starts_at": "2100-01-01T00:00:00Z"}),
        json!({"url": "https://app.example.com/", "starts_at": 7}),
        json!({"url": "https://app.example.com/", "paused": true}),
        json!(["https://app.example.com/"]),
    ] {
        let answer = app.post("endpoints", &body.to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed_body"), "{body}");
        assert!(!answer.body.to_string().contains("canary"), "{}", answer.body);
    }
    for body in [json!({"enabled": false}), json!({"paused": null}), json!({"secret": "x"})] {
        assert_eq!(patch(&app, &path(&made), &body).await.code(), "malformed_body", "{body}");
    }
    assert_eq!(app.post("endpoints", &"x".repeat(70_000)).await.code(), "body_too_large");
    assert_eq!(app.get("endpoints").await.body, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_outside_the_public_internet_is_refused_with_the_reason() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let made = app.post("endpoints", r#"{"url": "https://app.example.com/"}"#).await.body;
    for url in [
        "",
        "canary",
        "http://app.example.com/canary",
        "https://user:canary@app.example.com/",
        "https://app.example.com:8443/canary",
        "https://10.0.0.1/canary",
        "https://169.254.169.254/canary",
        "https://[fd00:ec2::254]/canary",
        "https://canary.internal/",
        "https://0xa9fea9fe/canary",
        "ftp://127.0.0.1/canary",
    ] {
        let body = json!({"url": url});
        for answer in [app.post("endpoints", &body.to_string()).await, patch(&app, &path(&made), &body).await]
        {
            assert_eq!((answer.status.as_u16(), answer.code()), (400, "url_not_allowed"), "{url}");
            assert!(!answer.body.to_string().contains("canary"), "{}", answer.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_bodies_and_queries_are_refused_with_the_member_or_field() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let connection = app.connect(super::FIRST).await;
    let made = app.post("endpoints", r#"{"url": "https://app.example.com/"}"#).await.body;
    let path = path(&made);
    for (below, body, named) in [
        ("rotate", json!({"valid_for_hours": 169}), "valid_for_hours"),
        ("rotate", json!({"valid_for_hours": -1}), "valid_for_hours"),
        ("rotate", json!({"secret": "x"}), "secret"),
        ("rotate", json!({"hours": 1}), "valid_for_hours"),
        ("test", json!({"type": "x"}), "members"),
        ("replay", json!({}), "from"),
        ("replay", json!({"from": "yesterday"}), "from"),
        ("replay", json!({"from": "2100-01-01T00:00:00Z"}), "from"),
        ("replay", json!({"from": {"change": 0, "notice": 0}}), "from"),
        ("replay", json!({"from": {"change": 9000, "notice": 0}, "connection": connection}), "from"),
        ("replay", json!({"from": "now", "connection": "x"}), "connection"),
        ("replay", json!({"from": "now", "user": "x"}), "connection"),
    ] {
        let answer = app.post(&format!("{path}/{below}"), &body.to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed_body"), "{below} {body}");
        assert!(answer.body["message"].as_str().unwrap().contains(named), "{body}: {}", answer.body);
    }
    for body in [
        json!({}),
        json!({"connection": "x"}),
        json!({"connection": connection, "last": 0}),
        json!({"connection": connection, "last": 1001}),
        json!({"connection": connection, "filter": {"kind": "x"}}),
    ] {
        let answer = app.post("endpoints/preview", &body.to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed_body"), "{body}");
    }
    for query in [
        "attempts?limit=0",
        "attempts?limit=201",
        "attempts?before=x",
        "deliveries?limit=x",
        "deliveries?cursor=x",
    ] {
        let answer = app.get(&format!("{path}/{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed_query"), "{query}");
    }
}
