//! Endpoint `/oauth2/authorize`, at which a person grants an app access to an account, or refuses.
//!
//! A person who grants access is signed in afterwards, see [`session`]. A signed-in person who has already
//! granted everything that an app requests is redirected at once, unless the app sets `force_reapprove=true`
//! or `force_reauthentication=true`.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use tokio::task::spawn_blocking;

use super::{
    code::{self, AuthorizeRequest},
    form::Parameters,
    grants, page,
    pkce::Challenge,
    redirect::Redirect,
    scope, session,
};
use crate::{AppSettings, content::Account, service::Service};

/// Longest state, in bytes.
const LONGEST_STATE: usize = 500;

/// Serves the page on which a person decides.
pub(crate) async fn show(State(service): State<Arc<Service>>, request: Request) -> Response {
    service.count("oauth2/authorize");
    let (parameters, signed_in) = (Parameters::of_query(&request), session::account_id(request.headers()));
    respond(move || ask(&service, &parameters, signed_in.as_deref())).await
}

/// Handles the person's decision.
pub(crate) async fn answer(State(service): State<Arc<Service>>, mut request: Request) -> Response {
    service.count("oauth2/authorize");
    let parameters = Parameters::of_form(&mut request).await;
    respond(move || decide(&service, &parameters)).await
}

async fn respond(work: impl FnOnce() -> anyhow::Result<Response> + Send + 'static) -> Response {
    let answered = spawn_blocking(work).await.unwrap_or_else(|error| Err(error.into()));
    answered.unwrap_or_else(|error| {
        tracing::error!("authorize page: {error:#}");
        page::sentence(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.")
    })
}

fn ask(service: &Service, parameters: &Parameters, signed_in: Option<&str>) -> anyhow::Result<Response> {
    let refuse = |sentence| Ok(page::sentence(StatusCode::BAD_REQUEST, sentence));
    let Some(app) = parameters.get("client_id").and_then(|key| service.app(key)) else {
        return refuse("The app that sent you here is not known: its client_id is wrong.");
    };
    let uri = parameters.get("redirect_uri");
    if uri.is_some_and(|uri| !app.redirect_uris.iter().any(|known| known == uri)) {
        return refuse(
            "The app that sent you here gave an address that is not registered for it: redirect_uri.",
        );
    }
    let state = parameters.get("state");
    if state.is_some_and(|state| state.len() > LONGEST_STATE) {
        return refuse("The app that sent you here gave a state of more than 500 bytes.");
    }
    let redirect = Redirect::new(&app.name, uri, state);
    let request = match read(&app, uri, parameters) {
        Ok(request) => request,
        Err((error, description)) => return redirect.error(error, description),
    };
    let account =
        signed_in.and_then(|id| service.accounts.iter().find(|account| account.profile.account_id == id));
    match account {
        Some(account) if !is_forced(parameters) && has_granted(service, account, &request)? => {
            redirect.code(&code(service, account, &request)?)
        }
        _ => {
            let secret = service.db.transact(|db| code::remember(db, &request, service.clock.seconds()))?;
            let account = account.map(Arc::as_ref);
            Ok(page::consent(&app.name, &request.scopes, &service.accounts, account, &secret))
        }
    }
}

/// Whether the app wants the person to be asked in any case.
fn is_forced(parameters: &Parameters) -> bool {
    let forces = ["force_reapprove", "force_reauthentication"];
    forces.iter().any(|force| parameters.get(force) == Some("true"))
}

/// Whether the owner of an account has granted all of this before.
fn has_granted(service: &Service, account: &Account, request: &AuthorizeRequest) -> anyhow::Result<bool> {
    let namespace = account.profile.namespace;
    let granted = service.db.transact(|db| grants::granted(db, &request.app, namespace))?;
    Ok(granted.iter().any(|granted| scope::is_subset(&request.scopes, granted)))
}

fn code(service: &Service, account: &Account, request: &AuthorizeRequest) -> anyhow::Result<String> {
    let now = service.clock.seconds();
    service.db.transact(|db| code::issue(db, request, account.profile.namespace, now))
}

/// Reads the app's request; the error is OAuth's code for it and a sentence.
fn read(
    app: &AppSettings,
    uri: Option<&str>,
    parameters: &Parameters,
) -> Result<AuthorizeRequest, (&'static str, &'static str)> {
    if parameters.get("response_type") != Some("code") {
        return Err(("unsupported_response_type", "response_type must be code"));
    }
    let scopes = parameters.get("scope").map_or_else(|| app.scopes.clone(), scope::split);
    if !scope::is_subset(&scopes, &app.scopes) {
        return Err(("invalid_scope", "the app may not ask for all of these scopes"));
    }
    let offline = match parameters.get("token_access_type") {
        Some("offline") => true,
        None | Some("online" | "legacy") => false,
        Some(_) => return Err(("invalid_request", "token_access_type must be online or offline")),
    };
    let challenge =
        Challenge::read(parameters.get("code_challenge"), parameters.get("code_challenge_method"));
    Ok(AuthorizeRequest {
        app: app.key.clone(),
        redirect_uri: uri.map(ToOwned::to_owned),
        state: parameters.get("state").map(ToOwned::to_owned),
        scopes,
        offline,
        challenge: challenge.map_err(|sentence| ("invalid_request", sentence))?,
    })
}

fn decide(service: &Service, parameters: &Parameters) -> anyhow::Result<Response> {
    let refuse = |sentence| Ok(page::sentence(StatusCode::BAD_REQUEST, sentence));
    let now = service.clock.seconds();
    let secret = parameters.get("request").unwrap_or_default();
    let Some(request) = service.db.transact(|db| code::recall(db, secret, now))? else {
        return refuse(
            "This page was answered already, or it is too old. Go back to the app and begin again.",
        );
    };
    let Some(app) = service.app(&request.app) else {
        return refuse("The app that sent you here is not known any more.");
    };
    let redirect = Redirect::new(&app.name, request.redirect_uri.as_deref(), request.state.as_deref());
    if parameters.get("decision") != Some("approve") {
        let sentence = "The user chose not to give your app access to their Dropbox account.";
        return redirect.error("access_denied", sentence);
    }
    let chosen = parameters.get("account").unwrap_or_default();
    let Some(account) = service.accounts.iter().find(|account| account.profile.account_id == chosen) else {
        return refuse("This account does not exist. Go back to the app and begin again.");
    };
    let response = redirect.code(&code(service, account, &request)?)?;
    Ok(session::signed_in(response, account))
}
