//! `POST …/sdk/credentials`: connects an account with a code that the application has from an OAuth page of
//! its own (`completeInstall`).
//!
//! Dropline cannot tell whose browser a code comes from. The application's page can, by comparing the `state`
//! that it gave Dropbox. Therefore a code is accepted from the project's server, and from a page only if the
//! project allows it; only for the project's own Dropbox app, never for the deployment's, through which users
//! of other projects get codes, too; and only with a redirect URL on one of the project's origins. Codes of
//! Dropline's own links cannot be exchanged here, because they need their verifier.

use serde_json::Value;
use shared::{
    answer::ApiError,
    caller::CallerKind,
    dropbox::{DropboxError, NotStored, OauthApp, UnstoredGrant},
    linking::{LinkFor, Linking, Stored},
    metrics::{Metric, Subject},
    model::{Connection, PkceVerifier, Project, Tags, web_address},
    store::OtherAccount,
};

use crate::{
    ParagonApi,
    answer::{Answer, conflict},
    credential,
    fields::{Fields, Read, text},
    find,
    request::AuthorizedRequest,
};

/// Maximum length of a code, in bytes.
const MAX_CODE: usize = 2 * 1024;

struct Install {
    code: String,
    redirect_url: String,
    verifier: Option<PkceVerifier>,
}

pub(crate) async fn complete(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let install = read(request)?;
    let project = api.store.project(request.caller.project).await?.ok_or_else(gone)?;
    check(&project, request, &install)?;
    let app = api.apps.of_project(&project).await?;
    let grant = api
        .dropbox
        .exchange_code(&app, &install.code, install.verifier.as_ref(), &install.redirect_url)
        .await
        .map_err(|error| not_exchanged(&error))?;
    let connection = link(api, request, &app, grant).await?;
    api.metrics.count(Subject::of(&connection), Metric::AccountsConnected, 1);
    credential::answer(api, &connection).await
}

fn read(request: &AuthorizedRequest<'_>) -> Result<Install, ApiError> {
    let fields = Fields::of(request.body)?;
    let integration = fields.required("integrationId", text(1..=MAX_CODE))?;
    find::integration(request.caller.project, &integration)?;
    // The other fields that the SDK sends (`integrationOptions`, `config`, `installOptions`) have no meaning
    // for Dropbox.
    Ok(Install {
        code: fields.required("code", code)?,
        redirect_url: fields.required("redirectUrl", redirect_url)?,
        verifier: fields.optional("codeVerifier", verifier)?,
    })
}

fn code(value: &Value) -> Read<String> {
    let code = text(1..=MAX_CODE)(value)?;
    if code.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(code);
    }
    Err("must have visible ASCII characters only".to_owned())
}

fn redirect_url(value: &Value) -> Read<String> {
    let text = text(1..=MAX_CODE)(value)?;
    match web_address(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("is {error}")),
    }
}

fn verifier(value: &Value) -> Read<PkceVerifier> {
    let text = text(43..=128)(value)?;
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if text.bytes().all(is_allowed) {
        return Ok(PkceVerifier::new(text));
    }
    Err("must have letters, digits and - . _ ~ only".to_owned())
}

/// Checks whether a code may be exchanged here.
fn check(project: &Project, request: &AuthorizedRequest<'_>, install: &Install) -> Result<(), ApiError> {
    if request.caller.kind != CallerKind::ApiKey && !project.user_tokens.may_complete_installs {
        let message = "This project takes codes from its server only, with the API key: a page must not complete an \
            installation unless the project allows it.";
        return Err(conflict("install_not_allowed", message));
    }
    if project.app.is_none() {
        let message =
            "Codes are taken of the project's own Dropbox app only, and it has none; use a connect link.";
        return Err(conflict("own_app_required", message));
    }
    if project.has_origin_of(&install.redirect_url) {
        return Ok(());
    }
    let message = "The field redirectUrl must be on one of the project's origins.";
    Err(ApiError::invalid("redirect_not_registered", message))
}

/// Stores the grant, and begins the first sync. If the grant cannot be stored, it is revoked at Dropbox.
async fn link(
    api: &ParagonApi,
    request: &AuthorizedRequest<'_>,
    app: &OauthApp,
    grant: UnstoredGrant,
) -> Result<Connection, ApiError> {
    let (linking, tags) = (linking(api), Tags::new());
    let whose = LinkFor {
        project: request.caller.project,
        user: &request.caller.user,
        connection: None,
        other_account: OtherAccount::Add,
        scopes: &app.terms.scopes,
        tags: &tags,
        chooses: false,
    };
    let stored =
        grant.store_or_revoke(async |grant| linking.store(&whose, app, grant).await.map_err(Lost)).await;
    let Stored { connection, then } = stored.map_err(|lost| not_stored(api, &whose, lost))?;
    then?;
    linking.begin_sync(&connection).await?;
    Ok(connection)
}

/// Error for which a grant was not stored.
struct Lost(ApiError);

impl From<DropboxError> for Lost {
    fn from(lacking: DropboxError) -> Self {
        Self(not_exchanged(&lacking))
    }
}

fn not_stored(api: &ParagonApi, whose: &LinkFor<'_>, lost: NotStored<Lost>) -> ApiError {
    if let Err(error) = lost.revoked {
        tracing::error!(%error, "tokens that are not stored could not be revoked");
        api.metrics.count(Subject::of_project(whose.project), Metric::GrantsNotRevoked, 1);
    }
    signed_in(lost.error.0)
}

/// Turns 401 and 403 into 409, because the SDK would sign its user out.
fn signed_in(error: ApiError) -> ApiError {
    if matches!(error.status.as_u16(), 401 | 403) { conflict(error.code, error.message) } else { error }
}

fn not_exchanged(error: &DropboxError) -> ApiError {
    match error {
        DropboxError::CodeRefused(_) => ApiError::invalid(
            "code_refused",
            "Dropbox does not accept the code: it was used before, is too old, or was given for another app, address or \
             verifier.",
        ),
        DropboxError::RateLimited(rest) => shared::answer::paused(*rest),
        error => {
            tracing::error!(%error, "a code could not be exchanged");
            let message = "Dropbox did not exchange the code; begin again.";
            ApiError::new(http::StatusCode::BAD_GATEWAY, "dropbox_refused", message)
        }
    }
}

fn gone() -> ApiError {
    ApiError::not_found("project_not_found", "The project is gone.")
}

fn linking(api: &ParagonApi) -> Linking<'_> {
    Linking {
        store: api.store.as_ref(),
        tokens: &api.tokens,
        dropbox: &api.dropbox,
        requests: &api.requests,
        bus: api.bus.as_ref(),
        clock: api.clock.as_ref(),
    }
}
