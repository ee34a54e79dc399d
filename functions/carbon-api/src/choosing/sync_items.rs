//! `POST /integrations/items/sync` and `/integrations/items/sync/cancel`: compares a data source in full, and
//! cancels selections that are not listed yet.

use http::Response;
use lambda_http::Body;
use shared::{
    answer::{ApiError, needs_reauth, resync_too_soon},
    model::{Cancellation, ConnectionStatus, Event, EventBody, Lane, SelectionState, WalkReason},
    store::Wake,
};

use crate::{
    CarbonApi,
    answer::{Refusal, found},
    data_sources::{data_source_id, describe},
    fields::Fields,
    files::{Source, with_name},
    request::AuthorizedRequest,
};

/// Requests a full comparison, even without automatic sync. It is due in the schedule, so that a tick sends
/// another message if the first is lost. For some minutes after a comparison no other is made. Lists of items
/// to choose from do not depend on it, because they always come from Dropbox.
pub(crate) async fn sync(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let Source { connection, .. } = source(api, request).await?;
    if connection.status != ConnectionStatus::Active {
        return Err(needs_reauth().into());
    }
    let (id, now) = (connection.id, api.clock.now());
    let (schedule, report, choices, settings) = tokio::try_join!(
        api.store.schedule(id),
        api.store.report(id),
        api.store.choices(id),
        api.store.user_settings(connection.project, &connection.user),
    )?;
    match report.and_then(|report| report.rest(now)) {
        _ if schedule.resync_due(now) => {}
        // The walk reads what has changed since the last comparison.
        Some(_) if !choices.or_as_user(settings).manual => {}
        Some(rest) => return Err(resync_too_soon(rest).into()),
        None => {
            let wake = Wake { at: Some(now), resync_at: Some(now), failures: schedule.failures };
            api.store.wake(id, wake).await?;
        }
    }
    api.requests.walk((&connection).into(), Lane::Changes, WalkReason::Chosen).await?;
    Ok(found(&describe(api, connection).await?))
}

/// Deselects what was chosen and is not listed to its end yet.
pub(crate) async fn cancel(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let Source { connection, .. } = source(api, request).await?;
    let (choices, head) = tokio::try_join!(api.store.choices(connection.id), api.store.head(connection.id))?;
    for selection in choices.selections.iter().filter(|one| one.state == SelectionState::Requested) {
        api.store.deselect(connection.id, &selection.target).await?;
    }
    let cancellation = Cancellation { at: api.clock.now(), epoch: head.epoch };
    api.store.note_cancellation(connection.id, cancellation).await?;
    api.requests.walk((&connection).into(), Lane::Changes, WalkReason::Chosen).await?;
    let event = Event::recurring(&connection, cancellation.at, EventBody::SyncCancelled);
    api.bus.publish(vec![event]).await.map_err(|error| ApiError::unavailable(&error))?;
    Ok(found(&describe(api, connection).await?))
}

async fn source(api: &CarbonApi, request: &AuthorizedRequest<'_>) -> Result<Source, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let id = data_source_id(&mut fields);
    let id = fields.end(id)?;
    with_name(api, request, id).await
}
