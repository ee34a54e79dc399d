//! `POST|PATCH|DELETE …/sdk/credentials/{credential}/configurations`: sets of settings beside the default
//! one. Each answer is the whole credential, as the SDK expects it.

use std::time::Duration;

use shared::{
    answer::ApiError,
    model::{Connection, CredentialConfiguration, CredentialSettings, Timestamp},
    store::change_credential_settings,
};
use uuid::Uuid;

use crate::{
    ParagonApi,
    answer::{Answer, conflict},
    credential::{self, configuration_of, configurations},
    document::document,
    external_id::external_id,
    fields::Fields,
    find, headers, ids,
    request::AuthorizedRequest,
};

/// Maximum number of configurations of a credential, including the default one. With the limits of their
/// contents, this keeps a credential's row below DynamoDB's 400 KB.
const MAX_CONFIGURATIONS: usize = 20;
/// Maximum size of a configuration's metadata as JSON, in bytes.
const MAX_META: usize = 4 * 1024;

/// `POST`: adds a configuration without settings. The SDK takes the newest one in the answer for it.
pub(crate) async fn create(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let external_id = Fields::of(request.body)?.optional("externalId", external_id)?;
    let connection = find::named(api, request).await?;
    let (id, now) = (Uuid::new_v4(), api.clock.now());
    change(api, &connection, |settings| {
        let all = configurations(&connection, settings);
        if all.len() >= MAX_CONFIGURATIONS {
            let message =
                format!("A credential has at most {MAX_CONFIGURATIONS} configurations; delete one first.");
            return Err(conflict("too_many_configurations", message));
        }
        if external_id.is_some() && all.iter().any(|one| one.external_id == external_id) {
            let message = "Another configuration of the credential has this externalId.";
            return Err(conflict("external_id_taken", message));
        }
        let newest = all.iter().map(|one| one.created_at).max().unwrap_or_default();
        let created = CredentialConfiguration::new(id, now.max(after(newest)));
        put(settings, CredentialConfiguration { external_id: external_id.clone(), ..created });
        Ok(())
    })
    .await
}

/// `PATCH`: replaces the metadata of the selected configuration.
pub(crate) async fn update(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let meta = Fields::of(request.body)?.required("meta", document(MAX_META))?;
    let picked = picked(request)?;
    let connection = find::named(api, request).await?;
    let now = api.clock.now();
    change(api, &connection, |settings| {
        let found =
            configuration_of(&connection, settings, Some(picked)).ok_or_else(find::no_configuration)?;
        put(settings, CredentialConfiguration { meta: meta.clone(), updated_at: now, ..found });
        Ok(())
    })
    .await
}

/// `DELETE`: removes the selected configuration. The default one cannot be removed.
pub(crate) async fn delete(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let picked = picked(request)?;
    let connection = find::named(api, request).await?;
    if picked == ids::default_configuration(connection.id) {
        let message = "The default configuration goes with its credential only.";
        return Err(conflict("default_configuration", message));
    }
    change(api, &connection, |settings| {
        let before = settings.configurations.len();
        settings.configurations.retain(|one| one.id != picked);
        if settings.configurations.len() < before { Ok(()) } else { Err(find::no_configuration()) }
    })
    .await
}

/// Stores a configuration, replacing the one with its id.
pub(crate) fn put(settings: &mut CredentialSettings, configuration: CredentialConfiguration) {
    match settings.configurations.iter_mut().find(|one| one.id == configuration.id) {
        Some(before) => *before = configuration,
        None => settings.configurations.push(configuration),
    }
}

async fn change(
    api: &ParagonApi,
    connection: &Connection,
    change: impl Fn(&mut CredentialSettings) -> Result<(), ApiError> + Send + Sync,
) -> Answer {
    let changed = change_credential_settings(api.store.as_ref(), connection.id, change).await?;
    credential::answer_with(api, connection, &changed).await
}

fn picked(request: &AuthorizedRequest<'_>) -> Result<Uuid, ApiError> {
    let missing = || {
        let message = "Name the configuration in the header X-Paragon-Configuration-Id.";
        ApiError::invalid("configuration_missing", message)
    };
    headers::configuration(request.headers)?.ok_or_else(missing)
}

/// Returns the next time that an answer's date can distinguish.
fn after(time: Timestamp) -> Timestamp {
    time.plus(Duration::from_millis(1))
}
