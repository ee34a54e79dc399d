//! Endpoints as JSON, without their secrets and without the values of their headers.

use serde_json::{Value, json};
use shared::{
    delivery::{Endpoint, EndpointKey, Filter, Format, RequestHeaders},
    model::{Formats, Timestamp},
    representation,
    seal::SealError,
    store::StoredEndpoint,
};

use crate::{EndpointsApi, destination, health, purpose};

/// Returns an endpoint. Its settings are in the form in which they can be sent again, but for the headers.
pub(crate) async fn endpoint(api: &EndpointsApi, found: &StoredEndpoint) -> Result<Value, SealError> {
    let endpoint = &found.endpoint;
    Ok(json!({
        "id": endpoint.id,
        "purpose": purpose::name(&endpoint.purpose),
        "url": Some(&endpoint.url).filter(|url| !url.is_empty()),
        "destination": destination::to_json(&endpoint.destination),
        "external_id": endpoint.destination.aws().map(|aws| &aws.external_id),
        "description": endpoint.description,
        "filter": filter(&endpoint.filter),
        "format": format(&endpoint.format),
        "signatures": endpoint.signatures,
        "order": endpoint.order,
        "batch": endpoint.batch,
        "headers": header_names(api, endpoint).await?,
        "paused": endpoint.paused,
        "created_at": endpoint.created_at.to_string(),
        "starts_at": endpoint.starts_at.to_string(),
        "keys": keys(endpoint, api.clock.now()),
        "health": health::to_json(found),
    }))
}

/// Returns the public keys that are valid now, newest first.
pub(crate) fn keys(endpoint: &Endpoint, now: Timestamp) -> Vec<Value> {
    let key = |key: &EndpointKey| {
        json!({
            "key": key.public,
            "created_at": key.created_at.to_string(),
            "valid_until": key.valid_until.map(|until| until.to_string()),
        })
    };
    endpoint.keys_at(now).map(key).collect()
}

/// Returns a filter. Formats are as in the project's settings.
pub(crate) fn filter(filter: &Filter) -> Value {
    let mut json = json!(filter);
    if filter.formats != Formats::All {
        json["formats"] = representation::formats(&filter.formats);
    }
    json
}

fn format(format: &Format) -> Value {
    match format {
        Format::Standard => json!("standard"),
        other => json!(other),
    }
}

async fn header_names(api: &EndpointsApi, endpoint: &Endpoint) -> Result<Vec<String>, SealError> {
    let Some(sealed) = &endpoint.headers else { return Ok(Vec::new()) };
    let context = Endpoint::context_of_headers(endpoint.project, endpoint.id);
    Ok(RequestHeaders::names(&api.keyring.open(context, sealed).await?))
}
