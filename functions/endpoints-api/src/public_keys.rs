//! Public keys of an endpoint, for anybody: a receiver verifies `v1a` signatures with them, and needs no credentials of
//! the project for it. Who does not know an endpoint's id, which is random, learns nothing.

use http::{HeaderValue, Response, header::CACHE_CONTROL};
use lambda_http::Body;
use serde_json::json;
use shared::{
    answer::{ApiError, found},
    query::field,
};

use crate::{EndpointsApi, find, to_json};

/// Receivers may keep the keys for five minutes. After a rotation the former keys sign as well for much longer.
const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// `GET …/endpoints/{endpoint}/keys`.
pub(crate) async fn show(
    api: &EndpointsApi,
    project: &str,
    endpoint: &str,
) -> Result<Response<Body>, ApiError> {
    let project = project.parse().map_err(|_| find::missing())?;
    let mut stored = find::endpoint(api, project, endpoint).await?;
    if stored.endpoint.subscription().is_some() {
        let id = stored.endpoint.keys_of();
        stored = api.store.endpoint(project, id).await?.ok_or_else(find::missing)?;
    }
    let mut answer = found(&json!({"keys": to_json::keys(&stored.endpoint, api.clock.now())}));
    answer.headers_mut().insert(CACHE_CONTROL, CACHED);
    Ok(answer)
}

/// `GET /.well-known/webhook-keys?project=…&endpoint=…`: the same.
pub(crate) async fn show_asked(api: &EndpointsApi, query: &str) -> Result<Response<Body>, ApiError> {
    match (field(query, "project"), field(query, "endpoint")) {
        (Some(project), Some(endpoint)) => show(api, &project, &endpoint).await,
        _ => Err(ApiError::invalid("malformed_query", "project and endpoint must be ids.")),
    }
}
