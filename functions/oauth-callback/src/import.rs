//! `POST /projects/{project}/connections`: imports an account whose tokens the project's server has from
//! elsewhere.

use http::{Request, Response, StatusCode};
use lambda_http::Body;
use serde::Deserialize;
use serde_json::json;
use shared::{
    answer::{self, ApiError, paused},
    body::object,
    caller::Operation,
    linking::{GivenTokens, LinkFor, MAX_GIVEN_TOKEN, NotTaken, is_token, try_given},
    metrics::{Metric, Subject},
    model::{AccessToken, RefreshToken, Tags},
    store::OtherAccount,
};

use crate::{account, connect::Connect, links};

/// Maximum size of a body, in bytes: two tokens, and room for the rest.
const MAX_BODY: usize = 2 * MAX_GIVEN_TOKEN + 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ImportRequest {
    refresh_token: String,
    access_token: Option<String>,
}

/// Stores the tokens like those of a connect. If that fails they are not revoked, because they are the
/// application's own.
pub(crate) async fn run(
    connect: &Connect,
    project: &str,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let caller = links::server(connect, Operation::ImportConnection, project, request).await?;
    let given = read(request.body())?;
    let project = connect.store.project(caller.project).await?;
    let gone = || ApiError::not_found("project_not_found", "The project is gone.");
    let app = connect.apps.of_project(&project.ok_or_else(gone)?).await?;
    let grant = try_given(&connect.dropbox, &app, &given).await.map_err(refused)?;
    let whose = LinkFor {
        project: caller.project,
        user: &caller.user,
        connection: None,
        other_account: OtherAccount::Add,
        scopes: &app.terms.scopes,
        tags: &Tags::default(),
        chooses: false,
    };
    let linking = account::linking(connect);
    let stored = linking.store(&whose, &app, &grant).await?;
    stored.then?;
    linking.begin_sync(&stored.connection).await?;
    connect.metrics.count(Subject::of(&stored.connection), Metric::AccountsConnected, 1);
    let body = json!({"id": stored.connection.id, "status": stored.connection.status});
    Ok(answer::json(StatusCode::CREATED, &body))
}

fn read(body: &[u8]) -> Result<GivenTokens, ApiError> {
    let malformed = || {
        let message = "The body must be an object with refresh_token, and access_token if you have it: texts of visible \
                       ASCII characters.";
        ApiError::invalid("malformed_body", message)
    };
    let ImportRequest { refresh_token, access_token } = object(body, MAX_BODY).ok_or_else(malformed)?;
    if !is_token(&refresh_token) || access_token.as_deref().is_some_and(|token| !is_token(token)) {
        return Err(malformed());
    }
    Ok(GivenTokens { refresh: RefreshToken::new(refresh_token), access: access_token.map(AccessToken::new) })
}

fn refused(error: NotTaken) -> ApiError {
    match error {
        NotTaken::Refused(token) => {
            let message = format!("Dropbox does not accept {} for the project's Dropbox app.", token.field());
            ApiError::invalid("token_not_accepted", message)
        }
        NotTaken::OfAnotherAccount => {
            let message = "access_token is another account's than refresh_token.";
            ApiError::invalid("token_not_accepted", message)
        }
        NotTaken::Paused(rest) => paused(rest),
        NotTaken::Unknown => {
            let message = "Dropbox did not say what the tokens stand for; ask again in a few seconds.";
            ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_refused", message).after(5)
        }
    }
}
