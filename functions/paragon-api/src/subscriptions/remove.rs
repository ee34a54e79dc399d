//! `DELETE …/trigger-subscriptions/{subscription}`.

use serde_json::json;
use shared::delivery::remove_endpoint;

use super::named;
use crate::{
    ParagonApi,
    answer::{Answer, found},
    request::Asked,
};

/// Removes a subscription.
pub(crate) async fn remove(api: &ParagonApi, asked: &Asked<'_>) -> Answer {
    let endpoint = named(api, asked).await?.endpoint;
    remove_endpoint(&*api.endpoints, &*api.deliveries, &endpoint).await?;
    Ok(found(&json!({"success": true})))
}
