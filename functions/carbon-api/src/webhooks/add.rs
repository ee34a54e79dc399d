//! `POST /add_webhook`: makes a webhook. Its signing key is in the answer, and nowhere else.

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::json;
use shared::{
    answer::ApiError,
    delivery::{
        CreationError, Destination, Endpoint, EndpointHealth, Filter, Format, NewEndpoint, Order, Purpose,
        RequestHeaders,
        signature::{Scheme, SigningKeys},
    },
    model::ProjectId,
    store::{StoreError, StoredEndpoint},
};

use super::stored;
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, WrongField, text},
    request::AuthorizedRequest,
};

/// Maximum length of an address, in bytes.
const LONGEST_URL: usize = 8 * 1024;

/// Makes a webhook, which gets all events from now on.
pub(crate) async fn add(api: &CarbonApi, request: &AuthorizedRequest<'_>) -> Result<Response<Body>, Refusal> {
    let url = url(api, request.body)?;
    let keys = SigningKeys::random();
    let signing_key = keys.carbon_signing_key();
    let new = webhook(api, request.caller.project, url, keys);
    let added = new.add(api.store.as_ref(), &api.keyring, api.clock.now()).await;
    let endpoint = added.map_err(refusal)?;
    let mut answer = stored::webhook(&StoredEndpoint { endpoint, health: EndpointHealth::default() });
    answer["signing_key"] = json!(signing_key.expose());
    Ok(found(&answer))
}

fn url(api: &CarbonApi, body: &[u8]) -> Result<String, Refusal> {
    let mut fields = Fields::of(body)?;
    let url = fields.required("url", |value| {
        let address = text(1..=LONGEST_URL)(value)?;
        let checked = api.destinations.check(&address);
        checked.map_err(|reason| {
            vec![WrongField::new(format!("it cannot be used: {reason}"), "value_error.url")]
        })
    });
    Ok(fields.end(url)?.into())
}

fn webhook(api: &CarbonApi, project: ProjectId, url: String, keys: SigningKeys) -> NewEndpoint {
    NewEndpoint {
        project,
        purpose: Purpose::Events,
        url,
        destination: Destination::Address,
        description: None,
        filter: Filter::default(),
        format: Format::Carbon,
        signatures: vec![Scheme::Carbon, Scheme::CarbonCompact],
        order: Order::Ordered,
        // Maximum number of created files in one message.
        batch: Endpoint::LARGEST_BATCH,
        starts_at: api.clock.now(),
        headers: RequestHeaders::default(),
        keys,
    }
}

fn refusal(error: CreationError) -> Refusal {
    match error {
        CreationError::TooMany => {
            let limit = NewEndpoint::MOST_OF_PROJECT;
            let message =
                format!("The project has {limit} webhooks and endpoints; delete one that is not used.");
            ApiError::new(StatusCode::CONFLICT, "too_many_endpoints", message).into()
        }
        // Its id is a random one, so this is as if the store did not answer.
        CreationError::Conflict => StoreError::Conflict.into(),
        CreationError::Store(error) => error.into(),
        CreationError::Seal(error) => error.into(),
    }
}
