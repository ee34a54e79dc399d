//! Having events delivered again, and those from before an endpoint was made.

use std::time::Duration;

use serde_json::{Value, json};
use shared::model::{Clock, SystemClock, Timestamp};
use tests::{App, Receiver};

use super::{FIRST, create_at, ids, patch, path, types, with_file};

const TYPES: [&str; 2] = ["file.created", "file.ready"];

fn an_hour_ago() -> String {
    Timestamp(SystemClock.now().0 - Duration::from_secs(3600).as_millis() as u64).to_string()
}

async fn replay(app: &App, endpoint: &Value, body: Value) -> Value {
    let answer = app.post(&format!("{}/replay", path(endpoint)), &body.to_string()).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    answer.body
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_begins_in_the_past_gets_what_has_happened_since() {
    let (_world, app, _) = with_file().await;
    let receiver = Receiver::start().await;
    let settings = json!({"filter": {"types": TYPES}, "starts_at": an_hour_ago()});
    let made = create_at(&app, &receiver, settings).await;
    assert!(made["starts_at"].as_str().unwrap() < made["created_at"].as_str().unwrap());
    let received = receiver.at_least(2).await;
    assert_eq!(types(&received), TYPES);
    assert_eq!(received[0].json()["data"]["item"]["path"], "/contracts/a.pdf");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_connections_are_delivered_again_with_the_same_ids() {
    let (world, app, _) = with_file().await;
    world.write("second@example.com", "b.pdf", b"b");
    world.first_app("user-2").connect("second@example.com").await;
    world.settled().await;
    let receiver = Receiver::start().await;
    let made = create_at(&app, &receiver, json!({"filter": {"types": TYPES}})).await;
    assert_eq!(replay(&app, &made, json!({"from": "beginning"})).await["connection"], Value::Null);
    let first = receiver.at_least(4).await;
    replay(&app, &made, json!({"from": an_hour_ago()})).await;
    let both = receiver.at_least(8).await;
    let (mut before, mut after) = (ids(&first), ids(&both[4..]));
    before.sort_unstable();
    after.sort_unstable();
    assert_eq!(before, after);
    before.dedup();
    assert_eq!(before.len(), 4, "each event once");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_is_delivered_again_after_a_position() {
    let (world, app, id) = with_file().await;
    world.write(FIRST, "b.pdf", b"b");
    world.settled().await;
    let receiver = Receiver::start().await;
    let made = create_at(&app, &receiver, json!({"filter": {"types": ["file.created"]}})).await;
    let all = replay(&app, &made, json!({"connection": id, "from": {"change": 0, "notice": 0}})).await;
    assert_eq!(all, json!({"connection": id, "position": {"change": 0, "notice": 0}}));
    let first = receiver.at_least(2).await;
    let number = first[0].json()["data"]["number"].clone();
    let after = json!({"connection": id, "from": {"change": number, "notice": 0}});
    assert_eq!(replay(&app, &made, after).await["position"]["change"], number);
    let received = receiver.at_least(3).await;
    assert_eq!(received[2].json(), received[1].json());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_can_be_left_out() {
    let (world, app, id) = with_file().await;
    let receiver = Receiver::start().await;
    let made = create_at(&app, &receiver, json!({"filter": {"types": ["file.created"]}})).await;
    patch(&app, &path(&made), &json!({"paused": true})).await;
    world.write(FIRST, "left out.pdf", b"b");
    world.settled().await;
    replay(&app, &made, json!({"connection": id, "from": "now"})).await;
    patch(&app, &path(&made), &json!({"paused": false})).await;
    world.write(FIRST, "wanted.pdf", b"c");
    world.settled().await;
    let received = receiver.at_least(1).await;
    assert_eq!(received[0].json()["data"]["item"]["name"], "wanted.pdf");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_of_a_paused_endpoint_waits_until_it_goes_on() {
    let (_world, app, id) = with_file().await;
    let receiver = Receiver::start().await;
    let made = create_at(&app, &receiver, json!({"filter": {"types": TYPES}})).await;
    patch(&app, &path(&made), &json!({"paused": true})).await;
    replay(&app, &made, json!({"connection": id, "from": "beginning"})).await;
    patch(&app, &path(&made), &json!({"paused": false})).await;
    assert_eq!(types(&receiver.at_least(2).await), TYPES);
}
