//! The kinds of steps, and what each does.
//!
//! - `flow`: conditions, for-eachs, delays and answers, which call nobody. Pure.
//! - `dropbox`: actions and calls in the user's account.
//! - `request`: requests to addresses in the public internet.

mod dropbox;
mod flow;
mod request;

use serde_json::Value;
use shared::{
    model::Timestamp,
    workflows::{Step, StepKind},
};

use crate::{Failure, Runner, ending::Ending, step::Present};

/// Whether a step calls Dropbox or somebody else.
pub(crate) fn calls_somebody(step: &Step) -> bool {
    matches!(step.kind, StepKind::Action { .. } | StepKind::Dropbox { .. } | StepKind::Http { .. })
}

/// Does a step that calls nobody.
pub(crate) fn decide(step: &Step, input: &Value, now: Timestamp) -> Ending {
    match &step.kind {
        StepKind::ForEach { .. } => flow::for_each(input),
        StepKind::Delay { .. } => flow::delay(input, now),
        StepKind::Response { status, .. } => flow::response(*status, input),
        _ => flow::condition(input),
    }
}

/// Does a step that calls somebody. `input` has its members with their references replaced.
pub(crate) async fn call(
    runner: &Runner,
    present: &Present,
    step: &Step,
    input: &Value,
) -> Result<Ending, Failure> {
    match &step.kind {
        StepKind::Action { action, .. } => dropbox::action(runner, present, action, input).await,
        StepKind::Dropbox { route, .. } => dropbox::call(runner, present, route, input).await,
        StepKind::Http { method, .. } => Ok(request::send(runner, present, *method, input).await),
        _ => Ok(decide(step, input, runner.clock.now())),
    }
}
