//! Contract of the store's runs of workflows, and of the records of their steps.

use std::time::Duration;

use serde_json::{Value, json};
use shared::{
    model::{Connection, ConnectionId, ProjectId, RunId, Timestamp, UserDeletion, UserId, WorkflowId},
    store::{Connections, Due, Purges, RunFilter, RunPage, RunRemoval, Runs, Schedules, Users},
    workflows::{Position, Response, Run, RunState, StartedBy, StepError, StepRecord, run_id},
};

use super::{StoreHarness, conflict, ok, winners};
use crate::{
    eventually,
    samples::{self, now, user},
};

const MINUTE: Duration = Duration::from_secs(60);

/// Returns a value with numbers, names and a depth that are JSON's and not DynamoDB's.
fn restless() -> Value {
    let mut deep = json!({"numbers": [1.5, 1e300, u64::MAX], "": null});
    for _ in 0..40 {
        deep = json!([deep]);
    }
    deep
}

fn running(due_at: Option<Timestamp>) -> RunState {
    RunState::Running { position: Position::FIRST, failures: 0, due_at }
}

/// Creates a run without a connection, started some milliseconds after a certain time.
fn run(project: ProjectId, name: &str, offset: u64) -> Run {
    let workflow = WorkflowId::random();
    let at = Timestamp(now().0 + offset);
    Run {
        id: run_id(workflow, "cause", at),
        project,
        workflow,
        version: 3,
        user: user(name),
        connection: None,
        started_by: StartedBy::Event { id: "a:1".to_owned() },
        trigger: restless(),
        settings: [("days".to_owned(), json!(1.5))].into_iter().collect(),
        started_at: at,
        state: running(None),
        revision: 1,
        steps: 0,
        response: None,
        replay_of: None,
    }
}

async fn added(harness: &impl StoreHarness) -> Run {
    let run = run(ProjectId::random(), "ada", 0);
    assert!(ok(harness.store().add_run(&run).await));
    run
}

fn changed(run: &Run, state: RunState) -> Run {
    Run { state, revision: run.revision + 1, steps: run.steps + 1, ..run.clone() }
}

fn record(position: &str) -> StepRecord {
    StepRecord {
        position: position.parse().expect("it is a position"),
        step: "step".to_owned(),
        at: now(),
        ms: 12,
        attempts: 2,
        input: restless(),
        output: Some(restless()),
        error: None,
    }
}

/// A run is added once, and is found by its project alone.
pub async fn a_run_is_added_once(harness: &impl StoreHarness) {
    let (store, run) = (harness.store(), added(harness).await);
    assert!(!ok(store.add_run(&Run { trigger: Value::Null, ..run.clone() }).await), "it is there");
    assert_eq!(ok(store.run(run.project, run.id).await), Some(run.clone()));
    assert_eq!(ok(store.run(ProjectId::random(), run.id).await), None);
    assert_eq!(ok(store.steps(run.id, None, 10).await), []);
}

/// The time of an event is the one with which it first came to a workflow.
pub async fn an_event_keeps_the_time_of_its_first_coming(harness: &impl StoreHarness) {
    let (store, workflow) = (harness.store(), WorkflowId::random());
    let came = async |workflow, event: &str, at| ok(store.first_came(workflow, event, Timestamp(at)).await).0;
    let at = now().0;
    assert_eq!(came(workflow, "a:news:1", at).await, at);
    assert_eq!(came(workflow, "a:news:1", at + 5_000).await, at);
    assert_eq!(came(workflow, "a:news:2", at + 5_000).await, at + 5_000);
    assert_eq!(came(WorkflowId::random(), "a:news:1", at + 5_000).await, at + 5_000);
    let long = "n".repeat(3_000);
    assert_eq!(came(workflow, &long, at).await, at);
}

/// Of changes at the same time one wins, together with the record of its step.
pub async fn a_change_is_made_with_its_record_or_not_at_all(harness: &impl StoreHarness) {
    let (store, run) = (harness.store(), added(harness).await);
    let next =
        RunState::Running { position: "1.then.0".parse().expect("a position"), failures: 2, due_at: None };
    let response = Some(Response { status: 201, body: restless() });
    let one = Run { response, ..changed(&run, next) };
    let other = changed(&run, RunState::Cancelled { at: now() });
    let (first, second) = (record("0"), StepRecord { attempts: 9, ..record("0") });
    let done = vec![
        store.change_run(&one, Some(&first), None).await,
        store.change_run(&other, Some(&second), None).await,
    ];
    assert_eq!(winners(done), 1);
    assert_eq!(ok(store.run(run.project, run.id).await), Some(one.clone()));
    assert_eq!(ok(store.steps(run.id, None, 10).await), [first]);
    let over = changed(&one, RunState::Succeeded { at: now() });
    ok(store.change_run(&over, None, None).await);
    assert_eq!(ok(store.run(run.project, run.id).await), Some(over));
    conflict(&store.change_run(&changed(&one, running(None)), None, None).await);
}

