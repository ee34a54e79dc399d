//! `POST …/endpoints/{endpoint}/rotate`: replaces the signing keys. The new secret is in the answer, and nowhere else.

use std::time::Duration;

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, found},
    delivery::{rotated, seal_keys},
    members::Members,
    store::StoredEndpoint,
};

use crate::{EndpointsApi, change, purpose, secret, to_json};

/// Default number of hours for which the former keys are still valid.
const USUAL_HOURS: u64 = 24;
/// Maximum number of these hours.
const MOST_HOURS: u64 = 168;

/// Replaces the keys of an endpoint.
pub(crate) async fn rotate(
    api: &EndpointsApi,
    stored: StoredEndpoint,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    purpose::check_has_keys(&stored.endpoint)?;
    let mut members = Members::of(body)?;
    let must_be = format!("a whole number of hours from 0 to {MOST_HOURS}");
    let hours = members.optional("valid_for_hours", &must_be, |value: &Value| {
        value.as_u64().filter(|hours| *hours <= MOST_HOURS)
    })?;
    let keys = secret::keys(&mut members)?;
    members.end(&["valid_for_hours", "secret"])?;
    let now = api.clock.now();
    let until = now.plus(Duration::from_secs(hours.unwrap_or(USUAL_HOURS) * 60 * 60));
    let newest = seal_keys(&api.keyring, stored.endpoint.project, stored.endpoint.id, &keys, now).await?;
    let changed = change::edit(api, stored, |endpoint| {
        endpoint.keys = rotated(&endpoint.keys, newest.clone(), until, now);
        Ok(())
    });
    let mut answer = to_json::endpoint(api, &changed.await?).await?;
    answer["secret"] = json!(keys.secret().expose());
    answer["public_key"] = json!(keys.public_key());
    Ok(found(&answer))
}
