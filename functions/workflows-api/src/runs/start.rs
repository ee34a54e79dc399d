//! `POST …/workflows/{workflow}/runs`: starts a run for a user.

use shared::{
    answer::ApiError,
    members::Members,
    model::{Connection, ConnectionId, ConnectionName, ConnectionStatus, Tags, UserId},
    workflows::{Cause, Start, Started, Trigger, Workflow, trigger_data},
};

use crate::{
    WorkflowsApi,
    answer::{Answer, accepted},
    find, to_json,
};

/// Starts a run, as a request would; or, to try out a workflow that something else starts, with data for
/// `{{ trigger }}` as the body has it.
pub(crate) async fn start(api: &WorkflowsApi, workflow: &Workflow, user: &UserId, body: &[u8]) -> Answer {
    let mut members = Members::of(body)?;
    let must_be = "a connection's id or integer";
    let named = members.optional("connection", must_be, |value| ConnectionName::of_value(value).ok())?;
    let body = members.optional("body", "JSON", |value| Some(value.clone()))?;
    let trigger =
        members.optional("trigger", "an object", |value| value.is_object().then(|| value.clone()))?;
    members.end(&["connection", "body", "trigger"])?;
    let connection = match named {
        Some(name) => Some(connection(api, workflow, user, name).await?),
        None => None,
    };
    let trigger = match (trigger, body) {
        (Some(trigger), None) => trigger,
        (None, body) if workflow.document.trigger == (Trigger::Request {}) => {
            trigger_data::of_request(user, &body.unwrap_or_default(), &Tags::new(), api.clock.now())
        }
        _ => return Err(without_data(workflow)),
    };
    let start = Start { user: user.clone(), connection, cause: Cause::Request, trigger };
    match api.starter.start(workflow, start).await.map_err(|error| ApiError::unavailable(&error))? {
        Started::Run(run) => Ok(accepted(&to_json::run(&run))),
        Started::Not(reason) => Err(reason.into()),
    }
}

fn without_data(workflow: &Workflow) -> ApiError {
    let must_be = match workflow.document.trigger {
        Trigger::Request {} => "Either body or trigger can be given, not both.",
        _ => {
            "trigger must be an object with what starts this workflow, such as {\"file\": {\"path\": \"/a.pdf\"}}."
        }
    };
    ApiError::invalid("malformed_body", must_be)
}

/// Returns the id of a connection of the user's.
async fn connection(
    api: &WorkflowsApi,
    workflow: &Workflow,
    user: &UserId,
    name: ConnectionName,
) -> Result<ConnectionId, ApiError> {
    let id = find::connection(api, workflow.project, name).await?;
    let is_usable = |one: &Connection| {
        one.project == workflow.project && one.user == *user && one.status != ConnectionStatus::Disconnected
    };
    match api.store.connection(id).await?.filter(is_usable) {
        Some(found) => Ok(found.id),
        None => Err(find::no_connection()),
    }
}
