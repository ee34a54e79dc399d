//! Reading what became of deliveries.

use serde_json::{Value, json};
use shared::delivery::EventType;
use tests::{Receiver, Reply, World};

use super::{create_at, path, send_test, with_file};

#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_listed_page_by_page_the_latest_first() {
    let world = World::new().await;
    let (app, receiver) = (world.first_app("user-1"), Receiver::start().await);
    receiver.answer_once(Reply::status(500).body("canary"));
    receiver.answer_once(Reply::closed());
    let made = create_at(&app, &receiver, json!({})).await;
    let path = path(&made);
    let listed = async |query: &str| app.get(&format!("{path}/attempts{query}")).await.body;
    assert_eq!(listed("").await, json!({"attempts": [], "next": null}));
    let mut sent = Vec::new();
    for count in 1..=3 {
        sent.push(send_test(&app, &made).await);
        world.until(async || listed("").await["attempts"].as_array().unwrap().len() == count).await;
    }
    let all = listed("").await;
    let ids: Vec<&Value> = all["attempts"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, sent.iter().rev().collect::<Vec<_>>());
    let [last, closed, failed] = all["attempts"].as_array().unwrap().as_slice() else { panic!("{all}") };
    assert_eq!(
        (&last["status"], &last["error"], &last["connection"]),
        (&json!(200), &Value::Null, &Value::Null)
    );
    assert_eq!((&closed["status"], closed["error"].is_string()), (&Value::Null, true));
    assert_eq!((&failed["status"], &failed["answer"]), (&json!(500), &json!("canary")));
    let mut paged = Vec::new();
    let mut query = "?limit=1".to_owned();
    loop {
        let page = listed(&query).await;
        paged.extend(page["attempts"].as_array().unwrap().iter().map(|one| one["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?limit=1&before={next}");
    }
    assert_eq!(json!(paged), json!(ids));
    // A test says nothing about the endpoint.
    assert_eq!(app.get(&path).await.body["health"]["state"], "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_say_how_far_each_connection_is() {
    let (world, app, id) = with_file().await;
    let receiver = Receiver::start().await;
    receiver.answer(Reply::status(500));
    let filter = json!({"types": ["file.created"]});
    let made = create_at(&app, &receiver, json!({"filter": filter})).await;
    let deliveries = async |query: &str| app.get(&format!("{}/deliveries{query}", path(&made))).await.body;
    assert_eq!(deliveries("").await, json!({"deliveries": [], "next": null}));
    world.write(super::FIRST, "b.pdf", b"b");
    world.settled().await;
    world.until(async || deliveries("").await["deliveries"][0]["retry_at"].is_string()).await;
    let all = deliveries("").await;
    let one = &all["deliveries"][0];
    assert_eq!((&one["connection"], &one["failures"]), (&json!(id), &json!(1)));
    let number = |value: &Value| value.as_u64().unwrap();
    assert!(number(&one["behind"]) > 0);
    assert_eq!(number(&one["head"]), number(&one["position"]["change"]) + number(&one["behind"]));
    assert!(one["failing_since"].is_string() && one["parked"] == 0);
    let health = app.get(&path(&made)).await.body["health"].clone();
    assert_eq!((&health["state"], &health["failures"]), (&json!("failing"), &json!(1)));
    assert!(health["last_error"].is_string() && health["reason"].is_string());
    let after = deliveries(&format!("?cursor={id}&limit=1")).await;
    assert_eq!(after, json!({"deliveries": [], "next": null}));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_of_event_has_its_sentence() {
    let world = World::new().await;
    let listed = world.first_app("user-1").get("event-types").await.body;
    let listed = listed["event_types"].as_array().unwrap();
    assert_eq!(listed.len(), EventType::ALL.len());
    for (shown, kind) in listed.iter().zip(EventType::ALL) {
        assert_eq!(shown["type"], kind.as_str());
        let sentence = shown["description"].as_str().unwrap();
        assert!(sentence.ends_with('.') && sentence.len() > 20, "{sentence}");
    }
}
