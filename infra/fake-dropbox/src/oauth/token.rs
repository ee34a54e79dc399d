//! Endpoint `/oauth2/token`, which exchanges codes and refresh tokens for access tokens.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use rusqlite::Transaction;
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::{
    client::{self, Client},
    code::{self, AuthorizeRequest},
    form::Parameters,
    grants::{self, LIFETIME},
    refusal::Refusal,
    scope,
};
use crate::{api::json_body, service::Service};

/// Length of a refresh token, which distinguishes it from a code.
const REFRESH_TOKEN: usize = 64;

#[derive(Debug, Default, Serialize)]
struct Answer {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
}

/// Serves the token endpoint.
pub(crate) async fn token(State(service): State<Arc<Service>>, mut request: Request) -> Response {
    service.count("oauth2/token");
    let basic = client::basic(&request);
    let parameters = Parameters::of_form(&mut request).await;
    let answered = spawn_blocking(move || answer(&service, basic.as_deref(), &parameters)).await;
    match answered.unwrap_or_else(|error| Err(error.into())) {
        Ok(answer) => json_body(StatusCode::OK, &answer),
        Err(refusal) => refusal.response(),
    }
}

fn answer(service: &Service, basic: Option<&str>, parameters: &Parameters) -> Result<Answer, Refusal> {
    let client = Client::read(service, basic, parameters)?;
    match parameters.get("grant_type") {
        Some("authorization_code") => exchange(service, &client, parameters),
        Some("refresh_token") => service.db.transact(|db| refresh(db, service, &client, parameters)),
        Some(_) => Err(Refusal::UnsupportedGrantType),
        None => Err(Refusal::InvalidRequest("missing required field \"grant_type\"")),
    }
}

/// Redeems a code. It is used up even if something else is wrong, so that a thief has only one attempt.
fn exchange(service: &Service, client: &Client, parameters: &Parameters) -> Result<Answer, Refusal> {
    let unknown = Refusal::InvalidGrant("code doesn't exist or has expired");
    let code = parameters.get("code").ok_or(Refusal::InvalidRequest("missing required field \"code\""))?;
    let redeemed = service.db.transact(|db| code::redeem(db, code, service.clock.seconds()))?;
    let Some((request, account)) = redeemed.filter(|(request, _)| request.app == client.key) else {
        return Err(unknown);
    };
    check(&request, client, parameters)?;
    let account = service.account(account).ok_or(unknown)?;
    service.db.transact(|db| {
        let how = (request.challenge.is_some(), request.offline);
        let namespace = account.profile.namespace;
        let (permission, refresh_token) = grants::grant(db, &request.app, namespace, &request.scopes, how)?;
        Ok(Answer {
            refresh_token,
            scope: Some(request.scopes.join(" ")),
            uid: Some(account.profile.uid.to_string()),
            account_id: Some(account.profile.account_id.clone()),
            ..issue(db, service, permission, &request.scopes)?
        })
    })
}

fn check(request: &AuthorizeRequest, client: &Client, parameters: &Parameters) -> Result<(), Refusal> {
    client.require(request.challenge.is_some())?;
    if parameters.get("redirect_uri") != request.redirect_uri.as_deref() {
        return Err(Refusal::InvalidGrant("redirect_uri mismatch"));
    }
    match (&request.challenge, parameters.get("code_verifier")) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(Refusal::InvalidGrant("code was not requested with a code_challenge")),
        (Some(_), None) => Err(Refusal::InvalidGrant("code_verifier is missing")),
        (Some(challenge), Some(verifier)) if challenge.is_met_by(verifier) => Ok(()),
        (Some(_), Some(_)) => Err(Refusal::InvalidGrant("invalid code verifier")),
    }
}

fn refresh(
    db: &Transaction<'_>,
    service: &Service,
    client: &Client,
    parameters: &Parameters,
) -> Result<Answer, Refusal> {
    let missing = Refusal::InvalidRequest("missing required field \"refresh_token\"");
    let token = parameters.get("refresh_token").ok_or(missing)?;
    if token.len() != REFRESH_TOKEN {
        return Err(Refusal::InvalidGrant("refresh token is malformed"));
    }
    let permission = grants::refreshable(db, token)?.filter(|permission| permission.app == client.key);
    let permission = permission.ok_or(Refusal::InvalidGrant("refresh token is invalid or revoked"))?;
    client.require(permission.pkce)?;
    let Some(wanted) = parameters.get("scope").map(scope::split) else {
        return issue(db, service, permission.id, &permission.scopes);
    };
    if !scope::is_subset(&wanted, &permission.scopes) {
        return Err(Refusal::InvalidScope);
    }
    Ok(Answer { scope: Some(wanted.join(" ")), ..issue(db, service, permission.id, &wanted)? })
}

fn issue(
    db: &Transaction<'_>,
    service: &Service,
    permission: i64,
    scopes: &[String],
) -> Result<Answer, Refusal> {
    let access_token = grants::issue(db, permission, scopes, service.clock.seconds())?;
    Ok(Answer { access_token, token_type: "bearer", expires_in: LIFETIME, ..Answer::default() })
}
