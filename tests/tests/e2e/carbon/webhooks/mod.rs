//! Webhooks of Carbon's clients: adding, listing and deleting them, and their messages.

mod deletions;
mod made;
mod messages;
mod refusals;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{CarbonClient, Received, Receiver};

/// Adds a webhook at the receiver's address. Returns the answer's body.
async fn add(client: &CarbonClient, receiver: &Receiver) -> Value {
    let answer = client.organization().post("add_webhook", &json!({"url": receiver.url()})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

/// Returns the results of a list of webhooks, and their number.
async fn list(client: &CarbonClient, query: &Value) -> (Vec<Value>, Value) {
    let answer = client.organization().post("webhooks", query).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    (answer.body["results"].as_array().cloned().unwrap(), answer.body["count"].clone())
}

/// Returns what a message says.
fn payload(request: &Received) -> Value {
    let body = request.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    let payload: Value = serde_json::from_str(body["payload"].as_str().unwrap()).unwrap();
    assert_eq!(payload["obj"], payload["object"]);
    payload
}

fn word(request: &Received) -> String {
    payload(request)["webhook_type"].as_str().unwrap().to_owned()
}

/// Returns each message once. A receiver may get one twice, with the same id, as from two senders at the same time.
fn distinct(receiver: &Receiver) -> Vec<Received> {
    let mut seen = BTreeSet::new();
    let received = receiver.received().into_iter();
    received.filter(|request| seen.insert(request.header("webhook-id").to_owned())).collect()
}

/// Waits until the receiver has so many messages of a type. Returns what these say.
async fn told(receiver: &Receiver, kind: &str, count: usize) -> Vec<Value> {
    let mut least = count;
    loop {
        let so_far = receiver.at_least(least).await.len();
        let payloads = distinct(receiver).into_iter().map(|request| payload(&request));
        let of_kind: Vec<Value> = payloads.filter(|payload| payload["webhook_type"] == kind).collect();
        if of_kind.len() >= count {
            return of_kind;
        }
        least = so_far + 1;
    }
}

/// Returns what else a message says of its object.
fn additional(payload: &Value) -> Value {
    serde_json::from_str(payload["object"]["additional_information"].as_str().unwrap()).unwrap()
}
