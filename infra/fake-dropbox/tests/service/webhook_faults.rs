//! Faults of notifications.

use std::time::{Duration, Instant};

use fake_dropbox::{WebhookFault, webhook_faults::WebhookFaultChance};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    webhooks::Receiver,
    world::{APP, FIRST, SECOND, SECRET, World, eventually},
};

async fn world(statuses: &[u16]) -> (World, Receiver) {
    let world = World::start().await;
    let (receiver, url) = Receiver::start(statuses).await;
    for email in [FIRST, SECOND] {
        world.connect_to(APP, SECRET, email).await;
    }
    world.fake.register_webhook(APP, Some(url));
    (world, receiver)
}

/// Makes a change in an account, and waits until the app was notified or a fault happened.
async fn change(world: &World, email: &str, name: &str) {
    std::fs::write(world.folder.path().join(email).join(name), "1").unwrap();
    world.fake.rescan(email).await.unwrap();
    let is_quiet = || async { world.fake.is_quiet().await.unwrap().then_some(()) };
    eventually("quiet", is_quiet).await;
}

fn accounts(world: &World, bodies: &[Value]) -> Vec<&'static str> {
    let name = |body: &Value| {
        let id = body["list_folder"]["accounts"][0].as_str().map(ToOwned::to_owned);
        if id == world.fake.account_id(FIRST) { "first" } else { "second" }
    };
    bodies.iter().map(name).collect()
}

#[tokio::test]
async fn a_notification_may_be_lost() {
    let (world, receiver) = world(&[]).await;
    world.fake.webhooks(FIRST).next(1, WebhookFault::Lost);
    change(&world, FIRST, "a").await;
    change(&world, SECOND, "a").await;
    change(&world, FIRST, "b").await;
    assert_eq!(accounts(&world, &receiver.got(2).await), ["second", "first"]);
    assert_eq!(world.fake.webhooks(FIRST).happened().into_iter().collect::<Vec<_>>(), [("lost", 1)]);
}

#[tokio::test]
async fn a_notification_may_come_twice() {
    let (world, receiver) = world(&[500]).await;
    world.fake.webhooks(FIRST).next(1, WebhookFault::Doubled);
    change(&world, FIRST, "a").await;
    let bodies = receiver.got(3).await;
    assert_eq!(bodies[1], bodies[2]);
    change(&world, FIRST, "b").await;
    assert_eq!(receiver.got(4).await.len(), 4, "what was refused and repeated was drawn once");
}

#[tokio::test]
async fn a_notification_may_come_late() {
    let (world, receiver) = world(&[]).await;
    world.fake.webhooks(FIRST).next(1, WebhookFault::Late { by_ms: 700 });
    let begun = Instant::now();
    change(&world, FIRST, "a").await;
    assert_eq!(accounts(&world, &receiver.got(1).await), ["first"]);
    assert!(begun.elapsed() >= Duration::from_millis(700));
}

#[tokio::test]
async fn a_notification_may_be_overtaken() {
    let (world, receiver) = world(&[]).await;
    world.fake.webhooks(FIRST).next(1, WebhookFault::Overtaken);
    change(&world, FIRST, "a").await;
    change(&world, SECOND, "a").await;
    assert_eq!(accounts(&world, &receiver.got(2).await), ["second", "first"]);
}

#[tokio::test]
async fn chance_follows_from_the_seed() {
    let (world, receiver) = world(&[]).await;
    let faults = world.fake.webhooks(FIRST);
    let mut told = Vec::new();
    for round in 0..2 {
        faults.seeded(7, vec![WebhookFaultChance { probability: 0.5, fault: WebhookFault::Lost }]);
        let before = faults.happened().get("lost").copied().unwrap_or_default();
        for n in 0..6 {
            change(&world, FIRST, &format!("{round} {n}")).await;
            told.push(faults.happened().get("lost").copied().unwrap_or_default() - before);
        }
    }
    assert_eq!(told[..6], told[6..]);
    assert!((1..6).contains(&told[5]), "{told:?}");
    let heard = 12 - 2 * usize::try_from(told[5]).unwrap();
    assert_eq!(receiver.got(heard).await.len(), heard);
}

#[tokio::test]
async fn webhook_faults_are_a_document() {
    let world = World::start().await;
    let url = world.url(&format!("/_fake/accounts/{FIRST}/webhooks"));
    let ask = async |method: Method, document: &Value| {
        let answer = world.http.request(method, &url).json(document).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let script = json!([{"times": 2, "mishap": {"kind": "late", "by_ms": 300}}]);
    let seeded = json!({"seed": 7, "mishaps": [{"probability": 0.5, "mishap": {"kind": "overtaken"}}]});
    let (status, told) = ask(Method::PUT, &json!({"script": script, "seeded": seeded})).await;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((status, &told), (200, &json!({"script": script, "seeded": seeded, "happened": {}})));
    for (document, why) in [
        (json!({"script": [{"mishap": {"kind": "stolen"}}]}), "unknown variant `stolen`"),
        (json!({"script": [{"times": 0, "mishap": {"kind": "lost"}}]}), "0 notifications are none"),
        (
            json!({"seeded": {"seed": 1, "mishaps": [{"probability": -1.0, "mishap": {"kind": "lost"}}]}}),
            "-1 is not within 0 and 1",
        ),
    ] {
        let (status, text) = ask(Method::PUT, &document).await;
        assert!(status == 400 && text.contains(why), "{text}");
    }
    assert_eq!(world.fake.webhooks(FIRST).left().script[0].times, 2);
    let (_, told) = ask(Method::DELETE, &Value::Null).await;
    assert_eq!(told, r#"{"happened":{},"script":[],"seeded":null}"#);
}
