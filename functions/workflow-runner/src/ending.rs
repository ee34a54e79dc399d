//! The ending of a step, and how it moves the run on.

use std::time::Duration;

use serde_json::Value;
use shared::{
    metrics::Metric,
    model::Timestamp,
    queue::Outgoing,
    store::StoreError,
    workflows::{
        Outcome, Position, Response, Run, RunMessage, RunState, Step, StepError, StepRecord, delay, limits,
        next,
    },
};

use crate::{Failure, Runner, record, step::Present};

/// Time after which the tick looks after a run whose message should have come.
const OVERDUE: Duration = Duration::from_secs(5 * 60);

/// Ending of an attempt at a step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ending {
    /// It is done.
    Done {
        /// Its output.
        output: Value,
        /// Outcome that decides where the run goes on.
        outcome: Outcome,
        /// Its answer to the request that started the run.
        response: Option<Response>,
        /// Time until the next step is done.
        wait: Duration,
    },
    /// A part is done, with which the next attempt goes on.
    Part(Value),
    /// The attempt failed.
    Failed(Trouble),
    /// It was not attempted, because Dropbox has asked for a pause.
    Paused(Duration),
}

impl Ending {
    /// The step is done, and the next one follows.
    pub(crate) fn done(output: Value) -> Self {
        Self::Done { output, outcome: Outcome::Done, response: None, wait: Duration::ZERO }
    }

    /// Returns the ending, or a failure if the output is too large.
    fn fitting(self) -> Self {
        let Self::Done { output, .. } = &self else { return self };
        if output.to_string().len() <= limits::LARGEST_OUTPUT {
            return self;
        }
        let message = format!(
            "The output has more than {} KB; ask for less, such as smaller pages or a link in place of bytes.",
            limits::LARGEST_OUTPUT / 1024
        );
        Self::Failed(Trouble::of("output_too_large", message))
    }
}

/// Reason why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// The reason.
    pub(crate) error: StepError,
    /// Whether it may pass: then the step is tried again.
    pub(crate) may_pass: bool,
    /// Time that somebody asked to wait.
    pub(crate) wait: Option<Duration>,
}

impl Trouble {
    /// A reason that does not pass by itself.
    pub(crate) fn lasting(error: StepError) -> Self {
        Self { error, may_pass: false, wait: None }
    }

    /// A reason that does not pass by itself, by code and message.
    pub(crate) fn of(code: &str, message: impl Into<String>) -> Self {
        Self::lasting(StepError { code: code.to_owned(), message: message.into() })
    }
}

/// Moves the run on, together with the step's record, and sends the message for what comes next. If somebody else has
/// moved it on, or ended it, nothing is written.
pub(crate) async fn advance(
    runner: &Runner,
    present: &Present,
    step: &Step,
    (input, ending): (Value, Ending),
    began: Timestamp,
) -> Result<(), Failure> {
    let now = runner.clock.now();
    let (run, record) = advanced(present, step, (input, ending.fitting()), began, now);
    count(runner, &run, record.as_ref());
    write(runner, &run, record.as_ref(), now).await
}

/// Ends a run at a step that is not attempted any more.
pub(crate) async fn end(runner: &Runner, run: &Run, step: &str, error: StepError) -> Result<(), Failure> {
    let at = runner.clock.now();
    let state = RunState::Failed { at, step: step.to_owned(), error };
    let run = Run { revision: run.revision + 1, state, ..run.clone() };
    count(runner, &run, None);
    write(runner, &run, None, at).await
}

async fn write(
    runner: &Runner,
    run: &Run,
    record: Option<&StepRecord>,
    now: Timestamp,
) -> Result<(), Failure> {
    let due_at = match &run.state {
        RunState::Running { due_at, .. } => Some(due_at.unwrap_or(now)),
        _ => None,
    };
    let wait = due_at.map(|at| at.since(now));
    match runner.store.change_run(run, record, wake_at(due_at, now)).await {
        // Somebody else has done the step, or ended the run; their message is on its way.
        Err(StoreError::Conflict) if !is_written(runner, run).await? => return Ok(()),
        Err(StoreError::Conflict) | Ok(()) => {}
        Err(error) => return Err(error.into()),
    }
    match wait {
        Some(wait) => ask(runner, run, wait).await,
        None => Ok(()),
    }
}

/// Whether a run is stored as it is to be: the change was made, and its answer was lost.
async fn is_written(runner: &Runner, run: &Run) -> Result<bool, StoreError> {
    let stored = runner.store.run(run.project, run.id).await?;
    Ok(stored.is_some_and(|stored| stored.revision == run.revision && stored.state == run.state))
}

