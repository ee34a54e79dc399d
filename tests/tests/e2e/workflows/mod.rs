//! Workflows: making and changing them, for whom they run, their runs, and how clients of Paragon and users see them.

mod documents;
mod enabling;
mod history;
mod hosted;
mod isolation;
mod paragon;
mod replays;
mod runs;
mod triggers;

use http::Method;
use serde_json::{Value, json};
use tests::{Answer, App, World};

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";

/// Returns the document of a workflow that makes a folder and answers with its path.
fn folder_maker() -> Value {
    json!({
        "name": "Folder maker",
        "description": "Makes a folder for what is asked.",
        "trigger": {"type": "request"},
        "settings": [{"id": "parent", "title": "In", "type": "folder", "default": "/Made"}],
        "steps": [
            {
                "id": "make",
                "description": "Make the folder",
                "type": "action",
                "action": "DROPBOX_CREATE_FOLDER",
                "parameters": {"path": "{{ settings.parent }}/{{ trigger.body.name }}"},
            },
            {
                "id": "answer",
                "type": "response",
                "status": 201,
                "body": {"made": "{{ steps.make.metadata.path_display }}", "asked": "{{ trigger.query.by }}"},
            },
        ],
    })
}

/// Makes a workflow. Returns the answer's body.
async fn make(app: &App, document: &Value) -> Value {
    let answer = app.post("workflows", &json!({"document": document}).to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body
}

/// Returns the path of a workflow below the project's.
fn path(workflow: &Value) -> String {
    format!("workflows/{}", workflow["id"].as_str().unwrap())
}

async fn patch(app: &App, path: &str, body: &Value) -> Answer {
    app.ask(Method::PATCH, path, &body.to_string()).await
}

/// Decides about the app's user. Returns what holds now.
async fn decide(app: &App, workflow: &Value, choice: Value) -> Value {
    let answer = patch(app, &format!("{}/enablement", path(workflow)), &choice).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

/// Starts a run for the app's user. Returns the answer's body.
async fn start(app: &App, workflow: &Value, body: Value) -> Value {
    let answer = app.post(&format!("{}/runs", path(workflow)), &body.to_string()).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    answer.body
}

/// Waits until a run has ended, and returns it.
async fn ended(world: &World, app: &App, run: &Value) -> Value {
    let path = format!("runs/{}", run["id"].as_str().unwrap());
    world.until(async || app.get(&path).await.body["status"] != "running").await;
    app.get(&path).await.body
}

/// Returns the steps of a run, by their ids.
async fn steps(app: &App, run: &Value) -> Vec<Value> {
    let answer = app.get(&format!("runs/{}/steps", run["id"].as_str().unwrap())).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["steps"].as_array().unwrap().clone()
}

/// A world with a connected account, and a workflow that makes folders and is enabled for its user.
async fn with_folder_maker() -> (World, App, Value) {
    let world = World::new().await;
    let app = world.first_app("user-1");
    app.connect(FIRST).await;
    let workflow = make(&app, &folder_maker()).await;
    decide(&app, &workflow, json!({"enabled": true})).await;
    (world, app, workflow)
}
