//! The steps of a workflow, as an outline.

use maud::{Markup, html};
use page_kit::isolated;
use shared::workflows::{Step, StepKind, Workflow};

use super::state;
use crate::opened::Opened;

/// Returns what a workflow does.
pub(super) fn view(opened: &Opened<'_>, workflow: &Workflow) -> Markup {
    html! {
        h2 { (opened.words().steps_heading) }
        div.sheet { (list(opened, &workflow.document.steps)) }
    }
}

fn list(opened: &Opened<'_>, steps: &[Step]) -> Markup {
    html! { ol.outline { @for step in steps { li { (one(opened, step)) } } } }
}

fn one(opened: &Opened<'_>, step: &Step) -> Markup {
    let words = opened.words();
    html! {
        b { (isolated(name(step))) }
        " " small { (state::of_kind(words, &opened.project, &step.kind)) }
        @match &step.kind {
            StepKind::Condition { then, otherwise, .. } => {
                @if !then.is_empty() { p { (words.if_so) } (list(opened, then)) }
                @if !otherwise.is_empty() { p { (words.if_not) } (list(opened, otherwise)) }
            }
            StepKind::ForEach { steps, .. } => { (list(opened, steps)) }
            _ => {}
        }
    }
}

/// Returns what a step is called: the application's text about it, or else its id.
pub(super) fn name(step: &Step) -> &str {
    step.description.as_deref().unwrap_or(&step.id)
}
