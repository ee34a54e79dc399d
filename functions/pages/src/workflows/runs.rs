//! The list of a workflow's runs for the user.

use maud::{Markup, html};
use page_kit::{fill, when};
use shared::{
    store::RunPage,
    workflows::{Run, RunState, Workflow},
};

use super::{address, state};
use crate::opened::Opened;

/// Returns a page of runs.
pub(super) fn view(opened: &Opened<'_>, workflow: &Workflow, page: &RunPage) -> Markup {
    let words = opened.words();
    html! {
        h2 { (words.runs_heading) }
        div.sheet {
            ul { @for run in &page.runs { (row(opened, run)) } }
            @if page.runs.is_empty() && page.next.is_none() { p.hint { (words.no_runs) } }
            @if let Some(next) = page.next {
                div.parts {
                    a.quiet href=(format!("{}?after={next}", address(opened, workflow))) { (words.more_runs) }
                }
            }
        }
    }
}

fn row(opened: &Opened<'_>, run: &Run) -> Markup {
    let words = opened.words();
    html! {
        li class="item plain" {
            span.chip.gone aria-hidden="true" {}
            div.name {
                b {
                    a href=(opened.address(&format!("/runs/{}", run.id))) {
                        (fill(words.run_started, &[("time", &when(run.started_at))]))
                    }
                }
                @if let RunState::Failed { error, .. } = &run.state {
                    small lang="en" { (error.message) }
                }
            }
            (state::of_run(words, &run.state))
        }
    }
}
