//! The page of a workflow.

use http::{Response, StatusCode};
use lambda_http::Body;
use maud::{Markup, html};
use page_kit::{fill, isolated};
use shared::{
    answer::ApiError,
    model::RunId,
    store::RunFilter,
    workflows::{Workflow, runs_for},
};

use super::{form, outline, runs, state};
use crate::{
    form::{field, fields},
    opened::Opened,
    view::{head, leave_form},
};

/// Number of runs in the list.
const RUNS: u16 = 20;

/// Shows a workflow: whether it runs for the user, its settings, what it does, and its latest runs.
pub(crate) async fn show(opened: &Opened<'_>, workflow: &Workflow) -> Result<Response<Body>, ApiError> {
    let (project, user) = (opened.session.project, &opened.session.user);
    let filter = RunFilter { workflow: Some(workflow.id), user: Some(user.clone()), ..RunFilter::default() };
    let after: Option<RunId> = field(opened.query().as_bytes(), "after").and_then(|after| after.parse().ok());
    let read_runs =
        async { Ok::<_, ApiError>(opened.pages.store.runs(project, &filter, after, RUNS).await?) };
    let read_decision =
        async { Ok::<_, ApiError>(opened.pages.store.enablement(project, workflow.id, user).await?) };
    let (decided, page, accounts) = tokio::try_join!(read_decision, read_runs, opened.connections())?;
    let words = opened.words();
    let is_enabled = runs_for(&workflow.document, decided.as_ref());
    let body = html! {
        main.page {
            (head(opened, &isolated(&workflow.document.name), &line(opened, workflow), None))
            p.state { (state::of_workflow(words, is_enabled)) }
            (note(opened, workflow))
            (form::view(opened, workflow, decided.as_ref(), is_enabled, &accounts))
            (outline::view(opened, workflow))
            (runs::view(opened, workflow, &page))
            p.actions { a.quiet href=(opened.address("/workflows")) { (words.workflows_nav) } }
            (leave_form(opened))
        }
    };
    Ok(opened.page(workflow.document.name.clone(), body).respond(StatusCode::OK))
}

fn line(opened: &Opened<'_>, workflow: &Workflow) -> Markup {
    let document = &workflow.document;
    html! {
        @if let Some(description) = &document.description { (isolated(description)) " " }
        (state::of_trigger(opened.words(), &opened.project, &document.trigger))
    }
}

/// Returns the note about a setting that could not be saved.
fn note(opened: &Opened<'_>, workflow: &Workflow) -> Markup {
    let words = opened.words();
    let title = fields(opened.query().as_bytes(), "wrong").next().and_then(|id| match id.as_str() {
        "" => Some(words.which_account),
        id => workflow
            .document
            .settings
            .iter()
            .find(|setting| setting.id == id)
            .map(|found| found.title.as_str()),
    });
    html! {
        @if let Some(title) = title {
            div class="note bad" role="alert" {
                div { (fill(words.settings_wrong, &[("setting", &isolated(title))])) }
            }
        }
    }
}
