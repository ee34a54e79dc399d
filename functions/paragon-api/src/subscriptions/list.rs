//! `GET …/trigger-subscriptions`: lists the user's subscriptions.

use futures_util::future::try_join_all;
use serde_json::{Map, Value, json};
use shared::{
    answer::ApiError,
    model::{Connection, ConnectionId, ConnectionStatus, Head},
    query,
    store::StoredEndpoint,
};

use super::{to_json, trigger_of};
use crate::{
    DROPBOX, ParagonApi,
    answer::{Answer, found},
    fields::invalid,
    find, headers,
    request::AuthorizedRequest,
};

/// Lists the subscriptions of all connections, or of the selected one, oldest first. `integrations`, `type` and
/// `status` leave out others.
pub(crate) async fn list(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let status = status(request.query)?;
    let connections = connections(api, request).await?;
    let integrations = query::field(request.query, "integrations");
    if integrations.is_some_and(|named| named.split(',').all(|one| one.trim() != DROPBOX)) {
        return Ok(found(&json!({"triggers": {}})));
    }
    let kind = query::field(request.query, "type");
    let reads = connections.into_iter().map(|connection| async move {
        tokio::try_join!(api.store.subscriptions(connection), api.store.head(connection))
    });
    let dated =
        |(found, head): (Vec<StoredEndpoint>, Head)| found.into_iter().map(move |one| (one, head.drained_at));
    let mut all: Vec<_> = try_join_all(reads).await?.into_iter().flat_map(dated).collect();
    all.retain(|(one, _)| {
        let is_kind = |kind: &str| trigger_of(&one.endpoint).is_some_and(|trigger| trigger.name == kind);
        status.is_none_or(|status| to_json::status(one) == status) && kind.as_deref().is_none_or(is_kind)
    });
    all.sort_by_key(|(one, _)| (one.endpoint.created_at, one.endpoint.id));
    let json: Vec<Value> = all.iter().map(|(one, drained_at)| to_json::described(one, *drained_at)).collect();
    let triggers: Map<String, Value> = [(DROPBOX.to_owned(), json!(json))].into_iter().collect();
    Ok(found(&json!({"triggers": triggers})))
}

async fn connections(
    api: &ParagonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Vec<ConnectionId>, ApiError> {
    if let Some(name) = headers::credential(request.headers)? {
        return Ok(vec![find::linked(api, request, name).await?.id]);
    }
    let all = api.store.connections_of_user(request.caller.project, &request.caller.user).await?;
    let is_linked = |one: &Connection| one.status != ConnectionStatus::Disconnected;
    Ok(all.into_iter().filter(is_linked).map(|connection| connection.id).collect())
}

fn status(query: &str) -> Result<Option<&'static str>, ApiError> {
    match query::field(query, "status").as_deref() {
        None => Ok(None),
        Some(to_json::ACTIVE) => Ok(Some(to_json::ACTIVE)),
        Some(to_json::ERRORED) => Ok(Some(to_json::ERRORED)),
        Some(_) => Err(invalid("status", "must be ACTIVE or ERRORED")),
    }
}
