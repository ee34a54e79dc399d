//! The steps of a seed, until it comes to rest.

use std::time::Duration;

use shared::{
    model::{Clock, Timestamp},
    queue::Queue,
    store::{Due, RunFilter, Runs, Schedules, StoreError},
    workflows::{Run, RunMessage, RunState, Started},
};

use super::fixture::{Fixture, PROJECT};

/// Longest time of a process's work, after which it counts as dead. Simulated time does not pass meanwhile.
const LIFE: Duration = Duration::from_secs(1);
/// Claim of a tick.
const CLAIM: Duration = Duration::from_secs(900);
/// Maximum number of steps until all runs are over once the faults have stopped.
const REST: usize = 20_000;

pub(super) async fn play(fixture: &mut Fixture) {
    for _ in 0..fixture.rng.usize(20..200) {
        step(fixture).await;
    }
    fixture.faults.end();
    rest(fixture).await;
}

async fn step(fixture: &mut Fixture) {
    match fixture.rng.u32(0..100) {
        0..6 => fixture.ask(),
        6..20 => start(fixture).await,
        20..80 => drop(work(fixture).await),
        80..92 => {
            let most = *fixture.rng.choice(&[2, 60, 900, 20_000]).expect("there are some");
            fixture.clock.advance(Duration::from_secs(fixture.rng.u64(1..most + 1)));
        }
        92..99 => tick(fixture).await,
        _ => cancel(fixture).await,
    }
}

/// Starts a run that is to start, perhaps again.
async fn start(fixture: &mut Fixture) {
    if fixture.asked.is_empty() {
        return;
    }
    let index = fixture.rng.usize(0..fixture.asked.len());
    start_one(fixture, index).await;
}

async fn start_one(fixture: &mut Fixture, index: usize) {
    let asked = &fixture.asked[index];
    let (starter, asked_for) = (fixture.starter(), asked.start.clone());
    let started = tokio::time::timeout(LIFE, starter.start(&asked.workflow, asked_for)).await;
    match started {
        Ok(Ok(Started::Run(_))) => fixture.asked[index].is_started = true,
        Ok(Ok(Started::Not(reason))) => panic!("a run does not start: {reason}"),
        _ => {}
    }
}

/// Works on a message. Returns whether there was one.
async fn work(fixture: &mut Fixture) -> bool {
    let Some((number, body)) = fixture.mailbox.receive() else { return false };
    let runner = fixture.runner();
    let work = workflow_runner::handle_message(&runner, &body);
    if let Ok(Ok(())) = tokio::time::timeout(LIFE, work).await {
        fixture.mailbox.delete(number);
    }
    true
}

/// Sends messages for the runs that are due, as the worker's tick does.
async fn tick(fixture: &mut Fixture) {
    let now = fixture.clock.now();
    for due in fixture.truth.due(now).await.expect("the store answers") {
        let Due::Run(project, run) = due else { continue };
        if fixture.truth.claim_wake(due, now, now.plus(CLAIM)).await.expect("the store answers") {
            send(fixture, &RunMessage::step(project, run)).await;
        }
    }
}

/// Sends a message until the queue takes it.
async fn send(fixture: &Fixture, message: &RunMessage) {
    for _ in 0..100 {
        let sent = tokio::time::timeout(LIFE, fixture.mailbox.send(vec![message.at_once()])).await;
        if matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
    panic!("the queue takes no message");
}

/// Cancels a run, unless it is over.
async fn cancel(fixture: &mut Fixture) {
    let runs = all(fixture).await;
    let Some(run) = fixture.rng.choice(&runs).filter(|run| !run.state.is_over()) else { return };
    let state = RunState::Cancelled { at: fixture.clock.now() };
    let cancelled = Run { state, revision: run.revision + 1, ..run.clone() };
    match fixture.truth.change_run(&cancelled, None, None).await {
        Ok(()) | Err(StoreError::Conflict) => {}
        Err(error) => panic!("{error}"),
    }
}

/// Returns all runs, without faults.
pub(super) async fn all(fixture: &Fixture) -> Vec<Run> {
    let page = fixture.truth.runs(PROJECT, &RunFilter::default(), None, 1_000).await;
    page.expect("the store answers").runs
}

/// Starts what is to start, and works until every run is over.
async fn rest(fixture: &mut Fixture) {
    for index in 0..fixture.asked.len() {
        if !fixture.asked[index].is_started {
            start_one(fixture, index).await;
        }
    }
    for _ in 0..REST {
        if work(fixture).await {
            continue;
        }
        tick(fixture).await;
        let Some(next) = next_time(fixture).await else { return };
        fixture.clock.advance(next.since(fixture.clock.now()).max(Duration::from_secs(1)));
    }
    panic!("the runs do not come to rest");
}

/// Returns the time at which something is next to be done; `None` if nothing is.
async fn next_time(fixture: &Fixture) -> Option<Timestamp> {
    let now = fixture.clock.now();
    let due = all(fixture).await.into_iter().filter_map(|run| match run.state {
        RunState::Running { due_at: Some(at), .. } if at > now => Some(at),
        // Its message is in the queue; if it is not, the index has a time.
        RunState::Running { .. } => Some(now.plus(Duration::from_secs(60))),
        _ => None,
    });
    fixture.mailbox.next().into_iter().chain(due).min()
}
