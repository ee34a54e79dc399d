//! `POST …/endpoints/{endpoint}/replay`: has events delivered again, or left out.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, accepted},
    delivery::{DeliveryMessage, Position, Stream},
    members::Members,
    model::{Connection, ConnectionName, Timestamp},
    store::StoredEndpoint,
};

use crate::{EndpointsApi, find};

/// Beginning of a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// With the first event since a time.
    Since(Timestamp),
    /// With the next event.
    Now,
    /// After a position.
    After(Position),
}

/// Sets the position of one connection's stream, or of all streams of the project.
pub(crate) async fn replay(
    api: &EndpointsApi,
    stored: &StoredEndpoint,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    let now = api.clock.now();
    let mut members = Members::of(body)?;
    let name = members.optional("connection", "a connection's id or integer", |value| {
        ConnectionName::of_value(value).ok()
    })?;
    let start = members.required(
        "from",
        "beginning, now, a time such as 2026-01-31T12:00:00Z, or an object with the numbers change and notice",
        |value| start(value, now),
    )?;
    members.end(&["connection", "from"])?;
    let of_subscription = stored.endpoint.subscription().map(|of| ConnectionName::Id(of.connection));
    let name = name.or(of_subscription);
    match (name, start) {
        (Some(name), start) => {
            let connection = find::connection(api, stored.endpoint.project, name).await?;
            let position = position(api, &connection, start).await?;
            of_connection(api, stored, &connection, position).await
        }
        (None, Start::Since(since)) => of_all(api, stored, since).await,
        (None, Start::Now) => of_all(api, stored, now).await,
        (None, Start::After(_)) => {
            Err(malformed("from must be beginning, now or a time if no connection is named."))
        }
    }
}

fn start(value: &Value, now: Timestamp) -> Option<Start> {
    if let Some(object) = value.as_object() {
        let number = |name: &str| object.get(name)?.as_u64();
        let position = Position { change: number("change")?, notice: number("notice")? };
        return (object.len() == 2).then_some(Start::After(position));
    }
    Some(Start::Since(match value.as_str()? {
        "beginning" => Timestamp(0),
        "now" => return Some(Start::Now),
        date => Timestamp::parse(date).filter(|at| *at <= now)?,
    }))
}

async fn of_all(
    api: &EndpointsApi,
    stored: &StoredEndpoint,
    since: Timestamp,
) -> Result<Response<Body>, ApiError> {
    let (project, endpoint) = (stored.endpoint.project, stored.endpoint.id);
    api.ask(&DeliveryMessage::Replay { project, endpoint, since, after: None }).await?;
    Ok(accepted(&json!({"connection": null, "position": null})))
}

async fn of_connection(
    api: &EndpointsApi,
    stored: &StoredEndpoint,
    connection: &Connection,
    position: Position,
) -> Result<Response<Body>, ApiError> {
    let (endpoint, stream) = (stored.endpoint.id, Stream::Connection(connection.id));
    let now = api.clock.now();
    api.store.set_position(endpoint, stream, position, now).await?;
    // A sender leaves it to the row if the endpoint is paused or disabled.
    api.ask(&DeliveryMessage::Deliver { endpoint, stream, owner: None }).await?;
    Ok(accepted(&json!({"connection": connection.id, "position": position})))
}

/// Returns the position after which to begin. One after the end is refused, because events until there would be left
/// out in silence; one before what is kept is that of the oldest event.
async fn position(api: &EndpointsApi, connection: &Connection, start: Start) -> Result<Position, ApiError> {
    let (id, stream) = (connection.id, Stream::Connection(connection.id));
    if let Start::Since(since) = start {
        return Ok(Position::before(since, stream, api.store.as_ref(), api.store.as_ref()).await?);
    }
    let change = api.store.head(id).await?.head;
    let end = Position { change, notice: api.store.last_notice_before(stream, Timestamp::NEVER).await? };
    let Start::After(asked) = start else { return Ok(end) };
    if asked.change > end.change || asked.notice > end.notice {
        let Position { change, notice } = end;
        return Err(malformed(format!("from must not be after the end: change {change}, notice {notice}.")));
    }
    let oldest = api.store.last_change_before(id, Timestamp(0)).await?;
    Ok(Position { change: asked.change.max(oldest), ..asked })
}

fn malformed(message: impl Into<String>) -> ApiError {
    ApiError::invalid("malformed_body", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_a_word_a_time_or_two_numbers() {
        let now = Timestamp(2_000_000_000_000);
        let read = |value: Value| start(&value, now);
        assert_eq!(read(json!("beginning")), Some(Start::Since(Timestamp(0))));
        assert_eq!(read(json!("now")), Some(Start::Now));
        assert_eq!(read(json!("1970-01-01T00:00:01Z")), Some(Start::Since(Timestamp(1000))));
        let position = Position { change: 7, notice: 0 };
        assert_eq!(read(json!({"change": 7, "notice": 0})), Some(Start::After(position)));
        for wrong in [
            json!("2100-01-01T00:00:00Z"),
            json!("yesterday"),
            json!(7),
            json!(null),
            json!([]),
            json!({"change": 7}),
            json!({"change": 7, "notice": -1}),
            json!({"change": 7, "notice": 0, "other": 0}),
        ] {
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
    }
}
