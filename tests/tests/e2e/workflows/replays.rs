//! Replays: another run of what a run did.

use http::Method;
use serde_json::{Value, json};
use tests::World;

use super::{FIRST, decide, ended, make, path, start, steps};

/// Returns the document of a workflow with a branch and a loop, whose last step fails.
fn branching() -> Value {
    let list = |id: &str| json!({"id": id, "type": "action", "action": "DROPBOX_LIST_FILES"});
    json!({
        "name": "Branches",
        "trigger": {"type": "request"},
        "enabled_by_default": true,
        "steps": [
            list("first"),
            {"id": "if", "type": "condition", "if": "{{ trigger.body.yes }}", "then": [list("yes")], "else": [list("no")]},
            {"id": "each", "type": "for_each", "items": "{{ trigger.body.names }}", "as": "name", "steps": [list("inner")]},
            {
                "id": "last", "type": "action", "action": "DROPBOX_GET_FOLDER_BY_ID",
                "parameters": {"folderId": "id:AAAAAAAAAAAAAAAAAAAAAA"},
            },
        ],
    })
}

/// Returns the positions of the steps that a run has done, sorted.
async fn positions(app: &tests::App, run: &Value) -> Vec<String> {
    let mut all: Vec<String> =
        steps(app, run).await.iter().map(|step| step["position"].as_str().unwrap().to_owned()).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_repeated_from_a_step_with_what_was_done_before() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    app.connect(FIRST).await;
    let workflow = make(&app, &branching()).await;
    let body = json!({"body": {"yes": true, "names": ["a", "b"]}});
    let run = start(&app, &workflow, body).await;
    let run = ended(&world, &app, &run).await;
    assert_eq!((&run["status"], &run["failed_step"]), (&json!("failed"), &json!("last")), "{run}");
    assert_eq!(positions(&app, &run).await, ["0", "1", "1.then.0", "2", "2.0.0", "2.1.0", "3"]);
    let replay = format!("runs/{}/replay", run["id"].as_str().unwrap());
    let again = app.post(&replay, r#"{"from": "2.1.0"}"#).await;
    assert_eq!(again.status, 202, "{}", again.body);
    assert_eq!(
        (&again.body["replay_of"], &again.body["started_by"]),
        (&run["id"], &json!({"type": "replay"}))
    );
    assert_eq!((&again.body["trigger"], &again.body["steps_done"]), (&run["trigger"], &json!(4)));
    let again = ended(&world, &app, &again.body).await;
    assert_eq!(positions(&app, &again).await, ["0", "1", "1.then.0", "2", "2.1.0", "3"]);
    let (before, after) = (steps(&app, &run).await, steps(&app, &again).await);
    assert_eq!(before[0], after[0], "it was not done again");
    assert_ne!(before.last(), after.last(), "it was");
    // From the beginning, with a step's id, and from one that has failed.
    for body in ["", r#"{"from": "last"}"#, r#"{"from": "yes"}"#] {
        let again = app.post(&replay, body).await;
        assert_eq!(again.status, 202, "{}", again.body);
        assert_eq!(ended(&world, &app, &again.body).await["failed_step"], "last");
    }
    for (from, status, code) in [
        ("nothing", 400, "malformed_body"),
        ("9", 400, "malformed_body"),
        ("inner", 400, "malformed_body"),
        ("no", 409, "step_not_done"),
        ("2.7.0", 409, "step_not_done"),
    ] {
        let answer = app.post(&replay, &json!({"from": from}).to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{from}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_has_the_document_and_settings_of_its_run() {
    let (world, app, workflow) = super::with_folder_maker().await;
    let run = start(&app, &workflow, json!({"body": {"name": "One"}})).await;
    let run = ended(&world, &app, &run).await;
    decide(&app, &workflow, json!({"settings": {"parent": "/Later"}})).await;
    let mut document = super::folder_maker();
    document["steps"] = json!([{"id": "other", "type": "action", "action": "DROPBOX_LIST_FILES"}]);
    super::patch(&app, &path(&workflow), &json!({"document": document})).await;
    let replay = format!("runs/{}/replay", run["id"].as_str().unwrap());
    let again = app.post(&replay, "").await.body;
    assert_eq!((&again["version"], &again["settings"]), (&json!(1), &json!({"parent": "/Made"})));
    let again = ended(&world, &app, &again).await;
    // The folder is there already.
    assert_eq!((&again["failed_step"], &again["version"]), (&json!("make"), &json!(1)), "{again}");
    decide(&app, &workflow, json!({"enabled": false})).await;
    let refused = app.post(&replay, "").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "workflow_not_enabled"));
    app.ask(Method::DELETE, &path(&workflow), "").await;
    let refused = app.post(&replay, "").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (404, "workflow_not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_an_account_that_is_gone_is_gone() {
    let (world, app, workflow) = super::with_folder_maker().await;
    let run = start(&app, &workflow, json!({"body": {"name": "One"}})).await;
    let connection = run["connection"].as_str().unwrap().to_owned();
    ended(&world, &app, &run).await;
    let replay = format!("runs/{}/replay", run["id"].as_str().unwrap());
    assert_eq!(app.ask(Method::DELETE, &format!("connections/{connection}"), "").await.status, 202);
    let refused = app.post(&replay, "").await;
    assert!(["connection_gone", "run_not_found"].contains(&refused.code()), "{}", refused.body);
    world.until(async || app.get("runs").await.body["runs"] == json!([])).await;
}
