//! `…/trigger-subscriptions`: subscriptions to triggers, as Paragon's *Triggers API* has them.
//!
//! A subscription is an endpoint of one connection, so that delivery, retries and attempts are those of all endpoints.
//! Source of routes, fields and answers: Paragon's pages *Subscribe to Trigger*, *List Subscribed Triggers*, *Update
//! Trigger Subscription* and *Unsubscribe from Trigger*. To get one by its id is ours, in the same form.

mod change;
mod create;
mod list;
mod own_address;
mod parameters;
mod remove;
mod to_json;

use shared::{
    answer::ApiError,
    delivery::{Endpoint, Filter, Subscription, trigger::Trigger},
    model::ConnectionStatus,
    store::StoredEndpoint,
};

use crate::{
    ParagonApi,
    answer::{Answer, found},
    request::AuthorizedRequest,
};

pub(crate) use change::change;
pub(crate) use create::create;
pub(crate) use list::list;
pub(crate) use parameters::to_json as parameters_of;
pub(crate) use remove::remove;

/// Maximum size of a subscription's parameters, and of its metadata, as JSON, in bytes.
const MOST_BYTES: usize = 4 * 1024;

/// `GET …/trigger-subscriptions/{subscription}`.
pub(crate) async fn get(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    Ok(found(&to_json::subscription(api, &named(api, request).await?).await?))
}

/// Returns the caller's subscription that the path names.
async fn named(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Result<StoredEndpoint, ApiError> {
    let id = request.named().parse().map_err(|_| missing())?;
    let found = api.store.endpoint(request.caller.project, id).await?.ok_or_else(missing)?;
    let Subscription { connection, .. } = found.endpoint.subscription().ok_or_else(missing)?;
    let connection = api.store.connection(*connection).await?.ok_or_else(missing)?;
    let is_own =
        connection.user == request.caller.user && connection.status != ConnectionStatus::Disconnected;
    if is_own { Ok(found) } else { Err(missing()) }
}

/// Returns the trigger of a subscription.
fn trigger_of(endpoint: &Endpoint) -> Option<&'static Trigger> {
    let Filter { types, .. } = &endpoint.filter;
    types.first().and_then(|kind| shared::delivery::trigger::of(*kind))
}

/// 404: the user has no such subscription.
fn missing() -> ApiError {
    let message = "This user has no such subscription; GET …/trigger-subscriptions lists those there are.";
    ApiError::not_found("subscription_not_found", message)
}
