//! One step of a run: reads what it needs, does it, and records its ending.

use std::time::Duration;

use serde_json::Value;
use shared::{
    metrics::Metric,
    model::{ProjectId, RunId, Timestamp},
    workflows::{
        Document, Position, Run, RunMessage, RunState, Step, StepError, StepRecord, context, limits,
        records_needed, step_at, template,
    },
};

use crate::{
    Failure, Runner,
    ending::{self, Ending, Trouble},
    slot, steps,
};

/// Shortest and longest time after which a step comes back that found no slot for the first time, in milliseconds. It
/// doubles with each further time, so that thousands of waiting steps do not cost thousands of invocations a second.
const PUT_OFF: std::ops::Range<u64> = 2_000..6_000;
/// Number of times that it doubles: to 96 seconds at most.
const MOST_DOUBLED: u32 = 4;

/// A run, where it is, with what its step needs.
pub(crate) struct Present {
    pub(crate) run: Run,
    pub(crate) document: Document,
    pub(crate) position: Position,
    /// Number of attempts at the step that have failed.
    pub(crate) failures: u32,
    /// Records of the steps that it needs, and its own if it has begun before.
    pub(crate) records: Vec<StepRecord>,
}

impl Present {
    /// Returns the output with which the step's last attempt ended, if it has done a part.
    pub(crate) fn part(&self) -> Option<&Value> {
        let own = self.records.iter().find(|record| record.position == self.position)?;
        own.output.as_ref()
    }

    /// Returns the key by which a receiver knows the same step again.
    pub(crate) fn idempotency_key(&self) -> String {
        format!("{}:{}", self.run.id, self.position)
    }
}

/// Does the step at which a run is. Does nothing if the run is over, or gone.
pub(crate) async fn run(
    runner: &Runner,
    (project, id): (ProjectId, RunId),
    put_off: u32,
) -> Result<(), Failure> {
    let Some(run) = runner.store.run(project, id).await? else { return Ok(()) };
    let RunState::Running { position, failures, due_at } = run.state.clone() else { return Ok(()) };
    let now = runner.clock.now();
    if let Some(at) = due_at.filter(|at| *at > now) {
        return ending::ask(runner, &run, at.since(now)).await;
    }
    let document = runner.store.workflow_document(project, run.workflow, run.version).await?;
    let Some(document) = document else {
        return ending::end(runner, &run, "", without_document(&run)).await;
    };
    let mut needed = records_needed(&document, &position);
    needed.push(position.clone());
    let records = runner.store.step_records(id, &needed).await?;
    let present = Present { run, document, position, failures, records };
    let Some(step) = step_at(&present.document, &present.position).cloned() else {
        return ending::end(runner, &present.run, "", without_document(&present.run)).await;
    };
    go(runner, &present, &step, put_off, now).await
}

async fn go(
    runner: &Runner,
    present: &Present,
    step: &Step,
    put_off: u32,
    began: Timestamp,
) -> Result<(), Failure> {
    if let Some(error) = limit(&present.run, began) {
        return ending::end(runner, &present.run, &step.id, error).await;
    }
    let input = match input(present, step) {
        Ok(input) => input,
        Err(trouble) => {
            return ending::advance(runner, present, step, (Value::Null, Ending::Failed(trouble)), began)
                .await;
        }
    };
    if !steps::calls_somebody(step) {
        let ending = steps::decide(step, &input, began);
        return ending::advance(runner, present, step, (input, ending), began).await;
    }
    let Some(slot) = slot::take(runner, present.run.project).await? else {
        runner.count(&present.run, Metric::StepsPutOff);
        let Run { project, id: run, .. } = present.run;
        let message = RunMessage::Step { project, run, put_off: put_off.saturating_add(1) };
        return Ok(runner.queue.send(vec![message.after(put_off_for(put_off))]).await?);
    };
    let ending = steps::call(runner, present, step, &input).await;
    slot::give_back(runner, slot).await;
    ending::advance(runner, present, step, (input, ending?), began).await
}

/// Returns the time after which a step comes back that has found no slot `before` this time.
fn put_off_for(before: u32) -> Duration {
    Duration::from_millis(fastrand::u64(PUT_OFF) << before.min(MOST_DOUBLED))
}

/// Returns the members of a step with its references replaced.
fn input(present: &Present, step: &Step) -> Result<Value, Trouble> {
    let Present { run, document, position, records, .. } = present;
    let context = context(document, run, position, records);
    let rendered = context.and_then(|context| template::render(&step.id, &step.input(), &context));
    rendered.map_err(|error| Trouble::lasting(error.into()))
}

/// Returns why a run does no further step, if it has reached a limit.
fn limit(run: &Run, now: Timestamp) -> Option<StepError> {
    let (code, message) = if now.since(run.started_at) > limits::LONGEST_RUN {
        ("run_too_long", "The run has lasted for 30 days.")
    } else if u64::from(run.steps) >= limits::MOST_STEPS_DONE {
        ("too_many_steps", "The run has done 10,000 steps.")
    } else {
        return None;
    };
    Some(StepError { code: code.to_owned(), message: message.to_owned() })
}

/// Returns the error of a run without its document: a bug of ours.
fn without_document(run: &Run) -> StepError {
    tracing::error!(run = %run.id, workflow = %run.workflow, version = run.version, "a run has no step to do");
    let message = "The workflow's document is not there any more.".to_owned();
    StepError { code: "document_missing".to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_is_put_off_again_and_again_waits_longer_up_to_a_limit() {
        for _ in 0..100 {
            let waits: Vec<u64> = (0..20).map(|put_off| put_off_for(put_off).as_secs()).collect();
            assert!((2..6).contains(&waits[0]) && (4..12).contains(&waits[1]), "{waits:?}");
            assert!(waits.iter().all(|wait| *wait < 96) && waits[19] >= 32, "{waits:?}");
        }
    }
}
