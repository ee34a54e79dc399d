//! Endpoints that are queues or buses in an AWS account of the application.

mod accepted;
mod creation;
mod failures;
mod refusals;
mod roles;

use serde_json::{Value, json};
use tests::{App, Cloud, World};

const ROLE: &str = "arn:aws:iam::123456789012:role/dropline/events";
const QUEUE: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/events";
const FIFO: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/events.fifo";
const BUS: &str = "arn:aws:events:us-west-2:123456789012:event-bus/events";

fn queue(url: &str) -> Value {
    json!({"type": "sqs", "queue_url": url, "role_arn": ROLE})
}

fn bus() -> Value {
    json!({"type": "event_bridge", "event_bus_arn": BUS, "role_arn": ROLE})
}

/// Creates a world whose endpoints may be queues and buses, and the accounts with those.
async fn with_cloud(speed: u32) -> (World, Cloud) {
    let cloud = Cloud::start().await;
    for place in [QUEUE, FIFO, BUS] {
        cloud.create(place);
    }
    let world = World::with(|settings| {
        settings.aws_endpoint = Some(cloud.url());
        settings.speed = speed;
    });
    (world.await, cloud)
}

/// Makes an endpoint with a destination and further members. Returns the answer's body.
async fn create(app: &App, destination: Value, further: Value) -> Value {
    let mut body = further;
    body["destination"] = destination;
    let answer = app.post("endpoints", &body.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body
}

/// Makes an endpoint, and has its role trust it.
async fn create_trusted(app: &App, cloud: &Cloud, destination: Value, further: Value) -> Value {
    let made = create(app, destination, further).await;
    cloud.trust(ROLE, external_id(&made));
    made
}

fn external_id(endpoint: &Value) -> &str {
    endpoint["external_id"].as_str().unwrap()
}

/// Returns an endpoint's health.
async fn health(app: &App, endpoint: &Value) -> Value {
    app.get(&super::path(endpoint)).await.body["health"].clone()
}

/// Has what waits for an endpoint tried at once.
async fn hasten(app: &App, endpoint: &Value) {
    let answer = super::patch(app, &super::path(endpoint), &json!({"paused": false})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// Waits until a queue or bus has taken so many entries, and has what waits tried again meanwhile.
async fn come(world: &World, app: &App, endpoint: &Value, (cloud, place): (&Cloud, &str), count: usize) {
    let came = async || {
        hasten(app, endpoint).await;
        cloud.taken(place).len() >= count
    };
    world.until(came).await;
}

/// Returns the attempts at deliveries to an endpoint, the latest first.
async fn attempts(app: &App, endpoint: &Value) -> Vec<Value> {
    let listed = app.get(&format!("{}/attempts?limit=200", super::path(endpoint))).await.body;
    listed["attempts"].as_array().unwrap().clone()
}
