//! Further request headers: they arrive at the receiver, and nowhere else.

use serde_json::json;
use tests::{Receiver, World};

use super::{create_at, patch, path, send_test};

#[tokio::test(flavor = "multi_thread")]
async fn headers_arrive_and_only_their_names_are_shown() {
    let world = World::new().await;
    let (app, receiver) = (world.first_app("user-1"), Receiver::start().await);
    let headers = json!({"Authorization": "Bearer canary", "X-Tenant": "canary 7"});
    let made = create_at(&app, &receiver, json!({"headers": headers})).await;
    assert_eq!(made["headers"], json!(["authorization", "x-tenant"]));
    send_test(&app, &made).await;
    let received = receiver.at_least(1).await;
    assert_eq!(received[0].header("authorization"), "Bearer canary");
    assert_eq!(received[0].header("x-tenant"), "canary 7");
    assert_eq!(received[0].header("content-type"), "application/json");
    for shown in [app.get("endpoints").await.body, app.get(&path(&made)).await.body, made.clone()] {
        assert!(!shown.to_string().contains("canary"), "{shown}");
    }
    let replaced = patch(&app, &path(&made), &json!({"headers": {"x-other": "1"}})).await;
    assert_eq!(replaced.body["headers"], json!(["x-other"]));
    send_test(&app, &made).await;
    let received = receiver.at_least(2).await;
    assert_eq!((received[1].header("x-other"), received[1].header("authorization")), ("1", ""));
    let removed = patch(&app, &path(&made), &json!({"headers": {}})).await;
    assert_eq!((removed.status.as_u16(), &removed.body["headers"]), (200, &json!([])));
}
