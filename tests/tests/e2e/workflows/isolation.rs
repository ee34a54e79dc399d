//! Isolation: another project's workflows and runs do not exist, and a user token reads none of them.

use http::Method;
use serde_json::json;

use super::{folder_maker, path, start, with_folder_maker};
use crate::user_tokens;

#[tokio::test(flavor = "multi_thread")]
async fn another_projects_workflows_and_runs_do_not_exist() {
    let (world, app, workflow) = with_folder_maker().await;
    let run = start(&app, &workflow, json!({"body": {"name": "One"}})).await;
    let other = world.second_app("user-1");
    let theirs = path(&workflow);
    for (method, path, body) in [
        (Method::GET, theirs.clone(), json!({})),
        (Method::PATCH, theirs.clone(), json!({"paused": true})),
        (Method::DELETE, theirs.clone(), json!({})),
        (Method::GET, format!("{theirs}/enablements"), json!({})),
        (Method::GET, format!("{theirs}/enablement"), json!({})),
        (Method::PATCH, format!("{theirs}/enablement"), json!({"enabled": true})),
        (Method::POST, format!("{theirs}/runs"), json!({})),
        (Method::POST, format!("sdk/{theirs}"), json!({})),
        (Method::DELETE, format!("sdk/{theirs}"), json!({})),
        (Method::POST, format!("sdk/{}", theirs.replace("workflows", "triggers")), json!({})),
        (Method::GET, "workflows/unknown".to_owned(), json!({})),
    ] {
        let answer = other.ask(method.clone(), &path, &body.to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "workflow_not_found"), "{method} {path}");
    }
    let run = run["id"].as_str().unwrap();
    for (method, path) in [
        (Method::GET, format!("runs/{run}")),
        (Method::GET, format!("runs/{run}/steps")),
        (Method::POST, format!("runs/{run}/replay")),
        (Method::POST, format!("runs/{run}/cancel")),
        (Method::GET, format!("task-history/workflow-executions/{run}")),
        (Method::POST, format!("task-history/workflow-executions/{run}/replay")),
        (Method::GET, "runs/unknown".to_owned()),
    ] {
        let answer = other.ask(method.clone(), &path, "").await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "run_not_found"), "{method} {path}");
    }
    assert_eq!(other.get("workflows").await.body, json!({"workflows": []}));
    assert_eq!(other.get("runs").await.body["runs"], json!([]));
    assert_eq!(app.get(&theirs).await.body["paused"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_users_page_may_neither_read_nor_change_workflows() {
    let world = tests::World::new().await;
    let (app, pairs) = user_tokens::project(&world).await;
    let workflow = super::make(&app, &folder_maker()).await;
    let page = app.with_token(pairs[0].sign(&user_tokens::with(&app, &json!({}))).unwrap().expose());
    let own = path(&workflow);
    for (method, path) in [
        (Method::GET, "workflows".to_owned()),
        (Method::GET, own.clone()),
        (Method::GET, "runs".to_owned()),
        (Method::PATCH, format!("{own}/enablement")),
        (Method::POST, format!("{own}/runs")),
        (Method::GET, "task-history/workflow-executions".to_owned()),
    ] {
        let answer = page.ask(method.clone(), &path, "").await;
        assert_eq!((answer.status.as_u16(), answer.code()), (403, "api_key_required"), "{method} {path}");
    }
}
