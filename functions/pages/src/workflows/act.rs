//! The buttons of a workflow's page.

use http::Response;
use lambda_http::Body;
use page_kit::redirect;
use shared::{
    answer::ApiError,
    workflows::{Choice, Workflow, missing_setting},
};
use url::form_urlencoded;

use super::{address, enabling, form};
use crate::{
    form::field,
    opened::{Opened, gone},
};

/// Turns a workflow on or off for the user, or saves its settings.
pub(crate) async fn act(opened: &Opened<'_>, workflow: &Workflow) -> Result<Response<Body>, ApiError> {
    opened.check_form()?;
    let form = opened.request.body();
    let is_enabled = match field(form, "do").as_deref() {
        Some("on") => Some(true),
        Some("save") => None,
        Some("off") => {
            return decide(opened, workflow, Choice { is_enabled: Some(false), ..Choice::default() }).await;
        }
        _ => return Err(gone()),
    };
    let Ok(connections) = form::accounts(form) else {
        return Ok(redirect(&wrong(opened, workflow, "")));
    };
    let settings = match form::settings(&workflow.document, form) {
        Ok(settings) => settings,
        Err(setting) => return Ok(redirect(&wrong(opened, workflow, &setting.id))),
    };
    if let Some(missing) = missing_setting(&workflow.document, &settings) {
        return Ok(redirect(&wrong(opened, workflow, &missing.id)));
    }
    let choice = Choice { is_enabled, connections, settings: Some(settings) };
    decide(opened, workflow, choice).await
}

async fn decide(
    opened: &Opened<'_>,
    workflow: &Workflow,
    choice: Choice,
) -> Result<Response<Body>, ApiError> {
    enabling(opened.pages).choose(workflow, &opened.session.user, choice).await?;
    Ok(redirect(&address(opened, workflow)))
}

/// Returns the workflow's page, with a note about a setting, by its id; an empty one is the accounts.
fn wrong(opened: &Opened<'_>, workflow: &Workflow, setting: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("wrong", setting).finish();
    format!("{}?{query}", address(opened, workflow))
}
