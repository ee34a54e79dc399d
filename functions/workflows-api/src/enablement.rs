//! For which users a workflow runs: `GET …/enablements`, `GET` and `PATCH …/enablement`.

use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    members::Members,
    model::{ConnectionName, UserId},
    query,
    workflows::{Choice, Workflow},
};

use crate::{
    WorkflowsApi,
    answer::{Answer, found},
    find, shown,
};

/// Default number of users per page.
const PAGE: u64 = 200;
/// Maximum number of users per page.
const MAX_PAGE: u64 = 1000;

/// Lists the users about whom it was decided, in the order of their ids.
pub(crate) async fn list(api: &WorkflowsApi, workflow: &Workflow, asked: &str) -> Answer {
    let limit = query::number(asked, "limit", 1..=MAX_PAGE, PAGE)?;
    let after: Option<UserId> = match query::field(asked, "after") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| {
            ApiError::invalid("malformed_query", "after must be a user's id, as next names it.")
        })?),
    };
    let most = u16::try_from(limit).unwrap_or(u16::MAX);
    let (project, id) = (workflow.project, workflow.id);
    let mut page = api.workflows.enablements(project, id, after.as_ref(), most.saturating_add(1)).await?;
    let has_more = page.len() > usize::from(most);
    page.truncate(usize::from(most));
    let next = page.last().filter(|_| has_more).map(|last| last.user.clone());
    let listed: Vec<Value> =
        page.iter().map(|decided| shown::enablement(workflow, &decided.user, Some(decided))).collect();
    Ok(found(&json!({"enablements": listed, "next": next})))
}

/// Shows whether the workflow runs for a user.
pub(crate) async fn show(api: &WorkflowsApi, workflow: &Workflow, user: &UserId) -> Answer {
    let decided = api.workflows.enablement(workflow.project, workflow.id, user).await?;
    Ok(found(&shown::enablement(workflow, user, decided.as_ref())))
}

/// Decides whether the workflow runs for a user, and how. Members that the body does not have stay as they are.
pub(crate) async fn change(api: &WorkflowsApi, workflow: &Workflow, user: &UserId, body: &[u8]) -> Answer {
    let mut members = Members::of(body)?;
    let is_enabled = members.optional("enabled", "true or false", Value::as_bool)?;
    let must_be = "a connection's id or integer, or null for the user's preferred one";
    let named = members.optional("connection", must_be, name_or_null)?;
    let settings = members
        .optional("settings", "an object, by the settings' ids", |value| value.as_object().cloned())?;
    members.end(&["enabled", "connection", "settings"])?;
    let connection = match named {
        Some(Some(name)) => Some(Some(find::connection(api, workflow.project, name).await?)),
        Some(None) => Some(None),
        None => None,
    };
    let choice = Choice { is_enabled, connection, settings };
    let decided = api.enabling().choose(workflow, user, choice).await?;
    Ok(found(&shown::enablement(workflow, user, Some(&decided))))
}

fn name_or_null(value: &Value) -> Option<Option<ConnectionName>> {
    if value.is_null() { Some(None) } else { ConnectionName::of_value(value).ok().map(Some) }
}