/// A record replaces an earlier one of the same position.
pub async fn records_are_kept_by_position(harness: &impl StoreHarness) {
    let (store, run) = (harness.store(), added(harness).await);
    let error = Some(StepError { code: "http_failed".to_owned(), message: "It answered 503.".to_owned() });
    let failed = StepRecord { output: None, error, ..record("2") };
    ok(store.keep_step(run.id, &failed).await);
    let positions = ["0", "1.then.0", "10", "2", "3.0.0", "3.1.0"];
    for position in positions {
        ok(store.keep_step(run.id, &record(position)).await);
    }
    let all: Vec<StepRecord> = positions.into_iter().map(record).collect();
    assert_eq!(ok(store.steps(run.id, None, 10).await), all, "in the order of the texts");
    assert_eq!(ok(store.steps(run.id, None, 2).await), all[..2]);
    assert_eq!(ok(store.steps(run.id, Some(&all[1].position), 2).await), all[2..4]);
    let wanted: Vec<Position> = ["3.1.0", "4", "2"].map(|text| text.parse().expect("a position")).into();
    let mut found = ok(store.step_records(run.id, &wanted).await);
    found.sort_by_key(|record| record.position.to_string());
    assert_eq!(found, [record("2"), record("3.1.0")]);
    assert_eq!(ok(store.step_records(run.id, &[]).await), []);
}

/// A run is due when it waits for a time, and some time after its start if nobody has begun with it.
pub async fn a_run_that_waits_is_due_at_its_time(harness: &impl StoreHarness) {
    let (store, run) = (harness.store(), added(harness).await);
    let due = Due::Run(run.project, run.id);
    let untouched = run.started_at.plus(5 * MINUTE);
    assert!(!ok(store.claim_wake(due, now(), untouched).await), "its message is on its way");
    eventually("it is due", async || ok(store.due(untouched).await).contains(&due).then_some(())).await;
    let begun = changed(&run, running(None));
    ok(store.change_run(&begun, None, None).await);
    assert!(!ok(store.claim_wake(due, untouched, untouched.plus(MINUTE)).await), "somebody has begun");
    let at = now().plus(60 * MINUTE);
    let waiting = changed(&begun, running(Some(at)));
    ok(store.change_run(&waiting, None, Some(at)).await);
    assert!(!ok(store.claim_wake(due, now(), at).await), "it is too early");
    eventually("it is due", async || ok(store.due(at).await).contains(&due).then_some(())).await;
    assert!(ok(store.claim_wake(due, at, at.plus(MINUTE)).await));
    assert_eq!(
        ok(store.run(run.project, run.id).await),
        Some(waiting.clone()),
        "a claim changes nothing else"
    );
    ok(store.change_run(&changed(&waiting, RunState::Succeeded { at }), None, None).await);
    assert!(!ok(store.claim_wake(due, at.plus(2 * MINUTE), at.plus(3 * MINUTE)).await), "it is over");
}

