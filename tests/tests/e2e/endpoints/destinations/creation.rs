//! Making and changing endpoints with a destination.

use serde_json::{Value, json};
use tests::{Receiver, World};

use super::{
    super::{create_at, patch, path, send_test},
    BUS, QUEUE, ROLE, bus, come, create, external_id, queue, with_cloud,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_is_told_as_it_can_be_sent_again_with_an_external_id_of_its_own() {
    let (world, _cloud) = with_cloud(1).await;
    let (app, mut seen) = (world.first_app("user-1"), Vec::new());
    for destination in [queue(QUEUE), queue(super::FIFO), bus()] {
        let made = create(&app, destination.clone(), json!({})).await;
        assert_eq!((&made["destination"], &made["url"]), (&destination, &Value::Null));
        assert!(made["secret"].is_string() && external_id(&made).len() > 32, "{made}");
        assert!(!seen.contains(&made["external_id"]), "every endpoint has its own");
        seen.push(made["external_id"].clone());
        let later = app.get(&path(&made)).await.body;
        assert_eq!((&later["destination"], &later["external_id"]), (&destination, &made["external_id"]));
    }
    let listed = app.get("endpoints").await.body;
    let ids: Vec<Value> =
        listed["endpoints"].as_array().unwrap().iter().map(|one| one["external_id"].clone()).collect();
    assert_eq!(ids.len(), 3);
    assert!(seen.iter().all(|id| ids.contains(id)), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_keeps_its_external_id_as_long_as_it_has_a_destination() {
    let (world, cloud) = with_cloud(1).await;
    let (app, receiver) = (world.first_app("user-1"), Receiver::start().await);
    let made = create(&app, queue(QUEUE), json!({})).await;
    let other_role = ROLE.replace("events", "other");
    let other = json!({"type": "event_bridge", "event_bus_arn": BUS, "role_arn": other_role});
    let changed = patch(&app, &path(&made), &json!({"destination": other})).await.body;
    assert_eq!((&changed["destination"], &changed["external_id"]), (&other, &made["external_id"]));
    cloud.trust(&other_role, external_id(&made));
    let id = send_test(&app, &made).await;
    assert_eq!(cloud.at_least(BUS, 1).await[0].json()["data"]["id"], id);

    let at_address = patch(&app, &path(&made), &json!({"url": receiver.url()})).await.body;
    assert_eq!((&at_address["destination"], &at_address["external_id"]), (&Value::Null, &Value::Null));
    send_test(&app, &made).await;
    receiver.at_least(1).await;
    let back = patch(&app, &path(&made), &json!({"destination": queue(QUEUE)})).await.body;
    assert_eq!((&back["url"], &back["destination"]), (&Value::Null, &queue(QUEUE)));
    assert_ne!(back["external_id"], made["external_id"]);
}

/// Events that wait for an address go to the queue that takes its place.
#[tokio::test(flavor = "multi_thread")]
async fn a_queue_gets_what_waits_for_the_address_that_it_replaces() {
    let (world, cloud) = with_cloud(1).await;
    let app = world.first_app("user-1");
    world.write(super::super::FIRST, "a.pdf", b"a");
    app.connect(super::super::FIRST).await;
    world.settled().await;
    let receiver = Receiver::start().await;
    receiver.answer(tests::Reply::status(500));
    let made = create_at(&app, &receiver, json!({"filter": {"types": ["file.created"]}})).await;
    world.write(super::super::FIRST, "b.pdf", b"b");
    receiver.at_least(1).await;
    let changed = patch(&app, &path(&made), &json!({"destination": queue(QUEUE)})).await.body;
    cloud.trust(ROLE, external_id(&changed));
    // The role had not trusted yet when the change asked for what waits.
    come(&world, &app, &made, (&cloud, QUEUE), 1).await;
    let taken = cloud.taken(QUEUE);
    assert_eq!(taken[0].json()["data"]["item"]["path"], "/b.pdf");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_aws_an_endpoint_has_an_address() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let answer = app.post("endpoints", &json!({"destination": queue(QUEUE)}).to_string()).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "destination_not_available"));
    assert_eq!(app.get("endpoints").await.body, json!({"endpoints": []}));
}
