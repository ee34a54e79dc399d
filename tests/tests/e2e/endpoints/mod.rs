//! Endpoints: making, changing, testing and deleting them, replacing their keys, and having events delivered again.

mod changes;
mod creation;
mod destinations;
mod headers;
mod isolation;
mod preview;
mod reading;
mod refusals;
mod replay;
mod rotation;
pub(crate) mod signatures;

use http::Method;
use serde_json::{Value, json};
use tests::{Answer, App, Received, Receiver, World};

const FIRST: &str = "first@example.com";

/// Makes an endpoint at the receiver's address, with further members. Returns the answer's body.
async fn create_at(app: &App, receiver: &Receiver, further: Value) -> Value {
    let mut body = further;
    body["url"] = json!(receiver.url());
    let answer = app.post("endpoints", &body.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body
}

/// Returns the path of an endpoint below the project's.
fn path(endpoint: &Value) -> String {
    format!("endpoints/{}", endpoint["id"].as_str().unwrap())
}

async fn patch(app: &App, path: &str, body: &Value) -> Answer {
    app.ask(Method::PATCH, path, &body.to_string()).await
}

async fn delete(app: &App, path: &str) -> Answer {
    app.ask(Method::DELETE, path, "").await
}

/// Sends a test to an endpoint. Returns its id.
async fn send_test(app: &App, endpoint: &Value) -> String {
    let answer = app.post(&format!("{}/test", path(endpoint)), "").await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

/// Creates a world with a connected account that has one file, and nothing left to do.
async fn with_file() -> (World, App, shared::model::ConnectionId) {
    let world = World::new().await;
    world.write(FIRST, "contracts/a.pdf", b"a");
    let app = world.first_app("user-1");
    let id = app.connect(FIRST).await;
    world.settled().await;
    (world, app, id)
}

fn types(received: &[Received]) -> Vec<String> {
    received.iter().map(|request| request.json()["type"].as_str().unwrap().to_owned()).collect()
}

fn ids(received: &[Received]) -> Vec<&str> {
    received.iter().map(|request| request.header("webhook-id")).collect()
}
