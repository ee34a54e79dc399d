//! Workflows as the SDK sees them: their descriptions and inputs, whether they are enabled for a user, and requests
//! that start them.

mod decided;
mod meta;
mod settings;
mod switch;
mod trigger;

use shared::{
    answer::ApiError,
    model::{Connection, ConnectionName},
    workflows::{Enabling, Workflow},
};

pub(crate) use self::{
    decided::Decided,
    meta::{listed, meta},
    settings::change,
    switch::{disable, enable},
    trigger::start,
};
use crate::{ParagonApi, credential::configuration_of, find, headers, request::AuthorizedRequest};

/// Returns the workflow that the path names.
async fn named(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Result<Workflow, ApiError> {
    let missing = || ApiError::not_found("workflow_not_found", "The project has no such workflow.");
    let id = request.named().parse().map_err(|_| missing())?;
    api.store.workflow(request.caller.project, id).await?.ok_or_else(missing)
}

/// Returns the connection that the caller selects, if any. A selected configuration must be one of it.
async fn selected(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Result<Option<Connection>, ApiError> {
    let configuration = headers::configuration(request.headers)?;
    let name: Option<ConnectionName> = headers::credential(request.headers)?;
    let Some(name) = name else {
        return if configuration.is_some() { Err(find::without_credential()) } else { Ok(None) };
    };
    let connection = find::linked(api, request, name).await?;
    if let Some(configuration) = configuration {
        let stored = api.store.credential_settings(connection.id).await?;
        configuration_of(&connection, &stored.settings, Some(configuration))
            .ok_or_else(find::no_configuration)?;
    }
    Ok(Some(connection))
}

/// Returns what decisions about users need.
fn enabling(api: &ParagonApi) -> Enabling<'_> {
    Enabling { workflows: api.store.as_ref(), connections: api.store.as_ref(), clock: api.clock.as_ref() }
}