/// Returns the time from which the tick finds a run: when it is due, if that is too far away for a message, or else
/// somewhat later, should the message get lost. A run that goes on at once has its message.
fn wake_at(due_at: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let at = due_at.filter(|at| *at > now)?;
    Some(if at.since(now) > Outgoing::LONGEST_DELAY { at } else { at.plus(OVERDUE) })
}

/// Sends the message for the step at which a run is. A longer wait than the queue allows is left to the tick.
pub(crate) async fn ask(runner: &Runner, run: &Run, wait: Duration) -> Result<(), Failure> {
    if wait > Outgoing::LONGEST_DELAY {
        return Ok(());
    }
    // One second more, because the queue counts whole seconds.
    let wait = if wait.is_zero() { wait } else { wait + Duration::from_secs(1) };
    Ok(runner.queue.send(vec![RunMessage::step(run.project, run.id).after(wait)]).await?)
}

fn count(runner: &Runner, run: &Run, record: Option<&StepRecord>) {
    match record {
        Some(record) if record.error.is_some() => runner.count(run, Metric::StepsFailed),
        Some(_) => runner.count(run, Metric::StepsDone),
        None => {}
    }
    match run.state {
        RunState::Succeeded { .. } => runner.count(run, Metric::RunsSucceeded),
        RunState::Failed { .. } => runner.count(run, Metric::RunsFailed),
        RunState::Running { .. } | RunState::Cancelled { .. } => {}
    }
}

/// Returns the run after an ending, and the record of the step if it was attempted. Pure.
fn advanced(
    present: &Present,
    step: &Step,
    (input, ending): (Value, Ending),
    began: Timestamp,
    now: Timestamp,
) -> (Run, Option<StepRecord>) {
    let Present { run, position, failures, .. } = present;
    let attempts = failures + 1;
    let record = |output: Option<Value>, error: Option<StepError>| StepRecord {
        position: position.clone(),
        step: step.id.clone(),
        at: began,
        ms: u64::try_from(now.since(began).as_millis()).unwrap_or(u64::MAX),
        attempts,
        input: record::redacted(step, &input),
        output,
        error,
    };
    let changed = Run { revision: run.revision + 1, ..run.clone() };
    let again = |failures: u32, wait: Duration| {
        let due_at = (!wait.is_zero()).then(|| now.plus(wait));
        RunState::Running { position: position.clone(), failures, due_at }
    };
    match ending {
        Ending::Part(output) => {
            (Run { state: again(*failures, Duration::ZERO), ..changed }, Some(record(Some(output), None)))
        }
        Ending::Paused(wait) => (Run { state: again(*failures, wait), ..changed }, None),
        Ending::Done { output, outcome, response, wait } => {
            let record = record(Some(output), None);
            let state = after(present, step, outcome, &record, (wait, now));
            let response = response.or(changed.response);
            (Run { state, response, steps: run.steps + 1, ..changed }, Some(record))
        }
        Ending::Failed(Trouble { error, may_pass, wait }) => {
            let record = record(None, Some(error.clone()));
            if may_pass && attempts < u32::from(step.attempts.unwrap_or(limits::ATTEMPTS)) {
                let wait = delay(attempts, wait, run.id);
                return (Run { state: again(attempts, wait), ..changed }, Some(record));
            }
            let state = if step.continue_on_error {
                after(present, step, Outcome::Done, &record, (Duration::ZERO, now))
            } else {
                RunState::Failed { at: now, step: step.id.clone(), error }
            };
            (Run { state, steps: run.steps + 1, ..changed }, Some(record))
        }
    }
}

/// Returns the state of a run whose step is done with.
fn after(
    present: &Present,
    step: &Step,
    outcome: Outcome,
    record: &StepRecord,
    (wait, now): (Duration, Timestamp),
) -> RunState {
    let mut records = present.records.clone();
    records.push(record.clone());
    match next(&present.document, &present.position, outcome, &records) {
        Ok(Some(position)) => running(position, wait, now),
        Ok(None) => RunState::Succeeded { at: now },
        Err(error) => {
            tracing::error!(run = %present.run.id, %error, "a run cannot move on");
            let error = StepError { code: "cannot_move_on".to_owned(), message: format!("{error}.") };
            RunState::Failed { at: now, step: step.id.clone(), error }
        }
    }
}

fn running(position: Position, wait: Duration, now: Timestamp) -> RunState {
    let due_at = (!wait.is_zero()).then(|| now.plus(wait));
    RunState::Running { position, failures: 0, due_at }
}

#[cfg(test)]
mod tests;
