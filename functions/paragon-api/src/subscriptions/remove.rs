//! `DELETE …/trigger-subscriptions/{subscription}`.

use serde_json::json;

use super::named;
use crate::{
    ParagonApi,
    answer::{Answer, found},
    request::Asked,
};

/// Removes a subscription, and then how far its deliveries are. If only the second fails, the rows expire.
pub(crate) async fn remove(api: &ParagonApi, asked: &Asked<'_>) -> Answer {
    let endpoint = named(api, asked).await?.endpoint;
    api.endpoints.remove_endpoint(&endpoint).await?;
    if let Err(error) = api.deliveries.remove_deliveries(endpoint.id).await {
        tracing::warn!(endpoint = %endpoint.id, %error, "deliveries of a removed subscription were not removed");
    }
    Ok(found(&json!({"success": true})))
}
