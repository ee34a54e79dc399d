//! `POST …/trigger-subscriptions`: subscribes the user to a trigger.

use http::StatusCode;
use serde_json::Value;
use shared::{
    answer::ApiError,
    delivery::{
        CreationError, Endpoint, EndpointHealth, NewSubscription,
        trigger::{Trigger, named},
    },
    model::{Connection, ProjectId},
    store::StoredEndpoint,
};

use super::{MOST_BYTES, own_address, parameters, to_json};
use crate::{
    ParagonApi,
    answer::{Answer, conflict, found},
    document::document,
    fields::{Fields, Read, text},
    find, headers,
    request::AuthorizedRequest,
};

/// Maximum length of an integration's name or of its id, in bytes.
const LONGEST_NAME: usize = 64;

/// Subscribes to the events of one connection from now on: the selected one, or else the one that calls without a
/// selection use. Paragon's pages have `integration` in one example and leave it out in another, so it may be absent.
pub(crate) async fn create(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let fields = Fields::of(request.body)?;
    if let Some(integration) = fields.optional("integration", text(1..=LONGEST_NAME))? {
        find::integration(request.caller.project, &integration)?;
    }
    let trigger = fields.required("type", trigger)?;
    let parameters = fields.optional("parameters", document(MOST_BYTES))?.unwrap_or_default();
    let own_address = own_address::read(&fields, &api.destinations)?;
    let connection = connection(api, request).await?;
    let filter = parameters::filter(trigger, &parameters, &connection.user, connection.id)?;
    check_endpoint_for_triggers(api, request.caller.project).await?;
    let new = NewSubscription { parameters, filter, own_address };
    let keyring = api.keyring.as_ref();
    let endpoint = new.add(&connection, api.store.as_ref(), keyring, api.clock.now()).await;
    let endpoint = endpoint.map_err(refusal)?;
    let stored = StoredEndpoint { endpoint, health: EndpointHealth::default() };
    Ok(found(&to_json::subscription(api, &stored).await?))
}

/// Reads the type of a trigger.
fn trigger(value: &Value) -> Read<&'static Trigger> {
    let found = value.as_str().and_then(named);
    found.ok_or_else(|| "must be a type that GET …/triggers lists".to_owned())
}

async fn connection(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Result<Connection, ApiError> {
    if let Some(name) = headers::credential(request.headers)? {
        return find::linked(api, request, name).await;
    }
    let all = api.store.connections_of_user(request.caller.project, &request.caller.user).await?;
    Connection::preferred(all).ok_or_else(find::no_credential)
}

/// 409 if the project has no endpoint for triggers: nothing could be signed, and there would be no address.
async fn check_endpoint_for_triggers(api: &ParagonApi, project: ProjectId) -> Result<(), ApiError> {
    if api.store.endpoint(project, Endpoint::for_triggers(project)).await?.is_some() {
        return Ok(());
    }
    let message = "The project has no endpoint for triggers, whose keys sign what subscriptions deliver. Its server \
                   makes it once: POST …/endpoints with {\"purpose\": \"triggers\", \"url\": \"https://…\"}.";
    Err(conflict("no_endpoint_for_triggers", message))
}

fn refusal(error: CreationError) -> ApiError {
    match error {
        CreationError::TooMany => {
            let limit = NewSubscription::MOST_OF_CONNECTION;
            let message = format!("The credential has {limit} subscriptions; delete one that is not used.");
            ApiError::new(StatusCode::CONFLICT, "too_many_subscriptions", message)
        }
        // It was disconnected since it was read.
        CreationError::Conflict => find::no_credential(),
        CreationError::Store(error) => error.into(),
        CreationError::Seal(error) => error.into(),
    }
}
