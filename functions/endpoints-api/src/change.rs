//! `PATCH …/endpoints/{endpoint}`: changes the members that the body has, pauses, and enables again.

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::Value;
use shared::{
    answer::{ApiError, found},
    delivery::{DeliveryMessage, Destination, Endpoint, ExternalId, Purpose, seal_headers},
    members::Members,
    seal::Sealed,
    store::{StoreError, StoredEndpoint},
};

use crate::{
    EndpointsApi,
    fields::{self, FIELDS, Fields},
    find, purpose, to_json,
};

/// Maximum number of attempts at a change, if others change the endpoint at the same time.
const ATTEMPTS: u32 = 5;

/// Changes an endpoint. What waits for it is delivered at once if it is enabled again, goes on after a pause, or has
/// another address.
pub(crate) async fn change(
    api: &EndpointsApi,
    stored: StoredEndpoint,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    let mut members = Members::of(body)?;
    let fields = Fields::read(&mut members, api)?;
    let paused = members.optional("paused", "true or false", Value::as_bool)?;
    let enabled = members.optional("enabled", "true; to stop deliveries, set paused", |value| {
        value.as_bool().filter(|enabled| *enabled)
    })?;
    members.end(&[&FIELDS[..], &["paused", "enabled"]].concat())?;
    match &stored.endpoint.purpose {
        Purpose::Events => {}
        Purpose::Triggers => purpose::check_triggers(&fields, paused.is_some())?,
        Purpose::Subscription(_) => purpose::check_subscription(&fields)?,
    }
    let headers = match &fields.headers {
        Some(headers) => {
            let Endpoint { project, id, .. } = stored.endpoint;
            Some(seal_headers(&api.keyring, project, id, headers).await?)
        }
        None => None,
    };
    let before = (stored.endpoint.url.clone(), stored.endpoint.destination.clone());
    let new_id = ExternalId::random();
    let changed = edit(api, stored, |endpoint| {
        send_to(endpoint, &fields, &new_id);
        apply(endpoint, &fields, headers.as_ref(), paused)
    });
    let changed = changed.await?;
    let Endpoint { project, id, .. } = changed.endpoint;
    let is_moved = before != (changed.endpoint.url.clone(), changed.endpoint.destination.clone());
    if enabled.is_some() && changed.health.disabled.is_some() {
        api.store.enable_endpoint(&changed.endpoint).await?;
    } else if is_moved {
        // Answers of the former address, queue or bus say nothing about this one.
        api.store.note_endpoint_success(&changed.endpoint).await?;
    }
    if enabled.is_some() || paused == Some(false) || is_moved {
        api.ask(&DeliveryMessage::DeliverAll { endpoint: id, after: None }).await?;
    }
    if is_moved && changed.endpoint.purpose == Purpose::Triggers {
        api.ask(&DeliveryMessage::DeliverSubscriptions { project, endpoint: id, after: None }).await?;
    }
    let now = api.store.endpoint(project, id).await?.ok_or_else(find::missing)?;
    Ok(found(&to_json::endpoint(api, &now).await?))
}

/// Changes the address, queue or bus. An endpoint keeps its external id when it has another queue, bus or role.
fn send_to(endpoint: &mut Endpoint, fields: &Fields, new_id: &ExternalId) {
    if let Some(url) = &fields.url {
        endpoint.url.clone_from(url);
        endpoint.destination = Destination::Address;
    }
    if let Some(asked) = &fields.destination {
        let external_id = endpoint.destination.aws().map_or(new_id, |aws| &aws.external_id).clone();
        endpoint.url.clear();
        endpoint.destination = asked.clone().with(external_id);
    }
}

fn apply(
    endpoint: &mut Endpoint,
    fields: &Fields,
    headers: Option<&Option<Sealed>>,
    paused: Option<bool>,
) -> Result<(), ApiError> {
    replace(&mut endpoint.description, fields.description.as_ref());
    replace(&mut endpoint.filter, fields.filter.as_ref());
    replace(&mut endpoint.format, fields.format.as_ref());
    replace(&mut endpoint.signatures, fields.signatures.as_ref());
    replace(&mut endpoint.order, fields.order.as_ref());
    replace(&mut endpoint.batch, fields.batch.as_ref());
    replace(&mut endpoint.headers, headers);
    replace(&mut endpoint.paused, paused.as_ref());
    fields::check_together(
        &endpoint.destination,
        &endpoint.format,
        endpoint.batch,
        endpoint.headers.is_some(),
    )
}

fn replace<T: Clone>(member: &mut T, value: Option<&T>) {
    if let Some(value) = value {
        member.clone_from(value);
    }
}

/// Changes an endpoint as it is stored, again if somebody else has changed it meanwhile.
pub(crate) async fn edit(
    api: &EndpointsApi,
    mut stored: StoredEndpoint,
    change: impl Fn(&mut Endpoint) -> Result<(), ApiError>,
) -> Result<StoredEndpoint, ApiError> {
    for _ in 0..ATTEMPTS {
        let mut endpoint = stored.endpoint.clone();
        change(&mut endpoint)?;
        if endpoint == stored.endpoint {
            return Ok(stored);
        }
        endpoint.version += 1;
        match api.store.change_endpoint(&endpoint).await {
            Ok(()) => return Ok(StoredEndpoint { endpoint, ..stored }),
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
        let Endpoint { project, id, .. } = stored.endpoint;
        stored = api.store.endpoint(project, id).await?.ok_or_else(find::missing)?;
    }
    let message = "Others change this endpoint at the same time; ask again.";
    Err(ApiError::new(StatusCode::CONFLICT, "endpoint_changed", message).after(1))
}
