//! Workflows, decisions and runs as JSON.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::{
    model::{Tags, Timestamp, UserId},
    store::Enablement,
    workflows::{Run, RunState, StepRecord, Workflow, runs_for, settings_of},
};

/// Returns a workflow. Its document is in the form in which it can be sent again.
pub(crate) fn workflow(workflow: &Workflow) -> Value {
    json!({
        "id": workflow.id,
        "version": workflow.version,
        "paused": workflow.paused,
        "created_at": workflow.created_at.to_string(),
        "updated_at": workflow.updated_at.to_string(),
        "document": workflow.document,
    })
}

/// Returns whether a workflow runs for a user, and how.
pub(crate) fn enablement(workflow: &Workflow, user: &UserId, decided: Option<&Enablement>) -> Value {
    let (none, all) = (Tags::new(), BTreeSet::new());
    let own = decided.map_or(&none, |decided| &decided.settings);
    json!({
        "user": user,
        "enabled": runs_for(&workflow.document, decided),
        "connections": decided.map_or(&all, |decided| &decided.connections),
        "settings": settings_of(&workflow.document, own),
        "decided_at": decided.map(|decided| decided.at.to_string()),
    })
}

/// Returns a run as it is in lists: without its data.
pub(crate) fn run_in_list(run: &Run) -> Value {
    let (position, due_at) = match &run.state {
        RunState::Running { position, due_at, .. } => (Some(position), *due_at),
        _ => (None, None),
    };
    let (step, error) = match &run.state {
        RunState::Failed { step, error, .. } => (Some(step), Some(error)),
        _ => (None, None),
    };
    json!({
        "id": run.id,
        "workflow": run.workflow,
        "version": run.version,
        "user": run.user,
        "connection": run.connection,
        "started_by": run.started_by,
        "status": run.state.name(),
        "started_at": run.started_at.to_string(),
        "ended_at": ended_at(run).map(|at| at.to_string()),
        "steps_done": run.steps,
        "position": position,
        "due_at": due_at.map(|at| at.to_string()),
        "failed_step": step,
        "error": error,
        "replay_of": run.replay_of,
    })
}

/// Returns a run with its data.
pub(crate) fn run(run: &Run) -> Value {
    let mut json = run_in_list(run);
    json["trigger"] = run.trigger.clone();
    json["settings"] = json!(run.settings);
    json["response"] = json!(run.response);
    json
}

/// Returns the time at which a run ended.
pub(crate) fn ended_at(run: &Run) -> Option<Timestamp> {
    match run.state {
        RunState::Running { .. } => None,
        RunState::Succeeded { at } | RunState::Failed { at, .. } | RunState::Cancelled { at } => Some(at),
    }
}

/// Returns a step of a run.
pub(crate) fn step(record: &StepRecord) -> Value {
    json!({
        "position": record.position,
        "step": record.step,
        "at": record.at.to_string(),
        "duration_ms": record.ms,
        "attempts": record.attempts,
        "input": record.input,
        "output": record.output,
        "error": record.error,
    })
}
