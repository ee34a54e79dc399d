//! `POST …/endpoints`: makes an endpoint. Its secret is in the answer, and nowhere else.

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::json;
use shared::{
    answer::{ApiError, made},
    delivery::{
        CreationError, DeliveryMessage, Destination, Endpoint, EndpointHealth, ExternalId, NewEndpoint,
        Purpose, Stream,
    },
    members::Members,
    model::{ProjectId, Timestamp},
    store::StoredEndpoint,
};

use crate::{
    EndpointsApi,
    fields::{self, FIELDS, Fields},
    purpose, secret, to_json,
};

/// Makes an endpoint. If it begins in the past, what has happened since is delivered as well.
pub(crate) async fn create(
    api: &EndpointsApi,
    project: ProjectId,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    let now = api.clock.now();
    let (new, is_backfilled) = read(api, project, body, now)?;
    let keys = new.keys.clone();
    let endpoint = new.add(api.store.as_ref(), &api.keyring, now).await.map_err(refusal)?;
    if is_backfilled {
        backfill(api, &endpoint).await?;
    }
    let stored = StoredEndpoint { endpoint, health: EndpointHealth::default() };
    let mut answer = to_json::endpoint(api, &stored).await?;
    answer["secret"] = json!(keys.secret().expose());
    answer["public_key"] = json!(keys.public_key());
    Ok(made(&answer))
}

/// Returns the endpoint that a body asks for, and whether it begins in the past.
fn read(
    api: &EndpointsApi,
    project: ProjectId,
    body: &[u8],
    now: Timestamp,
) -> Result<(NewEndpoint, bool), ApiError> {
    let mut members = Members::of(body)?;
    let fields = Fields::read(&mut members, api)?;
    let purpose = purpose::read(&mut members)?;
    let keys = secret::keys(&mut members)?;
    let starts_at = members.optional(
        "starts_at",
        "a time such as 2026-01-31T12:00:00Z, in the past, of at most 90 days ago",
        |value| {
            let at = Timestamp::parse(value.as_str()?)?;
            (at <= now && now.since(at) <= Stream::KEPT).then_some(at)
        },
    )?;
    members.end(&[&FIELDS[..], &["purpose", "secret", "starts_at"]].concat())?;
    if purpose == Purpose::Triggers {
        purpose::check_triggers(&fields, starts_at.is_some())?;
    }
    let (url, destination) = match (fields.url, fields.destination) {
        (Some(url), _) => (url, Destination::Address),
        (None, Some(asked)) => (String::new(), asked.with(ExternalId::random())),
        (None, None) => {
            let message = "url must be an address that begins with https://, unless there is a destination.";
            return Err(ApiError::invalid("malformed_body", message));
        }
    };
    let format = fields.format.unwrap_or_else(|| purpose::usual_format(&purpose));
    let signatures = fields.signatures.unwrap_or_else(|| purpose::usual_signatures(&purpose));
    let new = NewEndpoint {
        project,
        purpose,
        url,
        destination,
        description: fields.description.flatten(),
        filter: fields.filter.unwrap_or_default(),
        format,
        signatures,
        order: fields.order.unwrap_or_default(),
        batch: fields.batch.unwrap_or(1),
        starts_at: starts_at.unwrap_or(now),
        headers: fields.headers.unwrap_or_default(),
        keys,
    };
    fields::check_together(&new.destination, &new.format, new.batch, !new.headers.is_empty())?;
    Ok((new, starts_at.is_some()))
}

/// Asks for what has happened since the endpoint begins. If that fails, there is no endpoint: nobody has its secret.
async fn backfill(api: &EndpointsApi, endpoint: &Endpoint) -> Result<(), ApiError> {
    let Endpoint { id, project, starts_at, .. } = *endpoint;
    let message = DeliveryMessage::Replay { project, endpoint: id, since: starts_at, after: None };
    let asked = api.ask(&message).await;
    if asked.is_err() {
        api.store.remove_endpoint(endpoint).await?;
    }
    asked
}

fn refusal(error: CreationError) -> ApiError {
    match error {
        CreationError::TooMany => {
            let limit = NewEndpoint::MOST_OF_PROJECT;
            let message = format!("The project has {limit} endpoints; delete one that is not used.");
            ApiError::new(StatusCode::CONFLICT, "too_many_endpoints", message)
        }
        CreationError::Conflict => {
            let message = "The project has an endpoint for triggers already; change that one.";
            ApiError::new(StatusCode::CONFLICT, "endpoint_exists", message)
        }
        CreationError::Store(error) => error.into(),
        CreationError::Seal(error) => error.into(),
    }
}
