//! `PATCH …/trigger-subscriptions/{subscription}`: changes parameters and address.

use serde_json::Value;
use shared::{
    answer::ApiError,
    delivery::{DeliveryMessage, Endpoint, Format, Purpose, Subscription},
    model::Tags,
    store::{StoreError, StoredEndpoint},
};

use super::{MOST_BYTES, missing, named, own_address, parameters, to_json, trigger_of};
use crate::{
    ParagonApi,
    answer::{Answer, conflict, found},
    document::document,
    fields::{Fields, invalid},
    request::AuthorizedRequest,
};

/// Changes what the body names: parameters by name, of which `null` removes one; `webhookOverride` as a whole, which
/// `null` removes. A subscription that was disabled is enabled again, and gets what has waited.
pub(crate) async fn change(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let stored = named(api, request).await?;
    let fields = Fields::of(request.body)?;
    let mut changed = stored.endpoint.clone();
    if let Some(given) = fields.optional("parameters", document(MOST_BYTES))? {
        set_parameters(&mut changed, &given)?;
    }
    set_address(api, &mut changed, &fields).await?;
    if changed != stored.endpoint {
        changed.version += 1;
        api.store.change_endpoint(&changed).await.map_err(refusal)?;
    }
    wake(api, &stored, &changed).await?;
    let now = api.store.endpoint(changed.project, changed.id).await?.ok_or_else(missing)?;
    Ok(found(&to_json::subscription(api, &now).await?))
}

fn set_parameters(endpoint: &mut Endpoint, given: &Tags) -> Result<(), ApiError> {
    let trigger = trigger_of(endpoint).ok_or_else(missing)?;
    let Subscription { connection, parameters } = endpoint.subscription().ok_or_else(missing)?;
    let (connection, mut merged) = (*connection, parameters.clone());
    for (name, value) in given {
        match value {
            Value::Null => merged.remove(name),
            value => merged.insert(name.clone(), value.clone()),
        };
    }
    let whole = document(MOST_BYTES)(&Value::Object(merged));
    let merged = whole.map_err(|must| invalid("parameters, with what is kept already,", &must))?;
    let user = endpoint.filter.users.first().ok_or_else(missing)?;
    endpoint.filter = parameters::filter(trigger, &merged, user, connection)?;
    endpoint.purpose = Purpose::Subscription(Subscription { connection, parameters: merged });
    Ok(())
}

async fn set_address(api: &ParagonApi, endpoint: &mut Endpoint, fields: &Fields) -> Result<(), ApiError> {
    if let Some(own) = own_address::read(fields, &api.destinations)? {
        own.put(endpoint, &api.keyring).await?;
    } else if fields.given(own_address::NAME).is_some() {
        endpoint.url.clear();
        endpoint.headers = None;
        endpoint.format = Format::Paragon { metadata: Tags::new() };
    }
    Ok(())
}

/// Lets waiting events be delivered, if the subscription was disabled or has another address.
async fn wake(api: &ParagonApi, before: &StoredEndpoint, changed: &Endpoint) -> Result<(), ApiError> {
    let is_moved = before.endpoint.url != changed.url;
    if before.health.disabled.is_some() {
        api.store.enable_endpoint(changed).await?;
    } else if is_moved {
        // Answers of the former address say nothing about this one.
        api.store.note_endpoint_success(changed).await?;
    } else {
        return Ok(());
    }
    let message = DeliveryMessage::DeliverAll { endpoint: changed.id, after: None };
    let sent = api.deliveries_queue.send(vec![message.at_once()]).await;
    sent.map_err(|error| ApiError::unavailable(&error))
}

fn refusal(error: StoreError) -> ApiError {
    match error {
        StoreError::Conflict => {
            conflict("subscription_changed", "Others change this subscription at the same time; ask again.")
                .after(1)
        }
        error => error.into(),
    }
}
