//! Subscriptions go with their connection and their user.

use reqwest::Method;
use serde_json::json;
use shared::store::Endpoints;

use super::{CREATED, SECOND, Stage, listed, path, refusal, revoke, subscribe};

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnected_account_leaves_no_subscription() {
    let stage = Stage::new().await;
    let made = subscribe(&stage.user, CREATED, json!({})).await;
    stage.write("a.txt").await;
    assert_eq!(stage.receiver.received().len(), 1);
    let ended = stage.user.ask(Method::DELETE, "sdk/integrations/dropbox", "").await;
    assert_eq!(ended.status, 202, "{}", ended.body);
    assert_eq!(refusal(&stage.user.get(&path(&made)).await), (404, "subscription_not_found"));
    assert!(listed(&stage.user, "").await.is_empty());
    let finished = async || !stage.server.details(stage.connection).await["receipt"]["finished_at"].is_null();
    stage.world.until(finished).await;
    let left = stage.world.rows_left_by(stage.connection).await;
    assert_eq!(left, [format!("connection#{}/connection", stage.connection)]);
    let endpoint = format!("endpoints/{}", made["id"].as_str().unwrap());
    assert_eq!(stage.server.get(&endpoint).await.code(), "endpoint_not_found");
    // The account that comes back is another connection, to which nobody has subscribed.
    stage.server.connect(SECOND).await;
    stage.delivered().await;
    stage.write("b.txt").await;
    assert_eq!(stage.receiver.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_leaves_no_subscription() {
    let stage = Stage::new().await;
    subscribe(&stage.user, CREATED, json!({})).await;
    stage.write("a.txt").await;
    let begun = stage.server.ask(Method::DELETE, "users/user-2", "").await;
    assert_eq!(begun.status, 202, "{}", begun.body);
    let is_gone = async || {
        let left = stage.world.rows_left_by(stage.connection).await;
        left == [format!("connection#{}/connection", stage.connection)]
    };
    stage.world.until(is_gone).await;
    assert!(stage.world.stack.store().subscriptions(stage.connection).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_connected_again_keeps_its_subscriptions() {
    let stage = Stage::new().await;
    let made = subscribe(&stage.user, CREATED, json!({})).await;
    revoke(&stage.world, &stage.server, stage.connection).await;
    assert_eq!(stage.server.connect(SECOND).await, stage.connection);
    stage.write("a.txt").await;
    assert_eq!(listed(&stage.user, "").await, [made["id"].clone()]);
    assert_eq!(Stage::paths(&stage.receiver), ["/a.txt"]);
}
