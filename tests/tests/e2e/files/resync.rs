//! Full comparisons: their interval, and immediate ones.

use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::{model::ConnectionId, store::Connections};
use tests::{App, World};

use super::{FIRST, count};

async fn connected() -> (World, App, ConnectionId) {
    let world = World::new().await;
    world.write(FIRST, "a/b.txt", b"b");
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    (world, app, connection)
}

/// Chooses an interval, and returns the connection's new setting.
async fn choose(world: &World, app: &App, connection: ConnectionId, body: &Value) -> Value {
    let answer = app.put(&format!("connections/{connection}/resync"), &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    world.settled().await;
    app.details(connection).await["resync"].clone()
}

async fn resync(world: &World, app: &App, connection: ConnectionId) -> Value {
    let answer = app.post(&format!("connections/{connection}/resync"), "").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    world.settled().await;
    app.details(connection).await["last_resync"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_interval_is_chosen_and_the_schedule_follows() {
    let (world, app, connection) = connected().await;
    let usual = app.details(connection).await["resync"].clone();
    assert_eq!(usual["every_seconds"], 86_400);
    let six = choose(&world, &app, connection, &json!({"every_hours": 6})).await;
    assert_eq!(six["every_seconds"], 21_600);
    assert!(six["next_at"].as_str() < usual["next_at"].as_str(), "{six} is not before {usual}");
    let off = choose(&world, &app, connection, &json!({"off": true})).await;
    assert_eq!(off, json!({"off": true, "next_at": null}));
    let again = choose(&world, &app, connection, &json!({"default": true})).await;
    assert_eq!(again["every_seconds"], 86_400);
    assert!(again["next_at"].as_str() > six["next_at"].as_str(), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_can_be_had_now_and_says_what_it_found() {
    let (world, app, connection) = connected().await;
    assert_eq!(app.details(connection).await["last_resync"], Value::Null);
    let report = resync(&world, &app, connection).await;
    assert_eq!((&report["listed"], &report["agreed"], &report["created"]), (&json!(2), &json!(2), &json!(0)));
    assert!(report["at"].as_str().unwrap().ends_with('Z'), "{report}");
    assert_eq!(count(&world, "Resynced").await, 1);
    let next = app.details(connection).await["resync"]["next_at"].clone();
    assert!(next.as_str() > report["at"].as_str(), "{next}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_comparisons_are_off_one_can_still_be_had_and_no_other_follows() {
    let (world, app, connection) = connected().await;
    choose(&world, &app, connection, &json!({"off": true})).await;
    assert_eq!(resync(&world, &app, connection).await["agreed"], 2);
    assert_eq!(app.details(connection).await["resync"], json!({"off": true, "next_at": null}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_does_not_work_is_not_compared() {
    let (world, app, connection) = connected().await;
    let refused = world.stack.store().connection(connection).await.unwrap().unwrap();
    assert!(world.stack.store().refuse(&refused).await.unwrap());
    let answer = app.post(&format!("connections/{connection}/resync"), "").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "needs_reauth"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_that_is_asked_for_while_a_walk_is_under_way_is_had() {
    let (world, app, connection) = connected().await;
    let head = app.details(connection).await["log"]["head"].clone();
    (1..=150).for_each(|number| world.write(FIRST, &format!("{number}.txt"), b"text"));
    world.stack.dropbox.rescan(FIRST).await.unwrap();
    // The change is committed but not applied yet, so the walk continues for a while.
    while app.details(connection).await["log"]["head"] == head {}
    assert_ne!(resync(&world, &app, connection).await, Value::Null);
}
