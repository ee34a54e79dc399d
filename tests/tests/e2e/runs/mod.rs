//! Runs of workflows: what starts them, what their steps do, and what is left of them.

mod deletions;
mod schedules;
mod slots;
mod starts;
mod steps;

use serde_json::{Value, json};
use shared::{
    model::{Clock, ConnectionId, SystemClock, UserId, WorkflowId},
    store::{Endpoints, RunFilter, Runs, Workflows},
    workflows::{Cause, Run, Start, Started, StepRecord, Workflow},
};
use tests::{App, World};

const FIRST: &str = "first@example.com";

/// Adds a workflow to the project of an application's server. It runs for all users unless the document says otherwise.
async fn add(world: &World, app: &App, mut document: Value) -> Workflow {
    if document["enabled_by_default"].is_null() {
        document["enabled_by_default"] = json!(true);
    }
    document["name"] = json!("Sample");
    let at = SystemClock.now();
    let workflow = Workflow {
        id: WorkflowId::random(),
        project: app.project,
        version: 1,
        paused: false,
        created_at: at,
        updated_at: at,
        document: serde_json::from_value(document).unwrap(),
    };
    let store = world.stack.store();
    store.add_workflow(&workflow).await.unwrap();
    if let Some(listener) = workflow.listener(1, at) {
        store.add_endpoint(&listener).await.unwrap();
    }
    workflow
}

fn user() -> UserId {
    "user-1".parse().unwrap()
}

/// Starts a run of a workflow by a request with this body.
async fn start(world: &World, workflow: &Workflow, connection: Option<ConnectionId>, body: Value) -> Run {
    let trigger = json!({"type": "request", "body": body});
    let start = Start { user: user(), connection, cause: Cause::Request, trigger };
    match world.stack.runner().starter.start(workflow, start).await.unwrap() {
        Started::Run(run) => run,
        Started::Not(reason) => panic!("{reason}"),
    }
}

/// Returns the runs of a workflow, newest first.
async fn runs(world: &World, workflow: &Workflow) -> Vec<Run> {
    let filter = RunFilter { workflow: Some(workflow.id), ..RunFilter::default() };
    world.stack.store().runs(workflow.project, &filter, None, 100).await.unwrap().runs
}

/// Waits until a workflow has this number of runs, all of which are over. Returns them, newest first.
async fn over(world: &World, workflow: &Workflow, count: usize) -> Vec<Run> {
    world
        .until(async || {
            let runs = runs(world, workflow).await;
            runs.len() == count && runs.iter().all(|run| run.state.is_over())
        })
        .await;
    runs(world, workflow).await
}

/// Returns the records of a run's steps.
async fn records(world: &World, run: &Run) -> Vec<StepRecord> {
    world.stack.store().steps(run.id, None, 100).await.unwrap()
}
