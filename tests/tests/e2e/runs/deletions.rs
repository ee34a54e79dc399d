//! Nothing is left of runs when their user is deleted, or their account is disconnected.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use http::Method;
use serde_json::json;
use shared::{
    model::{Clock, SystemClock, Tags},
    store::{Enablement, Workflows},
};
use tests::World;

use super::{FIRST, add, over, start, user};

/// A text in what starts a run, which no row may have in the end.
const TRACE: &str = "a text that is found nowhere else";

/// Returns all rows that have the trace, or the user's decision or list of runs.
async fn rows(world: &World) -> Vec<String> {
    let scan = world.stack.machine.dynamo.client().scan().table_name(local::TABLE);
    let rows: Vec<HashMap<String, AttributeValue>> =
        scan.into_paginator().items().send().try_collect().await.unwrap();
    let texts = rows.iter().map(|row| format!("{row:?}"));
    let is_left = |text: &String| [TRACE, "enabled-by#", "run-list#"].iter().any(|part| text.contains(part));
    texts.filter(is_left).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_leaves_no_runs_and_no_decisions() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let connection = app.connect(FIRST).await;
    let steps = json!([{"id": "answer", "type": "response", "body": "{{ trigger.body }}"}]);
    let workflow = add(&world, &app, json!({"trigger": {"type": "request"}, "steps": steps})).await;
    let decision = Enablement {
        user: user(),
        connections: BTreeSet::new(),
        is_enabled: true,
        settings: Tags::new(),
        at: SystemClock.now(),
    };
    world.stack.store().enable_workflow(workflow.project, workflow.id, &decision).await.unwrap();
    for connection in [Some(connection), None] {
        start(&world, &workflow, connection, json!(TRACE)).await;
    }
    over(&world, &workflow, 2).await;
    assert!(rows(&world).await.len() > 4);
    let answer = app.ask(Method::DELETE, "users/user-1", "").await;
    assert_eq!(answer.status.as_u16(), 202, "{}", answer.body);
    let finished = async || app.get("users/user-1").await.body["deletion"]["finished_at"].clone();
    world.until(async || !finished().await.is_null()).await;
    assert_eq!(
        rows(&world).await,
        [""; 0],
        "the receipt waits for runs, also for those without a connection"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnected_account_leaves_no_runs() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let connection = app.connect(FIRST).await;
    let steps = json!([{"id": "answer", "type": "response", "body": "{{ trigger.body }}"}]);
    let workflow = add(&world, &app, json!({"trigger": {"type": "request"}, "steps": steps})).await;
    start(&world, &workflow, Some(connection), json!(TRACE)).await;
    over(&world, &workflow, 1).await;
    assert!(!rows(&world).await.is_empty());
    app.ask(Method::DELETE, &format!("connections/{connection}"), "").await;
    world.until(async || !app.details(connection).await["receipt"]["finished_at"].is_null()).await;
    assert_eq!(rows(&world).await, [""; 0]);
}
