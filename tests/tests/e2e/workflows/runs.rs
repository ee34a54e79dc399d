//! Runs: starting them, reading what became of them, and ending them.

use http::Method;
use serde_json::{Value, json};

use super::{FIRST, decide, ended, folder_maker, make, patch, path, start, steps, with_folder_maker};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_does_its_steps_in_the_users_dropbox() {
    let (world, app, workflow) = with_folder_maker().await;
    decide(&app, &workflow, json!({"settings": {"parent": "/Own"}})).await;
    let run = start(&app, &workflow, json!({"body": {"name": "One"}})).await;
    assert_eq!((&run["status"], &run["started_by"]), (&json!("running"), &json!({"type": "request"})));
    let run = ended(&world, &app, &run).await;
    // The query that the answer refers to is of a request.
    assert_eq!((&run["status"], &run["failed_step"]), (&json!("failed"), &json!("answer")), "{run}");
    assert_eq!(run["error"]["code"], "reference_missing");
    assert_eq!(
        (&run["settings"], &run["trigger"]["body"]),
        (&json!({"parent": "/Own"}), &json!({"name": "One"}))
    );
    assert!(world.directory(FIRST).join("Own/One").is_dir());
    let done = steps(&app, &run).await;
    assert_eq!(
        (&done[0]["step"], &done[0]["position"], &done[0]["error"]),
        (&json!("make"), &json!("0"), &Value::Null)
    );
    assert_eq!(done[0]["output"]["metadata"]["path_display"], "/Own/One");
    assert_eq!(done[1]["error"], run["error"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_found_by_what_they_are_of() {
    let (world, app, workflow) = with_folder_maker().await;
    let other = world.first_app("user-2");
    decide(&other, &workflow, json!({"enabled": true})).await;
    let mut runs = Vec::new();
    for (app, name) in [(&app, "One"), (&app, "Two"), (&other, "Three")] {
        let run = start(app, &workflow, json!({"body": {"name": name}})).await;
        ended(&world, app, &run).await;
        runs.push(run["id"].clone());
    }
    runs.reverse();
    let found = async |query: &str| {
        let body = app.get(&format!("runs{query}")).await.body;
        let ids: Vec<Value> = body["runs"].as_array().unwrap().iter().map(|run| run["id"].clone()).collect();
        (ids, body["next"].clone())
    };
    assert_eq!(found("").await.0, runs);
    assert_eq!(found("?user=user-1").await.0, runs[1..]);
    assert_eq!(found(&format!("?workflow={}&status=failed", workflow["id"].as_str().unwrap())).await.0, runs);
    assert_eq!(found("?status=running").await.0, Vec::<Value>::new());
    assert_eq!(found("?before=2020-01-01T00:00:00Z").await.0, Vec::<Value>::new());
    let (page, next) = found("?limit=2").await;
    assert_eq!(page, runs[..2]);
    assert_eq!(found(&format!("?limit=2&cursor={}", next.as_str().unwrap())).await.0, runs[2..]);
    let first = &app.get("runs").await.body["runs"][0];
    assert!(first.get("trigger").is_none() && first["error"]["message"].is_string(), "{first}");
    for query in ["?status=FAILED", "?limit=0", "?workflow=x", "?since=today", "?cursor=x"] {
        assert_eq!(app.get(&format!("runs{query}")).await.code(), "malformed_query", "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_starts_only_where_it_may() {
    let (world, app, workflow) = with_folder_maker().await;
    let runs = format!("{}/runs", path(&workflow));
    let refused = async |body: Value| {
        let answer = app.post(&runs, &body.to_string()).await;
        (answer.status.as_u16(), answer.code().to_owned())
    };
    let (bad, gone) = ((400, "malformed_body".to_owned()), (404, "connection_not_found".to_owned()));
    assert_eq!(refused(json!({"colour": 1})).await, bad);
    assert_eq!(refused(json!({"trigger": {}, "body": {}})).await, bad);
    let foreign = world.first_app("user-2").connect(super::SECOND).await;
    assert_eq!(refused(json!({"connection": foreign})).await, gone);
    assert_eq!(refused(json!({"body": "x".repeat(66_000)})).await.0, 413);
    patch(&app, &path(&workflow), &json!({"paused": true})).await;
    assert_eq!(refused(json!({})).await, (409, "workflow_paused".to_owned()));
    patch(&app, &path(&workflow), &json!({"paused": false})).await;
    decide(&app, &workflow, json!({"enabled": false})).await;
    assert_eq!(refused(json!({})).await, (409, "workflow_not_enabled".to_owned()));
    assert_eq!(app.get("runs").await.body["runs"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_is_ended() {
    let (world, app, _) = with_folder_maker().await;
    let waiting = json!({
        "name": "Waits", "trigger": {"type": "request"}, "enabled_by_default": true,
        "steps": [{"id": "wait", "type": "delay", "seconds": 86_400}, {"id": "say", "type": "response"}],
    });
    let workflow = make(&app, &waiting).await;
    let run = start(&app, &workflow, json!({})).await;
    let path = format!("runs/{}", run["id"].as_str().unwrap());
    world.until(async || app.get(&path).await.body["due_at"].is_string()).await;
    let cancelled = app.ask(Method::POST, &format!("{path}/cancel"), "").await;
    assert_eq!((cancelled.status.as_u16(), &cancelled.body["status"]), (200, &json!("cancelled")));
    assert_eq!(app.post(&format!("{path}/cancel"), "").await.body, cancelled.body, "once more is the same");
    assert_eq!(app.post(&format!("{path}/cancel"), "{\"x\": 1}").await.code(), "malformed_body");
    let other = make(&app, &folder_maker()).await;
    decide(&app, &other, json!({"enabled": true})).await;
    let run = start(&app, &other, json!({"body": {"name": "Two"}})).await;
    ended(&world, &app, &run).await;
    let late = app.post(&format!("runs/{}/cancel", run["id"].as_str().unwrap()), "").await;
    assert_eq!((late.status.as_u16(), late.code()), (409, "run_ended"));
}
