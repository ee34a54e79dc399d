//! The steps of a seed, until it comes to rest.

use std::time::Duration;

use shared::{
    model::{Clock, Timestamp},
    queue::Queue,
    store::{Due, RunFilter, Runs, Schedules, StoreError},
    workflows::{Run, RunMessage, RunState, Started},
};

use super::stage::{PROJECT, Stage};

/// Longest time of a process's work, after which it counts as dead. Simulated time does not pass meanwhile.
const LIFE: Duration = Duration::from_secs(1);
/// Claim of a tick.
const CLAIM: Duration = Duration::from_secs(900);
/// Maximum number of steps until all runs are over once the faults have stopped.
const REST: usize = 20_000;

pub(super) async fn play(stage: &mut Stage) {
    for _ in 0..stage.rng.usize(20..200) {
        step(stage).await;
    }
    stage.faults.end();
    rest(stage).await;
}

async fn step(stage: &mut Stage) {
    match stage.rng.u32(0..100) {
        0..6 => stage.ask(),
        6..20 => start(stage).await,
        20..80 => drop(work(stage).await),
        80..92 => {
            let most = *stage.rng.choice(&[2, 60, 900, 20_000]).expect("there are some");
            stage.clock.advance(Duration::from_secs(stage.rng.u64(1..most + 1)));
        }
        92..99 => tick(stage).await,
        _ => cancel(stage).await,
    }
}

/// Starts a run that is to start, perhaps again.
async fn start(stage: &mut Stage) {
    if stage.asked.is_empty() {
        return;
    }
    let index = stage.rng.usize(0..stage.asked.len());
    start_one(stage, index).await;
}

async fn start_one(stage: &mut Stage, index: usize) {
    let asked = &stage.asked[index];
    let (starter, asked_for) = (stage.starter(), asked.start.clone());
    let started = tokio::time::timeout(LIFE, starter.start(&asked.workflow, asked_for)).await;
    match started {
        Ok(Ok(Started::Run(_))) => stage.asked[index].is_started = true,
        Ok(Ok(Started::Not(reason))) => panic!("a run does not start: {reason}"),
        _ => {}
    }
}

/// Works on a message. Returns whether there was one.
async fn work(stage: &mut Stage) -> bool {
    let Some((number, body)) = stage.mailbox.receive() else { return false };
    let runner = stage.runner();
    let work = workflow_runner::handle_message(&runner, &body);
    if let Ok(Ok(())) = tokio::time::timeout(LIFE, work).await {
        stage.mailbox.delete(number);
    }
    true
}

/// Sends messages for the runs that are due, as the worker's tick does.
async fn tick(stage: &mut Stage) {
    let now = stage.clock.now();
    for due in stage.truth.due(now).await.expect("the store answers") {
        let Due::Run(project, run) = due else { continue };
        if stage.truth.claim_wake(due, now, now.plus(CLAIM)).await.expect("the store answers") {
            send(stage, &RunMessage::step(project, run)).await;
        }
    }
}

/// Sends a message until the queue takes it.
async fn send(stage: &Stage, message: &RunMessage) {
    for _ in 0..100 {
        let sent = tokio::time::timeout(LIFE, stage.mailbox.send(vec![message.at_once()])).await;
        if matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
    panic!("the queue takes no message");
}

/// Cancels a run, unless it is over.
async fn cancel(stage: &mut Stage) {
    let runs = all(stage).await;
    let Some(run) = stage.rng.choice(&runs).filter(|run| !run.state.is_over()) else { return };
    let state = RunState::Cancelled { at: stage.clock.now() };
    let cancelled = Run { state, revision: run.revision + 1, ..run.clone() };
    match stage.truth.change_run(&cancelled, None, None).await {
        Ok(()) | Err(StoreError::Conflict) => {}
        Err(error) => panic!("{error}"),
    }
}

/// Returns all runs, without faults.
pub(super) async fn all(stage: &Stage) -> Vec<Run> {
    let page = stage.truth.runs(PROJECT, &RunFilter::default(), None, 1_000).await;
    page.expect("the store answers").runs
}

/// Starts what is to start, and works until every run is over.
async fn rest(stage: &mut Stage) {
    for index in 0..stage.asked.len() {
        if !stage.asked[index].is_started {
            start_one(stage, index).await;
        }
    }
    for _ in 0..REST {
        if work(stage).await {
            continue;
        }
        tick(stage).await;
        let Some(next) = next_time(stage).await else { return };
        stage.clock.advance(next.since(stage.clock.now()).max(Duration::from_secs(1)));
    }
    panic!("the runs do not come to rest");
}

/// Returns the time at which something is next to be done; `None` if nothing is.
async fn next_time(stage: &Stage) -> Option<Timestamp> {
    let now = stage.clock.now();
    let due = all(stage).await.into_iter().filter_map(|run| match run.state {
        RunState::Running { due_at: Some(at), .. } if at > now => Some(at),
        // Its message is in the queue; if it is not, the index has a time.
        RunState::Running { .. } => Some(now.plus(Duration::from_secs(60))),
        _ => None,
    });
    stage.mailbox.next().into_iter().chain(due).min()
}
