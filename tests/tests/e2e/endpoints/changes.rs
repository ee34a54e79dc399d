//! Changing, pausing, enabling and deleting endpoints.

use serde_json::{Value, json};
use shared::store::Deliveries;
use tests::{Receiver, Reply, World};

use super::{create_at, delete, patch, path, types, with_file};

/// Returns the settings of an endpoint that wants to know of one new file only.
fn new_file() -> Value {
    json!({"filter": {"types": ["file.created"], "glob": "/b.pdf"}})
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_is_changed_and_nothing_else() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let made = app.post("endpoints", r#"{"url": "https://app.example.com/"}"#).await.body;
    let mut expected = app.get(&path(&made)).await.body;
    for (member, value) in [
        ("description", json!("Contracts")),
        ("filter", json!({"kind": "file"})),
        ("batch", json!(7)),
        ("order", json!("parallel")),
        ("signatures", json!(["carbon", "carbon_compact"])),
        ("url", json!("https://other.example.com/")),
        ("description", Value::Null),
    ] {
        let changed = patch(&app, &path(&made), &json!({ member: value })).await;
        expected[member] = value;
        assert_eq!((changed.status.as_u16(), &changed.body), (200, &expected), "{member}");
    }
    assert_eq!(patch(&app, &path(&made), &json!({})).await.body, expected);
    let paragon = patch(&app, &path(&made), &json!({"format": {"kind": "paragon"}})).await;
    assert_eq!(paragon.code(), "malformed_body", "it still has batches");
    let both = json!({"format": {"kind": "paragon", "metadata": {}}, "batch": 1});
    assert_eq!(patch(&app, &path(&made), &both).await.body["format"], both["format"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_at_the_same_time_are_all_made() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let made = app.post("endpoints", r#"{"url": "https://app.example.com/"}"#).await.body;
    let changes = [
        json!({"description": "Contracts"}),
        json!({"batch": 7}),
        json!({"order": "parallel"}),
        json!({"paused": true}),
        json!({"filter": {"kind": "file"}}),
    ];
    let (path, app) = (path(&made), &app);
    let answers =
        futures_util::future::join_all(changes.iter().map(|change| patch(app, &path, change))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let after = app.get(&path).await.body;
    for change in &changes {
        for (member, value) in change.as_object().unwrap() {
            assert_eq!(after[member], *value, "{member}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_endpoint_gets_what_has_waited_once_it_goes_on() {
    let (world, app, _) = with_file().await;
    let receiver = Receiver::start().await;
    let made = create_at(&app, &receiver, new_file()).await;
    let paused = patch(&app, &path(&made), &json!({"paused": true})).await.body;
    assert_eq!(paused["health"]["state"], "paused");
    assert!(paused["health"]["reason"].is_string());
    world.write(super::FIRST, "b.pdf", b"b");
    world.settled().await;
    assert!(receiver.received().is_empty());
    let again = patch(&app, &path(&made), &json!({"paused": false})).await.body;
    assert_eq!(again["health"]["state"], "active");
    let received = receiver.at_least(1).await;
    assert_eq!(received[0].json()["data"]["item"]["name"], "b.pdf");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_answered_gone_is_enabled_again_and_loses_nothing() {
    let (world, app, _) = with_file().await;
    let receiver = Receiver::start().await;
    receiver.answer_once(Reply::status(410));
    let made = create_at(&app, &receiver, new_file()).await;
    world.write(super::FIRST, "b.pdf", b"b");
    world.settled().await;
    receiver.at_least(1).await;
    let state = async || app.get(&path(&made)).await.body["health"].clone();
    world.until(async || state().await["state"] == "disabled").await;
    let disabled = state().await;
    assert!(disabled["reason"].as_str().unwrap().contains("410") && disabled["disabled_at"].is_string());
    let enabled = patch(&app, &path(&made), &json!({"enabled": true})).await;
    assert_eq!((enabled.status.as_u16(), &enabled.body["health"]["state"]), (200, &json!("active")));
    let received = receiver.at_least(2).await;
    assert_eq!(received[0].json(), received[1].json());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_gets_what_waits_at_once() {
    let (world, app, _) = with_file().await;
    let (old, new) = (Receiver::start().await, Receiver::start().await);
    old.answer(Reply::status(503).retry_after("86400"));
    let made = create_at(&app, &old, new_file()).await;
    world.write(super::FIRST, "b.pdf", b"b");
    world.settled().await;
    old.at_least(1).await;
    let deliveries =
        async || app.get(&format!("{}/deliveries", path(&made))).await.body["deliveries"].clone();
    world.until(async || deliveries().await[0]["retry_at"].is_string()).await;
    assert_eq!(app.get(&path(&made)).await.body["health"]["state"], "failing");
    let moved = patch(&app, &path(&made), &json!({"url": new.url()})).await;
    assert_eq!(moved.body["health"]["state"], "active");
    assert_eq!(types(&new.at_least(1).await), ["file.created"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_endpoint_is_gone_with_its_deliveries() {
    let (world, app, _) = with_file().await;
    let receiver = Receiver::start().await;
    let made = create_at(&app, &receiver, new_file()).await;
    world.write(super::FIRST, "b.pdf", b"b");
    world.settled().await;
    let deliveries =
        async || app.get(&format!("{}/deliveries", path(&made))).await.body["deliveries"].clone();
    world.until(async || deliveries().await[0]["behind"] == 0).await;
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(delete(&app, &path(&made)).await.status, 204);
    assert_eq!(app.get(&path(&made)).await.code(), "endpoint_not_found");
    assert_eq!(delete(&app, &path(&made)).await.status, 404);
    assert_eq!(app.get("endpoints").await.body, json!({"endpoints": []}));
    let endpoint = made["id"].as_str().unwrap().parse().unwrap();
    assert!(world.stack.store().deliveries(endpoint, None, 10).await.unwrap().is_empty());
}
