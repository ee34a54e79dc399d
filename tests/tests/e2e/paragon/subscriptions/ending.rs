//! Subscriptions go with their connection and their user.

use reqwest::Method;
use serde_json::json;
use shared::store::EndpointReader;

use super::{CREATED, Fixture, SECOND, listed, path, refusal, revoke, subscribe};

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnected_account_leaves_no_subscription() {
    let fixture = Fixture::new().await;
    let made = subscribe(&fixture.user, CREATED, json!({})).await;
    fixture.write("a.txt").await;
    assert_eq!(fixture.receiver.received().len(), 1);
    let ended = fixture.user.ask(Method::DELETE, "sdk/integrations/dropbox", "").await;
    assert_eq!(ended.status, 202, "{}", ended.body);
    assert_eq!(refusal(&fixture.user.get(&path(&made)).await), (404, "subscription_not_found"));
    assert!(listed(&fixture.user, "").await.is_empty());
    let finished =
        async || !fixture.server.details(fixture.connection).await["receipt"]["finished_at"].is_null();
    fixture.world.until(finished).await;
    let left = fixture.world.rows_left_by(fixture.connection).await;
    assert_eq!(left, [format!("connection#{}/connection", fixture.connection)]);
    let endpoint = format!("endpoints/{}", made["id"].as_str().unwrap());
    assert_eq!(fixture.server.get(&endpoint).await.code(), "endpoint_not_found");
    // The account that comes back is another connection, to which nobody has subscribed.
    fixture.server.connect(SECOND).await;
    fixture.delivered().await;
    fixture.write("b.txt").await;
    assert_eq!(fixture.receiver.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_leaves_no_subscription() {
    let fixture = Fixture::new().await;
    subscribe(&fixture.user, CREATED, json!({})).await;
    fixture.write("a.txt").await;
    let begun = fixture.server.ask(Method::DELETE, "users/user-2", "").await;
    assert_eq!(begun.status, 202, "{}", begun.body);
    let is_gone = async || {
        let left = fixture.world.rows_left_by(fixture.connection).await;
        left == [format!("connection#{}/connection", fixture.connection)]
    };
    fixture.world.until(is_gone).await;
    assert!(fixture.world.stack.store().subscriptions(fixture.connection).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_connected_again_keeps_its_subscriptions() {
    let fixture = Fixture::new().await;
    let made = subscribe(&fixture.user, CREATED, json!({})).await;
    revoke(&fixture.world, &fixture.server, fixture.connection).await;
    assert_eq!(fixture.server.connect(SECOND).await, fixture.connection);
    fixture.write("a.txt").await;
    assert_eq!(listed(&fixture.user, "").await, [made["id"].clone()]);
    assert_eq!(Fixture::paths(&fixture.receiver), ["/a.txt"]);
}
