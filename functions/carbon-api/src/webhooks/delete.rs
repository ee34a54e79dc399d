//! `DELETE /delete_webhook/{webhook}`: deletes a webhook.

use http::Response;
use lambda_http::Body;
use serde_json::json;
use shared::{answer::ApiError, delivery::remove_endpoint};

use super::stored;
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    request::AuthorizedRequest,
};

/// Deletes a webhook.
pub(crate) async fn delete(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let number: u64 =
        request.parameters.first().and_then(|number| number.parse().ok()).ok_or_else(missing)?;
    let mut webhooks = stored::all(api, request).await?.into_iter();
    let named = webhooks.find(|stored| stored::number(&stored.endpoint) == number);
    let endpoint = named.ok_or_else(missing)?.endpoint;
    remove_endpoint(&*api.store, &*api.store, &endpoint).await?;
    Ok(found(&json!({"success": true})))
}

/// 404: the project has no such webhook.
fn missing() -> Refusal {
    ApiError::not_found("webhook_not_found", "The project has no such webhook.").into()
}