/// Lists have the newest runs first, those that every condition of a filter allows.
pub async fn runs_are_listed_newest_first_and_filtered(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    let mut runs: Vec<Run> =
        (0..6).map(|number| run(project, ["ada", "bob"][number % 2], number as u64 * 10)).collect();
    for run in &runs {
        assert!(ok(store.add_run(run).await));
    }
    runs[4] = changed(
        &runs[4],
        RunState::Failed {
            at: now(),
            step: "step".to_owned(),
            error: StepError { code: "c".to_owned(), message: "m".to_owned() },
        },
    );
    ok(store.change_run(&runs[4], None, None).await);
    runs.reverse();
    let at = |offset: u64| Some(Timestamp(now().0 + offset));
    let by = |filter: RunFilter| async move {
        let page = ok(store.runs(project, &filter, None, 100).await);
        assert_eq!(page.next, None);
        page.runs
    };
    assert_eq!(by(RunFilter::default()).await, runs);
    let ada: Vec<Run> = runs.iter().filter(|run| run.user == user("ada")).cloned().collect();
    assert_eq!(by(RunFilter { user: Some(user("ada")), ..RunFilter::default() }).await, ada);
    let (workflow, status) = (Some(runs[1].workflow), Some("failed"));
    assert_eq!(by(RunFilter { workflow, ..RunFilter::default() }).await, runs[1..2]);
    assert_eq!(by(RunFilter { status, ..RunFilter::default() }).await, runs[1..2]);
    assert_eq!(by(RunFilter { waits: Some(true), ..RunFilter::default() }).await, []);
    assert_eq!(by(RunFilter { status, user: Some(user("bob")), ..RunFilter::default() }).await, []);
    assert_eq!(by(RunFilter { since: at(20), before: at(40), ..RunFilter::default() }).await, runs[2..4]);
    assert_eq!(by(RunFilter { since: at(40), before: at(20), ..RunFilter::default() }).await, []);
    assert_eq!(ok(store.runs(ProjectId::random(), &RunFilter::default(), None, 100).await).runs, []);
}

/// Of all runs that a filter allows, a page is found by its offset, from either end, if no more runs than may be looked
/// at are before its end.
pub async fn runs_are_counted_and_found_by_their_offset(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    let runs: Vec<Run> =
        (0..7).map(|number| run(project, ["ada", "bob"][number % 2], number as u64)).collect();
    for run in &runs {
        assert!(ok(store.add_run(run).await));
    }
    let counted = |filter: RunFilter, skipped: u64, looked_at: usize| async move {
        let counted = ok(store.counted_runs(project, &filter, skipped, 2, looked_at).await);
        let ids = |page: RunPage| page.runs.iter().map(|run| run.id).collect::<Vec<_>>();
        (counted.page.as_ref().and_then(|page| page.next), counted.page.map(ids), counted.total)
    };
    let id = |number: usize| runs[number].id;
    let newest = RunFilter::default();
    assert_eq!(counted(newest.clone(), 2, 100).await, (Some(id(3)), Some(vec![id(4), id(3)]), Some(7)));
    assert_eq!(counted(newest.clone(), 6, 7).await, (None, Some(vec![id(0)]), Some(7)));
    assert_eq!(counted(newest.clone(), 9, 100).await, (None, Some(vec![]), Some(7)));
    let oldest = RunFilter { oldest_first: true, ..newest.clone() };
    assert_eq!(counted(oldest.clone(), 4, 100).await, (Some(id(5)), Some(vec![id(4), id(5)]), Some(7)));
    assert_eq!(counted(oldest, 0, 4).await, (Some(id(1)), Some(vec![id(0), id(1)]), None));
    let bob = RunFilter { user: Some(user("bob")), ..newest.clone() };
    assert_eq!(counted(bob, 1, 100).await, (None, Some(vec![id(3), id(1)]), Some(3)));
    assert_eq!(counted(newest.clone(), 4, 3).await, (None, None, None), "it begins after what is looked at");
    assert_eq!(counted(newest, 3, 4).await, (Some(id(3)), Some(vec![id(3)]), None), "it is cut off");
}

/// Pages follow one another without a gap.
pub async fn runs_are_listed_page_by_page(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    for number in 0..7 {
        assert!(ok(store.add_run(&run(project, ["ada", "bob"][number % 2], number as u64)).await));
    }
    let ada = RunFilter { user: Some(user("ada")), ..RunFilter::default() };
    let oldest_first = RunFilter { oldest_first: true, ..RunFilter::default() };
    let both = RunFilter { oldest_first: true, ..ada.clone() };
    for filter in [RunFilter::default(), ada, oldest_first, both] {
        let whole: Vec<RunId> =
            ok(store.runs(project, &filter, None, 100).await).runs.iter().map(|run| run.id).collect();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = ok(store.runs(project, &filter, after, 3).await);
            assert!(page.runs.len() <= 3);
            seen.extend(page.runs.iter().map(|run| run.id));
            let Some(next) = page.next else { break };
            after = Some(next);
        }
        assert_eq!(seen, whole);
        assert_eq!(whole.is_sorted(), filter.oldest_first);
    }
}

