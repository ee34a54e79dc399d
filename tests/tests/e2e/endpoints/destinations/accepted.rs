//! Messages in queues and events on buses.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method};
use serde_json::{Value, json};
use tests::{Received, Taken, World};

use super::{
    super::{FIRST, patch, path, send_test, signatures},
    BUS, FIFO, QUEUE, ROLE, attempts, bus, create_trusted, queue, with_cloud,
};

/// Returns a message as the request that it would be at an address.
fn request(taken: &Taken) -> Received {
    let header =
        |(name, value): (&String, &String)| Some((name.parse::<HeaderName>().ok()?, value.parse().ok()?));
    let headers: HeaderMap = taken.attributes.iter().filter_map(header).collect();
    let (at, path) = (std::time::Instant::now(), String::new());
    Received { at, method: Method::POST, path, headers, body: Bytes::from(taken.body.clone()) }
}

/// Writes files one after another, so that their events are in this order.
async fn write(world: &World, names: &[&str]) {
    for name in names {
        world.write(FIRST, name, name.as_bytes());
    }
    world.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_gets_each_event_as_an_address_does_signed_and_with_its_type() {
    let (world, cloud) = with_cloud(1).await;
    let app = world.first_app("user-1");
    let filter = json!({"types": ["file.created"]});
    let made = create_trusted(&app, &cloud, queue(QUEUE), json!({"filter": filter})).await;
    app.connect(FIRST).await;
    write(&world, &["a.pdf"]).await;
    let taken = cloud.at_least(QUEUE, 1).await;
    let (one, body) = (&taken[0], taken[0].json());
    assert_eq!((&body["type"], &body["data"]["item"]["path"]), (&json!("file.created"), &json!("/a.pdf")));
    assert_eq!(one.attribute("event-type"), "file.created");
    assert_eq!(body["data"]["id"], one.attribute("webhook-id"));
    let request = request(one);
    assert!(signatures::is_signed_with_secret(&request, made["secret"].as_str().unwrap()));
    assert!(signatures::is_signed_with_key(&request, made["public_key"].as_str().unwrap()));
    assert_eq!((one.group.as_deref(), one.deduplication.as_deref()), (None, None));
    world.until(async || !attempts(&app, &made).await.is_empty()).await;
    let attempt = attempts(&app, &made).await[0].clone();
    assert_eq!((&attempt["id"], &attempt["error"]), (&json!(one.attribute("webhook-id")), &Value::Null));
    assert!(attempt["answer"].as_str().unwrap().len() == 36 && attempt["code"].is_null(), "{attempt}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fifo_queue_keeps_the_order_of_a_connection_and_drops_what_it_has() {
    let (world, cloud) = with_cloud(1).await;
    let app = world.first_app("user-1");
    let filter = json!({"types": ["file.created"]});
    let made = create_trusted(&app, &cloud, queue(FIFO), json!({"filter": filter})).await;
    let connection = app.connect(FIRST).await;
    write(&world, &["a.pdf", "b.pdf", "c.pdf"]).await;
    let taken = cloud.at_least(FIFO, 3).await;
    for one in &taken {
        assert_eq!(one.group, Some(connection.to_string()));
        assert_eq!(one.deduplication.as_deref(), Some(one.attribute("webhook-id")));
    }
    let numbers: Vec<u64> = taken.iter().map(|one| one.json()["data"]["number"].as_u64().unwrap()).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    // Within five minutes a queue drops what it has taken already.
    let calls = cloud.calls().len();
    let again = app.post(&format!("{}/replay", path(&made)), r#"{"from": "beginning"}"#).await;
    assert_eq!(again.status, 202, "{}", again.body);
    world.until(async || cloud.calls().len() >= calls + 3).await;
    assert_eq!(cloud.taken(FIFO).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_gets_each_event_as_the_detail_of_one() {
    let (world, cloud) = with_cloud(1).await;
    let app = world.first_app("user-1");
    create_trusted(&app, &cloud, bus(), json!({"filter": {"types": ["file.created"]}})).await;
    let connection = app.connect(FIRST).await;
    write(&world, &["a.pdf"]).await;
    let taken = cloud.at_least(BUS, 1).await;
    let (one, body) = (&taken[0], taken[0].json());
    assert_eq!((one.attribute("source"), one.attribute("detail-type")), ("dropline", "file.created"));
    assert_eq!(one.attribute("resource"), connection.to_string());
    assert_eq!((&body["type"], &body["data"]["item"]["path"]), (&json!("file.created"), &json!("/a.pdf")));
    assert_eq!(one.region, "us-west-2", "calls go to the region of the bus");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_reaches_a_queue_and_a_bus_with_its_type_and_id() {
    let (world, cloud) = with_cloud(1).await;
    let app = world.first_app("user-1");
    let made = create_trusted(&app, &cloud, queue(QUEUE), json!({})).await;
    for (destination, place) in [(queue(QUEUE), QUEUE), (queue(FIFO), FIFO), (bus(), BUS)] {
        patch(&app, &path(&made), &json!({ "destination": destination })).await;
        let id = send_test(&app, &made).await;
        let one = cloud.at_least(place, 1).await[0].clone();
        assert_eq!((&one.json()["type"], &one.json()["data"]["id"]), (&json!("endpoint.test"), &json!(id)));
        let of_type = if place == BUS { "detail-type" } else { "event-type" };
        assert_eq!(one.attribute(of_type), "endpoint.test");
    }
}

/// With an order, one entry is in a call: else one after it may be taken although it failed.
#[tokio::test(flavor = "multi_thread")]
async fn ten_entries_are_in_a_call_where_order_does_not_matter_and_one_where_it_does() {
    let (world, cloud) = with_cloud(1).await;
    let app = world.first_app("user-1");
    let names: Vec<String> = (10..34).map(|number| format!("{number}.pdf")).collect();
    app.connect(FIRST).await;
    write(&world, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let filter = json!({"types": ["file.created"]});
    let made =
        create_trusted(&app, &cloud, queue(QUEUE), json!({"filter": filter, "order": "parallel"})).await;
    let replay = async || {
        let calls = cloud.calls().len();
        let answer = app.post(&format!("{}/replay", path(&made)), r#"{"from": "beginning"}"#).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        calls
    };
    replay().await;
    let taken = cloud.at_least(QUEUE, names.len()).await;
    assert_eq!((taken.len(), cloud.calls()), (24, vec![10, 10, 4]));
    let bodies: std::collections::BTreeSet<String> = taken.iter().map(|one| one.body.clone()).collect();
    assert_eq!(bodies.len(), names.len());
    patch(&app, &path(&made), &json!({"order": "ordered"})).await;
    let calls = replay().await;
    cloud.at_least(QUEUE, 2 * names.len()).await;
    assert_eq!(cloud.calls()[calls..], [1; 24]);
    patch(&app, &path(&made), &json!({"batch": 100})).await;
    let calls = replay().await;
    let taken = cloud.at_least(QUEUE, 2 * names.len() + 1).await;
    let list = taken.last().unwrap();
    assert_eq!((cloud.calls()[calls..].to_vec(), list.json().as_array().unwrap().len()), (vec![1], 24));
    assert_eq!(list.attribute("event-type"), "", "it has several");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_of_the_role_names_the_project_and_is_used_again() {
    let (world, cloud) = with_cloud(1).await;
    let app = world.first_app("user-1");
    let made = create_trusted(&app, &cloud, queue(QUEUE), json!({})).await;
    for count in 1..=3 {
        send_test(&app, &made).await;
        cloud.at_least(QUEUE, count).await;
    }
    let assumed = cloud.assumed();
    assert_eq!(assumed.len(), 1, "{assumed:?}");
    assert_eq!((assumed[0].role.as_str(), &json!(assumed[0].external_id)), (ROLE, &made["external_id"]));
    assert_eq!(assumed[0].session, format!("dropline-{}", app.project));
    assert_eq!(cloud.taken(QUEUE)[0].region, "eu-central-1", "calls go to the region of the queue");
    // One whose credentials AWS does not take any more is begun again, by the next attempt.
    cloud.end_sessions();
    send_test(&app, &made).await;
    world
        .until(async || attempts(&app, &made).await.first().is_some_and(|one| one["code"] == "unavailable"))
        .await;
    send_test(&app, &made).await;
    cloud.at_least(QUEUE, 4).await;
    assert_eq!(cloud.assumed().len(), 2);
}
