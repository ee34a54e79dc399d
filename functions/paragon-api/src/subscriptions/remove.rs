//! `DELETE …/trigger-subscriptions/{subscription}`.

use serde_json::json;
use shared::delivery::remove_endpoint;

use super::named;
use crate::{
    ParagonApi,
    answer::{Answer, found},
    request::AuthorizedRequest,
};

/// Removes a subscription.
pub(crate) async fn remove(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let endpoint = named(api, request).await?.endpoint;
    remove_endpoint(&*api.store, &*api.store, &endpoint).await?;
    Ok(found(&json!({"success": true})))
}
