//! The list of the application's workflows.

use http::{Response, StatusCode};
use lambda_http::Body;
use maud::{Markup, html};
use page_kit::{fill, fill_text, isolated};
use shared::{
    answer::ApiError,
    store::Enablement,
    workflows::{Workflow, runs_for},
};

use super::{address, state};
use crate::{
    opened::Opened,
    view::{head, leave_form, proof},
};

/// Shows the workflows, and which of them run for the user.
pub(crate) async fn list(opened: &Opened<'_>) -> Result<Response<Body>, ApiError> {
    let (project, user) = (opened.session.project, &opened.session.user);
    let workflows = opened.pages.store.as_ref();
    let (mut all, decided) =
        tokio::try_join!(workflows.workflows(project), workflows.enablements_of_user(project, user))?;
    all.sort_by_key(|workflow| (workflow.created_at, workflow.id));
    let words = opened.words();
    let app = isolated(&opened.project.name);
    let title = fill(words.workflows_title, &[("app", &app)]);
    let body = html! {
        main.page {
            (head(opened, &title, &html! {}, None))
            ul.sheet {
                @for workflow in &all {
                    @let own = decided.iter().find(|(id, _)| *id == workflow.id).map(|(_, own)| own);
                    (row(opened, workflow, own))
                }
                @if all.is_empty() { li.hint { (fill(words.no_workflows, &[("app", &app)])) } }
            }
            form.actions method="post" action=(opened.address("")) {
                (proof(opened))
                a.quiet href=(opened.address("")) { (words.accounts_nav) }
                button.quiet name="do" value="close" { (fill(words.back_to, &[("app", &app)])) }
            }
            (leave_form(opened))
        }
    };
    let title = fill_text(words.workflows_title, &[("app", &opened.project.name)]);
    Ok(opened.page(title, body).respond(StatusCode::OK))
}

fn row(opened: &Opened<'_>, workflow: &Workflow, decided: Option<&Enablement>) -> Markup {
    let words = opened.words();
    let document = &workflow.document;
    let is_enabled = runs_for(document, decided);
    html! {
        li class="item plain" {
            span class={ "chip" (if is_enabled { "" } else { " gone" }) } aria-hidden="true" {}
            div.name {
                b { a href=(address(opened, workflow)) { (isolated(&document.name)) } }
                small {
                    @match &document.description {
                        Some(description) => (isolated(description)),
                        None => (state::of_trigger(words, &opened.project, &document.trigger)),
                    }
                }
            }
            (state::of_workflow(words, is_enabled))
        }
    }
}
