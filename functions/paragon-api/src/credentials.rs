//! Credentials: their list, their descriptions, and their settings.

use serde_json::Value;
use shared::{
    answer::ApiError,
    model::{
        Connection, ConnectionId, CredentialSettings, PortalInput, Tags, WrongSetting, checked_settings,
    },
    query,
    store::change_credential_settings,
};
use uuid::Uuid;

use crate::{
    ParagonApi,
    answer::{Answer, conflict, found},
    configurations::put,
    credential::{self, configuration_of},
    document::document,
    external_id::external_id,
    fields::{Fields, Read, invalid},
    find, headers, integrations,
    linked::linked,
    request::AuthorizedRequest,
    workflows,
};

/// Maximum size of a configuration's shared settings, and of its workflow settings, as JSON, in bytes.
pub(crate) const MAX_SETTINGS: usize = 4 * 1024;

/// `GET …/sdk/credentials`: lists the user's credentials. With `integration`, as in the SDK's
/// `getIntegrationAccount`, the answer is the integration with one credential. `includeAccountAuth` has no
/// effect, because nobody may read a token.
pub(crate) async fn list(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let project = request.caller.project;
    let named = query::field(request.query, "integration");
    let picked = match headers::credential(request.headers)? {
        Some(name) => Some(find::id(api, request, name).await?),
        None => None,
    };
    if let Some(named) = named {
        find::integration(project, &named)?;
        return account(api, request, picked).await;
    }
    let mut linked = linked(api, project, &request.caller.user).await?;
    linked.retain(|(one, _)| picked.is_none_or(|picked| picked == one.id));
    Ok(found(&linked.iter().map(|(one, settings)| credential::to_json(one, settings)).collect::<Value>()))
}

/// Returns the integration with one credential: the selected one, or else the one that calls without a
/// selection use.
async fn account(api: &ParagonApi, request: &AuthorizedRequest<'_>, picked: Option<ConnectionId>) -> Answer {
    let project = request.caller.project;
    let (linked, project, workflows) = tokio::try_join!(
        linked(api, project, &request.caller.user),
        api.store.project(project),
        integrations::in_order(api, project),
    )?;
    let connections = || linked.iter().map(|(one, _)| one.clone()).collect();
    let meant = picked.or_else(|| Some(Connection::preferred(connections())?.id));
    let meant = linked.iter().find(|(one, _)| Some(one.id) == meant);
    let (meant, settings) = meant.ok_or_else(find::no_credential)?;
    let mut json = project
        .map(|project| integrations::to_json(&project, &workflows, true))
        .ok_or_else(find::no_credential)?;
    let credential = credential::to_json(meant, settings);
    json["providerId"] = credential["providerId"].clone();
    json["providerData"] = credential["providerData"].clone();
    json["credential"] = credential;
    Ok(found(&json))
}

/// `GET …/sdk/credentials/{credential}`: returns one credential.
pub(crate) async fn get(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    credential::answer(api, &find::named(api, request).await?).await
}

/// Changes of a credential; absent fields stay as they are.
struct Changes {
    configuration: Option<Uuid>,
    shared_settings: Option<Tags>,
    workflow_settings: Option<Tags>,
    external_id: Option<String>,
    /// The inputs that the shared settings are for.
    inputs: Vec<PortalInput>,
}

/// `PATCH …/sdk/credentials/{credential}`: replaces settings of the selected or the default configuration,
/// and sets the application's own id.
pub(crate) async fn update(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let mut changes = read(request)?;
    let connection = find::named(api, request).await?;
    if let Some(external_id) = &changes.external_id {
        refuse_another_ones(api, request, &connection, external_id).await?;
    }
    if changes.shared_settings.is_some() {
        let project = api.store.project(connection.project).await?;
        changes.inputs = project.map(|project| project.settings.inputs).unwrap_or_default();
    }
    if let Some(given) = changes.workflow_settings.take() {
        try_out(api, &connection, &changes).await?;
        changes.workflow_settings = Some(workflows::change(api, request, given).await?);
    }
    let change = |settings: &mut CredentialSettings| apply(api, &connection, settings, &changes);
    let changed = change_credential_settings(api.store.as_ref(), connection.id, change).await?;
    credential::answer_with(api, &connection, &changed).await
}

fn read(request: &AuthorizedRequest<'_>) -> Result<Changes, ApiError> {
    let fields = Fields::of(request.body)?;
    let config = fields.object("config")?;
    Ok(Changes {
        configuration: headers::configuration(request.headers)?,
        shared_settings: config.optional("sharedSettings", document(MAX_SETTINGS))?,
        // The SDK sends those of all workflows: each is checked by itself.
        workflow_settings: config.optional("workflowSettings", object)?,
        external_id: fields.optional("externalId", external_id)?,
        inputs: Vec::new(),
    })
}

fn object(value: &Value) -> Read<Tags> {
    value.as_object().cloned().ok_or_else(|| "must be an object".to_owned())
}

/// Checks the other changes, so that none is refused after settings of workflows were stored.
async fn try_out(api: &ParagonApi, connection: &Connection, changes: &Changes) -> Result<(), ApiError> {
    let mut stored = api.store.credential_settings(connection.id).await?;
    apply(api, connection, &mut stored.settings, changes)
}

fn apply(
    api: &ParagonApi,
    connection: &Connection,
    settings: &mut CredentialSettings,
    changes: &Changes,
) -> Result<(), ApiError> {
    let configuration = configuration_of(connection, settings, changes.configuration);
    let mut configuration = configuration.ok_or_else(find::no_configuration)?;
    if let Some(shared) = &changes.shared_settings {
        let checked = checked_settings(&changes.inputs, &configuration.shared_settings, shared);
        configuration.shared_settings = checked.map_err(|wrong| refused(&wrong))?;
    }
    if let Some(workflows) = &changes.workflow_settings {
        configuration.workflow_settings.clone_from(workflows);
    }
    if let Some(external_id) = &changes.external_id {
        settings.external_id = Some(external_id.clone());
    }
    configuration.updated_at = api.clock.now();
    put(settings, configuration);
    Ok(())
}

/// 400: a setting is not what its input takes.
fn refused(wrong: &WrongSetting) -> ApiError {
    let id = wrong.id.iter().map(|id| format!(".{id}"));
    let place: String = std::iter::once("config.sharedSettings".to_owned()).chain(id).collect();
    invalid(&place, &wrong.must)
}

/// Refuses an id that another of the user's credentials has, because the SDK finds a credential by it.
async fn refuse_another_ones(
    api: &ParagonApi,
    request: &AuthorizedRequest<'_>,
    connection: &Connection,
    external_id: &str,
) -> Result<(), ApiError> {
    let linked = linked(api, connection.project, &request.caller.user).await?;
    let mut others = linked.iter().filter(|(one, _)| one.id != connection.id);
    if others.any(|(_, settings)| settings.external_id.as_deref() == Some(external_id)) {
        let message = "Another credential of the user has this externalId.";
        return Err(conflict("external_id_taken", message));
    }
    Ok(())
}
