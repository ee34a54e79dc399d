//! States of workflows, runs and steps, in words.

use maud::{Markup, html};
use page_kit::{Words, fill, isolated};
use shared::{
    model::Project,
    workflows::{RunState, StepKind, StepRecord, Trigger},
};

/// Returns the tag of a workflow.
pub(super) fn of_workflow(words: &Words, is_enabled: bool) -> Markup {
    html! {
        @if is_enabled { span.tag.ready { (words.workflow_on) } }
        @else { span.tag { (words.workflow_off) } }
    }
}

/// Returns the tag of a run.
pub(super) fn of_run(words: &Words, state: &RunState) -> Markup {
    let (text, style) = match state {
        RunState::Running { .. } => (words.run_running, "busy"),
        RunState::Succeeded { .. } => (words.run_done, "ready"),
        RunState::Failed { .. } => (words.run_failed, "fail"),
        RunState::Cancelled { .. } => (words.run_stopped, "skip"),
    };
    html! { span class={ "tag " (style) } { (text) } }
}

/// Returns the tag of a step that was done, or has failed.
pub(super) fn of_step(words: &Words, record: &StepRecord) -> Markup {
    match record.error {
        Some(_) => html! { span.tag.fail { (words.run_failed) } },
        None => html! { span.tag.ready { (words.run_done) } },
    }
}

/// Returns what starts a workflow.
pub(super) fn of_trigger(words: &Words, project: &Project, trigger: &Trigger) -> Markup {
    let text = match trigger {
        Trigger::Event { .. } => words.starts_by_event,
        Trigger::ApplicationEvent { .. } | Trigger::Request {} => words.starts_by_application,
        Trigger::Schedule { .. } => words.starts_by_schedule,
    };
    fill(text, &[("app", &isolated(&project.name))])
}

/// Returns what kind of thing a step does.
pub(super) fn of_kind(words: &Words, project: &Project, kind: &StepKind) -> Markup {
    let text = match kind {
        StepKind::Action { .. } | StepKind::Dropbox { .. } => words.step_dropbox,
        StepKind::Http { .. } => words.step_request,
        StepKind::Condition { .. } => words.step_decision,
        StepKind::ForEach { .. } => words.step_each,
        StepKind::Delay { .. } => words.step_wait,
        StepKind::Response { .. } => words.step_answer,
    };
    fill(text, &[("app", &isolated(&project.name))])
}
