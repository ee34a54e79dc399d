//! Triggers of workflows: requests with their answers, events of Dropbox, and events of the application.

use serde_json::{Value, json};
use tests::{Answer, App, World};

use super::{FIRST, SECOND, decide, ended, folder_maker, make, patch, path, with_folder_maker};

async fn request(app: &App, workflow: &Value, query: &str, body: &Value) -> Answer {
    let id = workflow["id"].as_str().unwrap();
    app.post(&format!("sdk/triggers/{id}{query}"), &body.to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_gets_the_answer_of_its_workflow() {
    let (world, app, workflow) = with_folder_maker().await;
    let answer = request(&app, &workflow, "?by=ada", &json!({"name": "One"})).await;
    assert_eq!((answer.status.as_u16(), answer.body), (201, json!({"made": "/Made/One", "asked": "ada"})));
    assert!(world.directory(FIRST).join("Made/One").is_dir());
    // The folder is there already.
    let failed = request(&app, &workflow, "?by=ada", &json!({"name": "One"})).await;
    assert_eq!((failed.status.as_u16(), failed.code()), (502, "workflow_failed"));
    let run = app.get(&format!("runs/{}", failed.body["executionId"].as_str().unwrap())).await.body;
    assert_eq!((&run["status"], &run["failed_step"]), (&json!("failed"), &json!("make")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_a_workflow_without_an_answer_gets_its_run() {
    let (world, app, _) = with_folder_maker().await;
    let mut document = folder_maker();
    document["steps"].as_array_mut().unwrap().pop();
    document["enabled_by_default"] = json!(true);
    let workflow = make(&app, &document).await;
    let answer = request(&app, &workflow, "", &json!({"name": "Two"})).await;
    assert_eq!(answer.status, 200);
    let run = json!({"id": answer.body["executionId"]});
    assert_eq!(ended(&world, &app, &run).await["status"], "succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_start_nothing_are_refused_and_keep_the_sdk_signed_in() {
    let (_world, app, workflow) = with_folder_maker().await;
    let id = workflow["id"].as_str().unwrap();
    let refusal = async |body: &str| {
        let answer = app.post(&format!("sdk/triggers/{id}"), body).await;
        (answer.status.as_u16(), answer.code().to_owned())
    };
    assert_eq!(refusal("{").await, (400, "malformed_body".to_owned()));
    assert_eq!(refusal(&format!("\"{}\"", "x".repeat(70_000))).await, (413, "body_too_large".to_owned()));
    decide(&app, &workflow, json!({"enabled": false})).await;
    assert_eq!(refusal("{}").await, (409, "workflow_not_enabled".to_owned()));
    let mut document = folder_maker();
    document["trigger"] = json!({"type": "schedule", "every_minutes": 60});
    document["steps"] = json!([{"id": "list", "type": "action", "action": "DROPBOX_LIST_FILES"}]);
    patch(&app, &path(&workflow), &json!({"document": document})).await;
    assert_eq!(refusal("{}").await, (409, "takes_no_requests".to_owned()));
}

/// Returns the document of a workflow that copies the name of a new PDF into a folder's name.
fn noter() -> Value {
    json!({
        "name": "Notes new contracts",
        "trigger": {"type": "event", "filter": {"types": ["file.created"], "folders": ["/contracts"]}},
        "enabled_by_default": true,
        "steps": [{
            "id": "make", "type": "action", "action": "DROPBOX_CREATE_FOLDER",
            "parameters": {"path": "/Noted/{{ trigger.file.name }}"},
        }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_starts_a_workflow_in_its_own_account() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let workflow = make(&app, &noter()).await;
    world.write(FIRST, "elsewhere/b.pdf", b"b");
    world.write(FIRST, "contracts/a.pdf", b"a");
    let noted = world.directory(FIRST).join("Noted/a.pdf");
    world.until(async || noted.is_dir()).await;
    let runs = app.get("runs").await.body["runs"].clone();
    assert_eq!(runs.as_array().unwrap().len(), 1, "{runs}");
    assert_eq!(
        (&runs[0]["connection"], &runs[0]["started_by"]["type"]),
        (&json!(connection), &json!("event"))
    );
    // The endpoint through which it hears of events is none of the application's.
    assert_eq!(app.get("endpoints").await.body, json!({"endpoints": []}));
    let hidden = app.get(&format!("endpoints/{}", workflow["id"].as_str().unwrap())).await;
    assert_eq!(hidden.status, 404);
    // With another filter it hears of other files.
    let mut document = noter();
    document["trigger"]["filter"]["folders"] = json!(["/elsewhere"]);
    patch(&app, &path(&workflow), &json!({"document": document})).await;
    world.write(FIRST, "contracts/c.pdf", b"c");
    world.write(FIRST, "elsewhere/d.pdf", b"d");
    world.until(async || world.directory(FIRST).join("Noted/d.pdf").is_dir()).await;
    assert!(!world.directory(FIRST).join("Noted/c.pdf").exists());
    // And deleted, of none.
    app.ask(http::Method::DELETE, &path(&workflow), "").await;
    world.write(FIRST, "elsewhere/e.pdf", b"e");
    world.settled().await;
    assert_eq!(app.get("runs").await.body["runs"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_starts_a_workflow_only_in_the_accounts_in_which_it_is_enabled() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    app.connect(FIRST).await;
    let second = app.connect(SECOND).await;
    world.settled().await;
    let workflow = make(&app, &noter()).await;
    decide(&app, &workflow, json!({"enabled": true, "connections": [second]})).await;
    for account in [FIRST, SECOND] {
        world.write(account, "contracts/a.pdf", b"a");
    }
    world.until(async || world.directory(SECOND).join("Noted/a.pdf").is_dir()).await;
    // All events are considered: what a walk has announced waits in the queue of deliveries.
    world.settled().await;
    let waiting = async || {
        let depth = world.stack.machine.deliveries.depth().await.unwrap();
        depth.visible + depth.in_flight + depth.delayed
    };
    world.until(async || waiting().await == 0).await;
    let runs = app.get("runs").await.body["runs"].clone();
    assert_eq!((runs.as_array().unwrap().len(), &runs[0]["connection"]), (1, &json!(second)));
    assert!(!world.directory(FIRST).join("Noted").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_the_application_starts_a_workflow() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    app.connect(FIRST).await;
    let mut document = noter();
    document["trigger"] = json!({"type": "application_event", "name": "Invoice Paid"});
    document["steps"][0]["parameters"] = json!({"path": "/Noted/{{ trigger.payload.number }}"});
    make(&app, &document).await;
    for name in ["Invoice Paid", "Invoice Lost"] {
        let event = json!({"name": name, "payload": {"number": "42"}}).to_string();
        let sent = app.request_of_version("v2", http::Method::POST, "sdk/events/trigger").body(event);
        assert_eq!(app.answer(sent).await.status, 202);
    }
    world.until(async || world.directory(FIRST).join("Noted/42").is_dir()).await;
    world.settled().await;
    assert_eq!(app.get("runs").await.body["runs"].as_array().unwrap().len(), 1);
}
