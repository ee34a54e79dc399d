//! `POST /integrations/connect`: an account whose tokens the application has.

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, paused},
    dropbox::{DropboxError, Grant, OauthApp},
    linking::{LinkFor, Linking},
    model::{AccessToken, RefreshToken, Tags},
    store::OtherAccount,
};

use super::options;
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    data_sources::describe,
    fields::{Fields, Read, WrongField, one_of, text},
    request::Asked,
};

/// Maximum length of a token. Bytes.
const MAX_TOKEN: usize = 4 * 1024;

struct Import {
    access: AccessToken,
    refresh: RefreshToken,
    tags: Tags,
}

/// The refresh token is tried at Dropbox at once, so that one that is no use is refused here and not hours later. The
/// tokens are stored as those of a connect are. Where they are not, they are left as they are: they are the application's.
pub(crate) async fn import(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let import = read(asked.body)?;
    let project = api.projects.project(asked.caller.project).await?;
    let unknown = || ApiError::not_found("project_not_found", "The project is gone.");
    let app = api.apps.of_project(&project.ok_or_else(unknown)?).await.map_err(ApiError::from)?;
    let grant = granted(api, &app, &import).await?;
    let linking = linking(api);
    let whose = LinkFor {
        project: asked.caller.project,
        user: asked.user()?,
        connection: None,
        other_account: OtherAccount::Add,
        scopes: &app.terms.scopes,
        tags: &import.tags,
    };
    let stored = linking.store(&whose, &app, &grant).await?;
    stored.then?;
    linking.begin_sync(&stored.connection).await?;
    Ok(found(&json!({"data_source": describe(api, stored.connection).await?, "sync_url": null})))
}

fn read(body: &[u8]) -> Result<Import, Refusal> {
    let mut fields = Fields::of(body)?;
    let tokens = fields.object("authentication", |authentication| {
        let source = authentication.required("source", one_of(&[("DROPBOX", ())]));
        let access = authentication.required("access_token", token);
        // Without one the connection would end within four hours.
        let refresh = authentication.required("refresh_token", token);
        source.and(access.zip(refresh))
    });
    let tags = fields.object("sync_options", options::read);
    let (access, refresh) = fields.end(tokens)?;
    Ok(Import { access: AccessToken::new(access), refresh: RefreshToken::new(refresh), tags })
}

/// A token: visible ASCII characters.
fn token(value: &Value) -> Read<String> {
    let token = text(1..=MAX_TOKEN)(value)?;
    if token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(token);
    }
    Err(vec![WrongField::new("a token has visible ASCII characters only", "value_error.token")])
}

/// What the tokens stand for, as Dropbox says.
async fn granted(api: &CarbonApi, app: &OauthApp, import: &Import) -> Result<Grant, Refusal> {
    let refused = |error: &DropboxError| refused(error, "refresh_token");
    let refreshed = api.dropbox.refresh(app, &import.refresh).await.map_err(|error| refused(&error))?;
    let account = api.dropbox.current_account(&refreshed.access).await.map_err(|error| refused(&error))?;
    match api.dropbox.current_account(&import.access).await {
        Ok(other) if other.id != account.id => {
            return Err(wrong("access_token", "it is another account's than the refresh token"));
        }
        // An access token may have ended: the refresh token has just given another.
        Ok(_) | Err(DropboxError::TokenExpired) => {}
        Err(error) => return Err(self::refused(&error, "access_token")),
    }
    Ok(Grant {
        access: refreshed.access,
        refresh: refreshed.refresh.unwrap_or_else(|| import.refresh.clone()),
        life: refreshed.life,
        account: account.id,
        scopes: refreshed.scopes.unwrap_or_else(|| app.terms.scopes.clone()),
    })
}

fn refused(error: &DropboxError, field: &'static str) -> Refusal {
    match error {
        DropboxError::NeedsReauth(_) => {
            wrong(field, "Dropbox does not accept it for the project's Dropbox app")
        }
        DropboxError::RateLimited(rest) => paused(*rest).into(),
        error => {
            tracing::error!(%error, "tokens that were given could not be tried");
            let message = "Dropbox did not say what the tokens stand for; ask again in a few seconds.";
            ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_refused", message).after(5).into()
        }
    }
}

fn wrong(field: &'static str, message: &str) -> Refusal {
    Refusal::Fields(vec![WrongField::new(message, "value_error.token").in_body(&["authentication", field])])
}

fn linking(api: &CarbonApi) -> Linking<'_> {
    Linking {
        projects: api.projects.as_ref(),
        connections: api.connections.as_ref(),
        schedules: api.schedules.as_ref(),
        token_store: api.token_store.as_ref(),
        users: api.users.as_ref(),
        choices: api.choices.as_ref(),
        source_tags: api.source_tags.as_ref(),
        tokens: &api.tokens,
        dropbox: &api.dropbox,
        requests: &api.requests,
        bus: api.bus.as_ref(),
        clock: api.clock.as_ref(),
    }
}
