//! Compares runs with what a naive interpreter makes of their documents.

use std::collections::BTreeMap;

use shared::{
    store::{Runs, Workflows},
    workflows::{Position, Run, RunState, Step, StepKind, StepRecord, Trigger},
};

use super::{documents, fixture::Fixture, script};

/// Returns what is wrong with the runs, if anything is.
pub(super) async fn complaint(fixture: &Fixture) -> Option<String> {
    let runs = script::all(fixture).await;
    if runs.len() != fixture.asked.len() {
        return Some(format!("{} runs were asked for, and there are {}", fixture.asked.len(), runs.len()));
    }
    let effects = fixture.outside.effects();
    for run in &runs {
        if let Some(found) = of_run(fixture, run, &effects).await {
            return Some(format!("run {} ({}): {found}", run.id, run.state.name()));
        }
    }
    let of_runs = |key: &&String| runs.iter().any(|run| key.starts_with(&run.id.to_string()));
    let stranger = effects.keys().find(|key| !of_runs(key));
    stranger.map(|key| format!("{key} is no step of a run"))
}

async fn of_run(fixture: &Fixture, run: &Run, effects: &BTreeMap<String, u32>) -> Option<String> {
    let document = fixture.truth.workflow_document(run.project, run.workflow, run.version).await;
    let document = document.expect("the store answers").expect("it is there");
    assert!(matches!(document.trigger, Trigger::Request {}));
    let records = fixture.truth.steps(run.id, None, 1_000).await.expect("the store answers");
    let expected = documents::walk(&document, &run.trigger);
    let found = |position: &Position| records.iter().find(|record| record.position == *position);
    let done: Vec<(&Step, &StepRecord)> =
        expected.iter().map_while(|(position, step)| Some((*step, found(position)?))).collect();
    if done.len() != records.len() {
        return Some(format!("{} records, of which only {} are in their order", records.len(), done.len()));
    }
    state(run, expected.len(), &done)
        .or_else(|| before_the_last(&done))
        .or_else(|| caused(run, &expected, &done, effects))
}

/// Compares the state with the records.
fn state(run: &Run, steps: usize, done: &[(&Step, &StepRecord)]) -> Option<String> {
    match &run.state {
        RunState::Running { .. } => Some("it is not over".to_owned()),
        RunState::Cancelled { .. } => None,
        RunState::Succeeded { .. } if done.len() != steps => {
            Some(format!("{} of {steps} steps have a record", done.len()))
        }
        RunState::Failed { step, error, .. } => {
            let (_, last) = done.last()?;
            let is_why = last.step == *step && last.error.as_ref() == Some(error);
            (!is_why).then(|| format!("the last record is {last:?}"))
        }
        RunState::Succeeded { .. } => {
            let last = before_the_last(&[done, &done[done.len() - 1..]].concat());
            last.or_else(|| {
                (run.steps as usize != done.len()).then(|| format!("{} steps are counted", run.steps))
            })
        }
    }
}

/// Checks that all steps but the last one are done, or have failed for good.
fn before_the_last(done: &[(&Step, &StepRecord)]) -> Option<String> {
    let (_, before) = done.split_last()?;
    let wrong = before.iter().find(|(step, record)| {
        let is_part = record.output.as_ref().is_some_and(|output| output["status"] == "unfinished");
        is_part || record.output.is_none() && !step.continue_on_error
    });
    wrong.map(|(_, record)| format!("it went on after {record:?}"))
}

/// Checks that a step that is done had its effect, and that one that was not begun had none.
fn caused(
    run: &Run,
    expected: &[(Position, &Step)],
    done: &[(&Step, &StepRecord)],
    effects: &BTreeMap<String, u32>,
) -> Option<String> {
    let calls = |step: &Step| {
        matches!(step.kind, StepKind::Http { .. } | StepKind::Action { .. } | StepKind::Dropbox { .. })
    };
    let key = |position: &Position| format!("{}:{position}", run.id);
    let missing = done.iter().find(|(step, record)| {
        calls(step) && record.output.is_some() && !effects.contains_key(&key(&record.position))
    });
    if let Some((_, record)) = missing {
        return Some(format!("step {} had no effect", record.position));
    }
    // The step after the last record may have been begun when the run was cancelled.
    let begun = done.len() + usize::from(matches!(run.state, RunState::Cancelled { .. }));
    let early = expected.iter().skip(begun).find(|(position, _)| effects.contains_key(&key(position)));
    early.map(|(position, _)| format!("step {position} had an effect before its time"))
}
