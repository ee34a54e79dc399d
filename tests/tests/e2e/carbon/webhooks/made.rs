//! Adding, listing and deleting webhooks.

use aws_lc_rs::hmac;
use serde_json::{Value, json};
use shared::model::{Clock, SystemClock};
use tests::{Received, Receiver, Reply, World};

use super::{
    super::{FIRST, other_server, server},
    add, list, payload, told,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_added_listed_without_its_key_and_deleted() {
    let world = World::new().await;
    let (client, receiver) = (server(&world, "user-1"), Receiver::start().await);
    let made = add(&client, &receiver).await;
    let organization = client.organization().get("organization").await.body;
    let id = made["id"].as_u64().unwrap();
    assert!(id < 1 << 53, "{made}");
    assert_eq!((&made["organization_id"], &made["url"]), (&organization["id"], &json!(receiver.url())));
    assert_eq!((&made["status"], &made["status_reason"]), (&json!("ACTIVE"), &Value::Null));
    let key = made["signing_key"].as_str().unwrap();
    assert!(key.len() == 64 && key.bytes().all(|digit| digit.is_ascii_hexdigit()), "{made}");
    let (listed, count) = list(&client, &json!({})).await;
    let mut without_key = made.clone();
    without_key.as_object_mut().unwrap().remove("signing_key");
    assert_eq!((listed, count), (vec![without_key], json!(1)));
    let deleted = client.organization().delete(&format!("delete_webhook/{id}")).await;
    assert_eq!((deleted.status.as_u16(), deleted.body), (200, json!({"success": true})));
    assert_eq!(list(&client, &json!({})).await, (Vec::new(), json!(0)));
    let again = client.organization().delete(&format!("delete_webhook/{id}")).await;
    assert_eq!((again.status.as_u16(), again.code()), (404, "webhook_not_found"));
}

/// Waits until the time in milliseconds is another one.
async fn next_millisecond() {
    let before = SystemClock.now();
    while SystemClock.now() == before {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_listed_by_ids_page_by_page_in_either_direction() {
    let world = World::new().await;
    let (client, receiver) = (server(&world, "user-1"), Receiver::start().await);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(add(&client, &receiver).await["id"].as_u64().unwrap());
        next_millisecond().await;
    }
    let listed = async |query: Value| {
        let (listed, count) = list(&client, &query).await;
        let ids: Vec<u64> = listed.iter().map(|one| one["id"].as_u64().unwrap()).collect();
        (ids, count.as_u64().unwrap())
    };
    assert_eq!(listed(json!({"order_dir": "asc", "order_by": "created_at"})).await, (ids.clone(), 3));
    let page = json!({"pagination": {"limit": 1, "offset": 1}});
    assert_eq!(listed(page).await, (vec![ids[1]], 3));
    let some = json!({"filters": {"ids": [ids[2], ids[0], 7]}, "order_by": "updated_at"});
    assert_eq!(listed(some).await, (vec![ids[2], ids[0]], 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_an_endpoint_of_its_project_and_of_no_other() {
    let world = World::new().await;
    let (client, receiver) = (server(&world, "user-1"), Receiver::start().await);
    let app = world.first_app("user-1");
    let standard = app.post("endpoints", &json!({"url": receiver.url()}).to_string()).await;
    assert_eq!(standard.status, 201);
    let id = add(&client, &receiver).await["id"].clone();
    assert_eq!(list(&client, &json!({})).await.1, 1, "other endpoints are no webhooks");
    let endpoints = app.get("endpoints").await.body;
    let formats: Vec<&Value> =
        endpoints["endpoints"].as_array().unwrap().iter().map(|endpoint| &endpoint["format"]).collect();
    assert_eq!(formats, [&json!("standard"), &json!({"kind": "carbon"})]);
    let stranger = other_server(&world, "user-1");
    assert_eq!(list(&stranger, &json!({})).await.1, 0);
    let path = format!("delete_webhook/{id}");
    assert_eq!(stranger.organization().delete(&path).await.status, 404);
    assert_eq!(client.page().await.delete(&path).await.status, 403);
    assert_eq!(list(&client, &json!({})).await.1, 1);
}

/// Carbon's library for receivers does the same: it keys with the bytes of the signing key.
#[tokio::test(flavor = "multi_thread")]
async fn messages_are_signed_with_the_key() {
    let world = World::new().await;
    let (client, receiver) = (server(&world, "user-1"), Receiver::start().await);
    let app = world.first_app("user-1");
    let made = add(&client, &receiver).await;
    let endpoint = app.get("endpoints").await.body["endpoints"][0]["id"].as_str().unwrap().to_owned();
    let tested = app.post(&format!("endpoints/{endpoint}/test"), "").await;
    assert_eq!(tested.status, 202, "{}", tested.body);
    let received = receiver.at_least(1).await;
    let checkup = payload(&received[0]);
    assert_eq!((&checkup["webhook_type"], &checkup["customer_id"]), (&json!("CHECKUP"), &Value::Null));
    assert_eq!(received[0].header("webhook-id"), tested.body["id"]);
    let key = made["signing_key"].as_str().unwrap();
    for (header, version) in [("carbon-signature", "v1"), ("carbon-signature-compact", "v2")] {
        assert!(is_signed(&received[0], header, version, key), "{header}");
    }
}

fn is_signed(request: &Received, header: &str, version: &str, key: &str) -> bool {
    let digits = |index: usize| u8::from_str_radix(&key[index..index + 2], 16).unwrap();
    let key: Vec<u8> = (0..key.len()).step_by(2).map(digits).collect();
    let (time, signature) = request.header(header).split_once(',').unwrap();
    let time = time.strip_prefix("t=").unwrap();
    let content = [format!("{time}.").as_bytes(), &request.body].concat();
    let expected = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &content);
    let digits: String = expected.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    signature == format!("{version}={digits}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_wants_nothing_any_more_is_flagged_with_the_reason() {
    let world = World::new().await;
    let (client, receiver) = (server(&world, "user-1"), Receiver::start().await);
    receiver.answer(Reply::status(410));
    add(&client, &receiver).await;
    world.first_app("user-1").connect(FIRST).await;
    told(&receiver, "ADD", 1).await;
    world.event("Endpoint Disabled").await;
    world.settled().await;
    let (listed, _) = list(&client, &json!({})).await;
    assert_eq!(
        (&listed[0]["status"], &listed[0]["status_reason"]),
        (&json!("FLAGGED"), &json!("The endpoint answered 410 Gone."))
    );
}
