//! Settings of workflows that the SDK stores with a credential.

use serde_json::Value;
use shared::{
    answer::ApiError,
    model::Tags,
    workflows::{Choice, Workflow, check_settings},
};

use super::{Decided, enabling};
use crate::{
    ParagonApi, credentials::MAX_SETTINGS, document::document, fields::invalid, request::AuthorizedRequest,
};

/// Member of a request that has these settings.
const PLACE: &str = "config.workflowSettings";

/// Stores what is given for workflows of the project with what was decided about the user, and returns the rest. The
/// SDK sends all of a configuration's settings, with `enabled` as it knows it: that has no effect here, because its
/// own calls enable and disable. If any setting is wrong, nothing is stored.
pub(crate) async fn change(
    api: &ParagonApi,
    request: &AuthorizedRequest<'_>,
    given: Tags,
) -> Result<Tags, ApiError> {
    let decided = Decided::read(api, request.caller.project, &request.caller.user).await?;
    let (mut of_workflows, mut others) = (Vec::new(), Tags::new());
    for (name, value) in given {
        match decided.workflow(&name) {
            Some(workflow) => of_workflows.push((workflow, settings(workflow, &value)?)),
            None => {
                others.insert(name, value);
            }
        }
    }
    let others = document(MAX_SETTINGS)(&Value::Object(others)).map_err(|must| invalid(PLACE, &must))?;
    for (workflow, settings) in of_workflows {
        // Unchanged settings are no decision.
        if settings.is_some() && settings != Some(decided.settings_of(workflow)) {
            let choice = Choice { settings, ..Choice::default() };
            enabling(api).choose(workflow, &request.caller.user, choice).await?;
        }
    }
    Ok(others)
}

/// Returns the settings in a workflow's member, if it has any.
fn settings(workflow: &Workflow, value: &Value) -> Result<Option<Tags>, ApiError> {
    let place = format!("{PLACE}.{}", workflow.id);
    let members = value.as_object().ok_or_else(|| invalid(&place, "must be an object"))?;
    let Some(settings) = members.get("settings").filter(|settings| !settings.is_null()) else {
        return Ok(None);
    };
    let place = format!("{place}.settings");
    let settings = settings.as_object().ok_or_else(|| invalid(&place, "must be an object"))?;
    check_settings(&workflow.document, settings).map_err(|must| invalid(&place, &must))?;
    Ok(Some(settings.clone()))
}
