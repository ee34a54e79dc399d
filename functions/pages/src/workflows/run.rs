//! The page of a run: the steps that were done, and why one has failed.

use http::{Response, StatusCode};
use lambda_http::Body;
use maud::{Markup, html};
use page_kit::{fill, fill_text, isolated, when};
use shared::{
    answer::ApiError,
    workflows::{Document, Run, RunState, StepRecord, step_at},
};

use super::{outline, state};
use crate::{
    opened::{Opened, gone},
    view::{head, leave_form},
};

/// Maximum number of steps that the page lists.
const STEPS: u16 = 200;

/// Shows a run.
pub(crate) async fn show(opened: &Opened<'_>, run: &Run) -> Result<Response<Body>, ApiError> {
    let (document, steps) = tokio::try_join!(
        opened.pages.store.workflow_document(run.project, run.workflow, run.version),
        opened.pages.store.steps(run.id, None, STEPS),
    )?;
    let document = document.ok_or_else(gone)?;
    let words = opened.words();
    let title = fill(words.run_title, &[("workflow", &isolated(&document.name))]);
    let line = fill(words.run_started, &[("time", &when(run.started_at))]);
    let body = html! {
        main.page {
            (head(opened, &title, &line, None))
            p.state { (state::of_run(words, &run.state)) }
            (failure(run))
            (done(opened, &document, steps))
            p.actions {
                a.quiet href=(opened.address(&format!("/workflows/{}", run.workflow))) { (isolated(&document.name)) }
            }
            (leave_form(opened))
        }
    };
    let title = fill_text(words.run_title, &[("workflow", &document.name)]);
    Ok(opened.page(title, body).respond(StatusCode::OK))
}

/// Returns why a run has failed. The sentence is not translated.
fn failure(run: &Run) -> Markup {
    html! {
        @if let RunState::Failed { error, .. } = &run.state {
            div class="note bad" role="status" { div { span lang="en" { (error.message) } " " code { (error.code) } } }
        }
    }
}

/// Returns the steps that were done, in the order in which they were.
fn done(opened: &Opened<'_>, document: &Document, mut steps: Vec<StepRecord>) -> Markup {
    let words = opened.words();
    let is_cut = steps.len() >= usize::from(STEPS);
    steps.sort_by(|one, other| (one.at, &one.position).cmp(&(other.at, &other.position)));
    html! {
        h2 { (words.steps_heading) }
        div.sheet {
            ul {
                @for record in &steps { (step(opened, document, record)) }
                @if is_cut { li.hint { "…" } }
            }
        }
    }
}

fn step(opened: &Opened<'_>, document: &Document, record: &StepRecord) -> Markup {
    let words = opened.words();
    let step = step_at(document, &record.position);
    html! {
        li class="item plain" {
            span.chip.gone aria-hidden="true" {}
            div.name {
                b { (isolated(step.map_or(record.step.as_str(), outline::name))) }
                small {
                    (when(record.at))
                    @if let Some(error) = &record.error { "\u{a0}· " span lang="en" { (error.message) } }
                }
            }
            (state::of_step(words, record))
        }
    }
}
