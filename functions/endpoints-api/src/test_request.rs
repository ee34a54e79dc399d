//! `POST …/endpoints/{endpoint}/test`: has an event that says nothing sent to the endpoint.

use http::Response;
use lambda_http::Body;
use serde_json::json;
use shared::{
    answer::{ApiError, accepted},
    delivery::{DeliveryMessage, Endpoint, id_of_test},
    members::Members,
};
use uuid::Uuid;

use crate::EndpointsApi;

/// Asks for a test request, also of an endpoint that is paused or disabled. The answer's `id` is the request's
/// `webhook-id`, by which it is found among the attempts.
pub(crate) async fn send(
    api: &EndpointsApi,
    endpoint: &Endpoint,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    Members::of(body)?.end(&[])?;
    let id = Uuid::new_v4();
    let Endpoint { project, id: endpoint, .. } = *endpoint;
    api.ask(&DeliveryMessage::Test { project, endpoint, id }).await?;
    Ok(accepted(&json!({"id": id_of_test(project, id).as_str()})))
}
