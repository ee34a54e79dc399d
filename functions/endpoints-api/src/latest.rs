//! The latest events of a connection, in the order in which they are delivered.

use shared::{
    answer::ApiError,
    delivery::{Notice, Stream},
    model::{Connection, Event, Timestamp},
    store::{DatedChange, DatedHistory},
};

use crate::EndpointsApi;

/// Returns at most `limit` events, with the times at which they happened.
pub(crate) async fn events(
    api: &EndpointsApi,
    connection: &Connection,
    limit: u64,
) -> Result<Vec<(Event, Timestamp)>, ApiError> {
    let (changes, notices) =
        tokio::try_join!(changes(api, connection, limit), notices(api, connection, limit))?;
    let all = in_order(connection, changes, notices);
    let surplus = all.len().saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(all.into_iter().skip(surplus).collect())
}

async fn changes(
    api: &EndpointsApi,
    connection: &Connection,
    limit: u64,
) -> Result<Vec<DatedChange>, ApiError> {
    let head = api.store.head(connection.id).await?.head;
    let oldest = api.store.last_change_before(connection.id, Timestamp(0)).await?;
    let number = head.saturating_sub(limit).max(oldest);
    let min = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(match api.store.dated_changes(connection.id, number.into(), min).await? {
        DatedHistory::Changes(piece) => piece.read,
        DatedHistory::Expired { .. } => Vec::new(),
    })
}

async fn notices(api: &EndpointsApi, connection: &Connection, limit: u64) -> Result<Vec<Notice>, ApiError> {
    let stream = Stream::Connection(connection.id);
    let last = api.store.last_notice_before(stream, Timestamp::NEVER).await?;
    let number = last.saturating_sub(limit);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(api.store.notices(stream, number.into(), limit).await?.read)
}

/// Puts a notice after the changes that precede it.
fn in_order(
    connection: &Connection,
    changes: Vec<DatedChange>,
    notices: Vec<Notice>,
) -> Vec<(Event, Timestamp)> {
    let mut all = Vec::new();
    for DatedChange { change, at, .. } in changes {
        all.push(((change.number, 0), Event::change(connection, change), at));
    }
    for Notice { number, after, at, event } in notices {
        all.push(((after, number), event, at));
    }
    all.sort_by_key(|(place, ..)| *place);
    all.into_iter().map(|(_, event, at)| (event, at)).collect()
}
