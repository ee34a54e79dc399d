//! `GET …/endpoints/{endpoint}/deliveries`: how far each stream has been delivered.

use futures_util::{StreamExt, TryStreamExt, stream};
use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, found},
    delivery::{Endpoint, Stream},
    model::{ConnectionId, ProjectId},
    query::field,
    store::StoredDelivery,
};

use crate::{EndpointsApi, limit};

/// Number of HEADs that are read at the same time.
const PARALLEL: usize = 16;

/// Lists the streams of which something was delivered, or is to be.
pub(crate) async fn list(
    api: &EndpointsApi,
    endpoint: &Endpoint,
    query: &str,
) -> Result<Response<Body>, ApiError> {
    let limit = limit::of(query)?;
    let after = cursor(query, endpoint.project)?;
    let mut page = api.store.deliveries(endpoint.id, after, limit.saturating_add(1)).await?;
    let has_more = page.len() > usize::from(limit);
    page.truncate(usize::from(limit));
    let next = page.last().filter(|_| has_more).map(|last| last.stream.to_string());
    let json = page.iter().map(|delivery| to_json(api, delivery));
    let listed: Vec<Value> = stream::iter(json.collect::<Vec<_>>()).buffered(PARALLEL).try_collect().await?;
    Ok(found(&json!({"deliveries": listed, "next": next})))
}

/// Reads the cursor: the id of the last stream of the page before.
fn cursor(query: &str, project: ProjectId) -> Result<Option<Stream>, ApiError> {
    let Some(text) = field(query, "cursor") else { return Ok(None) };
    let id: ConnectionId = text.parse().map_err(|_| {
        ApiError::invalid("malformed_query", "cursor must be the next of the page before, as it is.")
    })?;
    Ok(Some(if id.0 == project.0 { Stream::Project(project) } else { Stream::Connection(id) }))
}

async fn to_json(api: &EndpointsApi, delivery: &StoredDelivery) -> Result<Value, ApiError> {
    let progress = &delivery.progress;
    let position = progress.position;
    let head = match delivery.stream {
        Stream::Connection(connection) => Some(api.store.head(connection).await?.head),
        Stream::Project(_) => None,
    };
    let behind = head.zip(position).map(|(head, position)| head.saturating_sub(position.change));
    Ok(json!({
        "connection": delivery.stream.connection(),
        "position": position,
        "head": head,
        "behind": behind,
        "failures": progress.failures,
        "failing_since": progress.failing_since.map(|at| at.to_string()),
        "retry_at": delivery.retry_at.map(|at| at.to_string()),
        "parked": progress.parked.len(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_the_id_of_a_stream() {
        let (project, connection) = (ProjectId::random(), ConnectionId::random());
        let read = |text: &str| cursor(&format!("cursor={text}"), project);
        assert_eq!(cursor("", project), Ok(None));
        for stream in [Stream::Project(project), Stream::Connection(connection)] {
            assert_eq!(read(&stream.to_string()), Ok(Some(stream)));
        }
        assert!(read("").is_err() && read("x").is_err());
    }
}
