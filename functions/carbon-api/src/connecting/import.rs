//! `POST /integrations/connect`: connects an account whose tokens the application has.

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, paused},
    linking::{GivenTokens, LinkFor, Linking, MAX_GIVEN_TOKEN, NotTaken, is_token, try_given},
    model::{AccessToken, RefreshToken, Tags},
    store::OtherAccount,
};

use super::options;
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    data_sources::describe,
    fields::{Fields, Read, WrongField, one_of, text},
    request::AuthorizedRequest,
};

struct Import {
    tokens: GivenTokens,
    tags: Tags,
}

/// Tries the refresh token at Dropbox at once, so that an invalid one is refused here and not hours later.
/// The tokens are then stored like those of a connect. If that fails they are not revoked, because they are
/// the application's own.
pub(crate) async fn import(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let import = read(request.body)?;
    let project = api.store.project(request.caller.project).await?;
    let unknown = || ApiError::not_found("project_not_found", "The project is gone.");
    let app = api.apps.of_project(&project.ok_or_else(unknown)?).await.map_err(ApiError::from)?;
    let grant = try_given(&api.dropbox, &app, &import.tokens).await.map_err(refused)?;
    let linking = linking(api);
    let whose = LinkFor {
        project: request.caller.project,
        user: request.user()?,
        connection: None,
        other_account: OtherAccount::Add,
        scopes: &app.terms.scopes,
        tags: &import.tags,
        chooses: false,
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
        // Without a refresh token the connection would end within four hours.
        let refresh = authentication.required("refresh_token", token);
        source.and(access.zip(refresh))
    });
    let tags = fields.object("sync_options", |fields| options::read(fields).data_source_tags);
    let (access, refresh) = fields.end(tokens)?;
    let tokens = GivenTokens { refresh: RefreshToken::new(refresh), access: Some(AccessToken::new(access)) };
    Ok(Import { tokens, tags })
}

fn token(value: &Value) -> Read<String> {
    let token = text(1..=MAX_GIVEN_TOKEN)(value)?;
    if is_token(&token) {
        return Ok(token);
    }
    Err(vec![WrongField::new("a token has visible ASCII characters only", "value_error.token")])
}

fn refused(error: NotTaken) -> Refusal {
    match error {
        NotTaken::Refused(token) => {
            wrong(token.field(), "Dropbox does not accept it for the project's Dropbox app")
        }
        NotTaken::OfAnotherAccount => wrong("access_token", "it is another account's than the refresh token"),
        NotTaken::Paused(rest) => paused(rest).into(),
        NotTaken::Unknown => {
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
        store: api.store.as_ref(),
        tokens: &api.tokens,
        dropbox: &api.dropbox,
        requests: &api.requests,
        bus: api.bus.as_ref(),
        clock: api.clock.as_ref(),
    }
}