/// A run is removed with its records. Whoever still works on it writes nothing.
pub async fn a_run_is_removed_with_its_records(harness: &impl StoreHarness) {
    let (store, run) = (harness.store(), added(harness).await);
    let begun = changed(&run, running(None));
    ok(store.change_run(&begun, Some(&record("0")), None).await);
    ok(store.remove_run(run.project, run.id).await);
    ok(store.remove_run(run.project, run.id).await);
    assert_eq!(ok(store.run(run.project, run.id).await), None);
    assert_eq!(ok(store.steps(run.id, None, 10).await), []);
    conflict(&store.change_run(&changed(&begun, running(None)), Some(&record("1")), None).await);
    assert_eq!(ok(store.steps(run.id, None, 10).await), []);
    let filter = RunFilter { user: Some(run.user.clone()), ..RunFilter::default() };
    assert_eq!(ok(store.runs(run.project, &filter, None, 10).await).runs, []);
}

/// All runs of a user, or of one of a user's connections, are removed, and no others.
pub async fn the_runs_of_a_user_and_of_a_connection_are_removed(harness: &impl StoreHarness) {
    let store = harness.store();
    let connection = samples::connection();
    ok(store.add_connection(&connection, &samples::tokens(1), None).await);
    let Connection { id, project, user: owner, .. } = connection;
    let mine: UserId = owner.clone();
    for number in 0..5 {
        let connection = (number > 1).then_some(id);
        let run = Run { connection, ..run(project, owner.as_str(), number) };
        assert!(ok(store.add_run(&run).await));
    }
    let other = run(project, "somebody else", 9);
    assert!(ok(store.add_run(&other).await));
    assert_eq!(ok(store.remove_runs(project, &mine, Some(ConnectionId::random()), 10).await), 0);
    assert_eq!(ok(store.remove_runs(project, &mine, Some(id), 2).await), 2);
    assert_eq!(ok(store.remove_runs(project, &mine, Some(id), 2).await), 1);
    assert_eq!(ok(store.remove_runs(project, &mine, Some(id), 2).await), 0);
    assert_eq!(ok(store.remove_runs(project, &mine, None, 10).await), 2);
    assert_eq!(ok(store.remove_runs(project, &mine, None, 10).await), 0);
    assert_eq!(ok(store.runs(project, &RunFilter::default(), None, 10).await).runs, [other]);
}

/// No run starts in a connection that is unknown or disconnected: nothing is left of it.
pub async fn no_run_starts_in_a_connection_that_is_gone(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    let run = Run { connection: Some(connection.id), ..run(connection.project, connection.user.as_str(), 0) };
    conflict(&store.add_run(&run).await);
    ok(store.add_connection(&connection, &samples::tokens(1), None).await);
    assert!(ok(store.disconnect(&connection, now()).await));
    conflict(&store.add_run(&run).await);
    assert_eq!(ok(store.run(run.project, run.id).await), None);
    assert_eq!(ok(store.remove_runs(run.project, &run.user, None, 10).await), 0, "no row of it");
}

/// No run without a connection starts for a user who was deleted: nothing is left of it.
pub async fn no_run_starts_for_a_user_who_was_deleted(harness: &impl StoreHarness) {
    let (store, run) = (harness.store(), run(ProjectId::random(), "ada", 0));
    let deletion = UserDeletion::new(now());
    ok(store.note_deletion(run.project, &run.user, &deletion, now().plus(60 * MINUTE)).await);
    conflict(&store.add_run(&run).await);
    assert_eq!(ok(store.remove_runs(run.project, &run.user, None, 10).await), 0, "no row of it");
    ok(store.add_user(run.project, &run.user, now()).await);
    assert!(ok(store.add_run(&run).await), "the user is there again");
}

/// Runs every case of [`runs`](crate::store::runs) as a separate test.
#[macro_export]
macro_rules! runs_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::runs:
            a_run_is_added_once
            an_event_keeps_the_time_of_its_first_coming
            a_change_is_made_with_its_record_or_not_at_all
            records_are_kept_by_position
            a_run_that_waits_is_due_at_its_time
            runs_are_listed_newest_first_and_filtered
            runs_are_listed_page_by_page
            runs_are_counted_and_found_by_their_offset
            a_run_is_removed_with_its_records
            the_runs_of_a_user_and_of_a_connection_are_removed
            no_run_starts_in_a_connection_that_is_gone
            no_run_starts_for_a_user_who_was_deleted
        }
    };
}
