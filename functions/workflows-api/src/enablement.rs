//! Users for whom a workflow runs: `GET …/enablements`, `GET` and `PATCH …/enablement`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    members::Members,
    model::{ConnectionId, ConnectionName, ProjectId, UserId},
    query,
    workflows::{Choice, Workflow},
};

use crate::{
    WorkflowsApi,
    answer::{Answer, found},
    find, to_json,
};

/// Default number of users per page.
const PAGE: u64 = 200;
/// Maximum number of users per page.
const MAX_PAGE: u64 = 1000;
/// Maximum number of connections that a request may name.
const MAX_NAMED: usize = 20;

/// Lists the users about whom it was decided, in the order of their ids.
pub(crate) async fn list(api: &WorkflowsApi, workflow: &Workflow, asked: &str) -> Answer {
    let limit = query::number(asked, "limit", 1..=MAX_PAGE, PAGE)?;
    let after: Option<UserId> = match query::field(asked, "after") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| {
            ApiError::invalid("malformed_query", "after must be a user's id, as next names it.")
        })?),
    };
    let limit = u16::try_from(limit).unwrap_or(u16::MAX);
    let (project, id) = (workflow.project, workflow.id);
    let mut page = api.store.enablements(project, id, after.as_ref(), limit.saturating_add(1)).await?;
    let has_more = page.len() > usize::from(limit);
    page.truncate(usize::from(limit));
    let next = page.last().filter(|_| has_more).map(|last| last.user.clone());
    let listed: Vec<Value> =
        page.iter().map(|decided| to_json::enablement(workflow, &decided.user, Some(decided))).collect();
    Ok(found(&json!({"enablements": listed, "next": next})))
}

/// Shows whether the workflow runs for a user.
pub(crate) async fn show(api: &WorkflowsApi, workflow: &Workflow, user: &UserId) -> Answer {
    let decided = api.store.enablement(workflow.project, workflow.id, user).await?;
    Ok(found(&to_json::enablement(workflow, user, decided.as_ref())))
}

/// Decides whether the workflow runs for a user, and how. Members that the body does not have stay as they are.
pub(crate) async fn change(api: &WorkflowsApi, workflow: &Workflow, user: &UserId, body: &[u8]) -> Answer {
    let mut members = Members::of(body)?;
    let is_enabled = members.optional("enabled", "true or false", Value::as_bool)?;
    let must_be = format!("a list of at most {MAX_NAMED} connections' ids or integers; empty for all");
    let named = members.optional("connections", &must_be, names)?;
    let settings = members
        .optional("settings", "an object, by the settings' ids", |value| value.as_object().cloned())?;
    members.end(&["enabled", "connections", "settings"])?;
    let connections = match named {
        Some(names) => Some(found_connections(api, workflow.project, names).await?),
        None => None,
    };
    let choice = Choice { is_enabled, connections, settings };
    let decided = api.enabling().choose(workflow, user, choice).await?;
    Ok(found(&to_json::enablement(workflow, user, Some(&decided))))
}

async fn found_connections(
    api: &WorkflowsApi,
    project: ProjectId,
    names: Vec<ConnectionName>,
) -> Result<BTreeSet<ConnectionId>, ApiError> {
    let mut connections = BTreeSet::new();
    for name in names {
        connections.insert(find::connection(api, project, name).await?);
    }
    Ok(connections)
}

fn names(value: &Value) -> Option<Vec<ConnectionName>> {
    let named = value.as_array().filter(|named| named.len() <= MAX_NAMED)?;
    named.iter().map(|name| ConnectionName::of_value(name).ok()).collect()
}
