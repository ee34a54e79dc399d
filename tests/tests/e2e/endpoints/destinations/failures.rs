//! Queues and buses that do not take events: nothing is lost, and the endpoint says why.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::{App, Cloud, Taken, Trouble, World};

use super::{
    super::{FIRST, path},
    BUS, QUEUE, ROLE, attempts, bus, come, create_trusted, hasten, health, queue, with_cloud,
};

/// Connects an account with some files, and makes an endpoint that wants their creation.
async fn with_files(
    world: &World,
    cloud: &Cloud,
    count: usize,
    destination: Value,
    order: &str,
) -> (App, Value) {
    let app = world.first_app("user-1");
    for number in 0..count {
        world.write(FIRST, &format!("{number}.pdf"), b"x");
    }
    app.connect(FIRST).await;
    world.settled().await;
    let further = json!({"filter": {"types": ["file.created"]}, "order": order});
    let made = create_trusted(&app, cloud, destination, further).await;
    (app, made)
}

async fn replay(app: &App, endpoint: &Value) {
    let answer = app.post(&format!("{}/replay", path(endpoint)), r#"{"from": "beginning"}"#).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
}

fn ids(taken: &[Taken]) -> Vec<String> {
    taken.iter().map(|one| one.json()["data"]["id"].as_str().unwrap().to_owned()).collect()
}

/// Waits until the last failure has a code, and has what waits tried again meanwhile.
async fn fails_with(world: &World, app: &App, endpoint: &Value, code: &str) {
    let fails = async || {
        hasten(app, endpoint).await;
        health(app, endpoint).await["last_error_code"] == code
    };
    world.until(fails).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_refused_of_a_call_is_put_again() {
    for (destination, place) in [(queue(QUEUE), QUEUE), (bus(), BUS)] {
        let (world, cloud) = with_cloud(600).await;
        cloud.fail_once(Trouble::Entries(vec![1, 7], "InternalFailure"));
        let (app, made) = with_files(&world, &cloud, 10, destination, "parallel").await;
        replay(&app, &made).await;
        let taken = cloud.at_least(place, 10).await;
        let mut times = BTreeMap::new();
        for id in ids(&taken) {
            *times.entry(id).or_insert(0) += 1;
        }
        assert!(times.len() == 10 && times.values().all(|times| *times == 1), "{times:?}");
        assert_eq!((cloud.calls()[0], cloud.calls().iter().sum::<usize>()), (10, 12));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_fails_lets_those_after_it_wait_where_order_matters() {
    let (world, cloud) = with_cloud(600).await;
    cloud.fail_once(Trouble::Entries(vec![], ""));
    cloud.fail_once(Trouble::Entries(vec![0], "InvalidMessageContents"));
    cloud.fail_once(Trouble::Call(400, "ThrottlingException"));
    cloud.fail_once(Trouble::Call(400, "ThrottlingException"));
    let (app, made) = with_files(&world, &cloud, 5, queue(QUEUE), "ordered").await;
    replay(&app, &made).await;
    let taken = cloud.at_least(QUEUE, 5).await;
    let numbers: Vec<u64> = taken.iter().map(|one| one.json()["data"]["number"].as_u64().unwrap()).collect();
    assert!(numbers.is_sorted() && numbers.len() == 5, "{numbers:?}");
    world.until(async || attempts(&app, &made).await.len() >= 7).await;
    let mut codes: Vec<Value> = attempts(&app, &made).await.iter().map(|one| one["code"].clone()).collect();
    codes.reverse();
    let (refused, throttled, none) = (json!("message_refused"), json!("throttled"), Value::Null);
    assert_eq!(codes[..4], [none.clone(), refused, throttled, none]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_costs_a_repetition_and_no_event() {
    let (world, cloud) = with_cloud(600).await;
    let (app, made) = with_files(&world, &cloud, 3, queue(QUEUE), "ordered").await;
    cloud.fail_once(Trouble::Answer);
    replay(&app, &made).await;
    cloud.at_least(QUEUE, 4).await;
    let mut all = ids(&cloud.taken(QUEUE));
    all.dedup();
    assert_eq!(all.len(), 3, "the one that was taken comes twice, in its place");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_health_says_with_a_code_why_a_queue_or_bus_takes_nothing() {
    let (world, cloud) = with_cloud(600).await;
    let (app, made) = with_files(&world, &cloud, 2, queue(QUEUE), "ordered").await;
    cloud.allow(ROLE, false);
    replay(&app, &made).await;
    fails_with(&world, &app, &made, "access_denied").await;
    let denied = health(&app, &made).await;
    assert!(denied["last_error"].as_str().unwrap().contains("sqs:SendMessage"), "{denied}");
    assert!(denied["state"] == "failing" && denied["failing_since"].is_string(), "{denied}");
    cloud.allow(ROLE, true);
    cloud.fail(Some(Trouble::Call(400, "KMS.AccessDeniedException")));
    fails_with(&world, &app, &made, "key_denied").await;
    cloud.fail(Some(Trouble::Call(400, "RequestThrottled")));
    fails_with(&world, &app, &made, "throttled").await;
    assert!(health(&app, &made).await["retry_at"].is_string(), "it slows the endpoint");
    cloud.fail(Some(Trouble::Call(503, "ServiceUnavailable")));
    fails_with(&world, &app, &made, "unavailable").await;
    cloud.fail(Some(Trouble::Call(400, "SomethingNew")));
    fails_with(&world, &app, &made, "unexpected_answer").await;
    assert!(cloud.taken(QUEUE).is_empty());
    cloud.fail(None);
    come(&world, &app, &made, (&cloud, QUEUE), 2).await;
    let coded = attempts(&app, &made).await;
    let denied = coded.iter().find(|one| one["code"] == "access_denied").expect("it was attempted");
    assert!(denied["answer"].as_str().unwrap().starts_with("AccessDeniedException: "), "{denied}");
    assert!(denied["error"].as_str().unwrap().ends_with('.') && denied["status"].is_null(), "{denied}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_and_a_bus_that_are_not_there_are_named() {
    let (world, cloud) = with_cloud(1).await;
    let (app, made) = with_files(&world, &cloud, 1, queue(&QUEUE.replace("events", "gone")), "ordered").await;
    replay(&app, &made).await;
    fails_with(&world, &app, &made, "destination_not_found").await;
    assert_eq!(health(&app, &made).await["last_error"], "There is no such queue.");
    let mut gone = bus();
    gone["event_bus_arn"] = json!(BUS.replace("bus/events", "bus/gone"));
    let made = create_trusted(&app, &cloud, gone, json!({"filter": {"types": ["file.created"]}})).await;
    replay(&app, &made).await;
    fails_with(&world, &app, &made, "destination_not_found").await;
    assert_eq!(health(&app, &made).await["last_error"], "There is no such event bus.");
}
