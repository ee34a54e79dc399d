//! The callback, to which Dropbox sends the browser back.

use http::{Request, Response, StatusCode};
use lambda_http::Body;
use page_kit::{cookie, redirect, wants_page};
use shared::{
    answer::{ApiError, json},
    dropbox::{DropboxError, RedirectPath},
    metrics::{Metric, Subject},
    model::{BrowserSecret, ConnectionId, LinkPage, Project, StateSecret},
    store::{Authorization, Link, LinkStatus},
};
use url::Url;

use crate::{
    account::{self, not_exchanged},
    connect::{Connect, field, redirect_uri},
    links::{finish_link, language, to_json},
    page, page_session, popup,
};

/// Dropbox's decision in the query: either a code or an error.
enum Said {
    Yes { code: String },
    No { error: String },
}

pub(crate) async fn run(
    connect: &Connect,
    base: &Url,
    redirect: RedirectPath,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let (said, browser, authorization) = match come_back(connect, request).await {
        Ok(back) => back,
        Err(error) => {
            connect.metrics.count(Subject::NOBODY, Metric::CallbacksFailed, 1);
            return Err(error);
        }
    };
    let own = authorization.link.popup.as_ref().and_then(|popup| popup.redirect_uri.clone());
    let redirect_uri = own.unwrap_or_else(|| redirect_uri(base, redirect));
    match finish(connect, &redirect_uri, said, &authorization, &browser).await {
        Ok(connection) => {
            count(connect, &authorization.link, Some(connection), Metric::AccountsConnected);
            popup::set_external_id(connect, &authorization.link, connection).await;
            let status = LinkStatus::Connected { connection };
            let link = finish_link(connect, authorization.link, status).await?;
            if link.popup.is_some() && wants_page(request.headers()) {
                return Ok(popup::connected((base, language(&link, request))));
            }
            connected(connect, base, &link, connection, &browser, request).await
        }
        Err((status, error)) => {
            if status != LinkStatus::Denied {
                count(connect, &authorization.link, None, Metric::CallbacksFailed);
            }
            let link = finish_link(connect, authorization.link, status).await?;
            match &link.popup {
                Some(terms) if wants_page(request.headers()) => {
                    Ok(popup::not_connected((base, language(&link, request)), terms, &error))
                }
                _ => not_connected(connect, base, &link, error, request).await,
            }
        }
    }
}

/// Returns Dropbox's decision, and the authorization that this browser began. The authorization is spent
/// by that.
async fn come_back(
    connect: &Connect,
    request: &Request<Body>,
) -> Result<(Said, BrowserSecret, Authorization), ApiError> {
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let said = said(query)?;
    let state = field(query, "state").map(StateSecret::new).ok_or_else(unknown)?;
    let browser = cookie::read(request.headers()).ok_or_else(unknown)?;
    let taken = connect.store.take_authorization(&state.hash(), &browser.hash(), connect.clock.now()).await?;
    Ok((said, browser, taken.ok_or_else(unknown)?))
}

fn count(connect: &Connect, link: &Link, connection: Option<ConnectionId>, metric: Metric) {
    connect.metrics.count(Subject { connection, ..Subject::of_project(link.project) }, metric, 1);
}

async fn finish(
    connect: &Connect,
    redirect_uri: &str,
    said: Said,
    authorization: &Authorization,
    browser: &BrowserSecret,
) -> Result<ConnectionId, (LinkStatus, ApiError)> {
    let code = match said {
        Said::Yes { code } => code,
        Said::No { error } => return Err(denied(&error)),
    };
    let app = connect.apps.with_key(&authorization.app).await.map_err(|error| failed(error.into()))?;
    let verifier = browser.pkce_verifier();
    let grant = connect.dropbox.exchange_code(&app, &code, Some(&verifier), redirect_uri).await;
    let grant = grant.map_err(|error| failed(refused(&error)))?;
    account::link_account(connect, &authorization.link, &app, grant).await.map_err(failed)
}

/// Answers after an account was connected: with the page on which the link ends, the application's address,
/// or a page of ours.
async fn connected(
    connect: &Connect,
    base: &Url,
    link: &Link,
    connection: ConnectionId,
    browser: &BrowserSecret,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    if !wants_page(request.headers()) {
        return Ok(json(StatusCode::OK, &to_json(link)));
    }
    if link.page != LinkPage::Connect
        && let Some(session) = page_session::open(connect, link, browser, None).await?
    {
        return Ok(page_session::redirect(base, &session, link, connection, browser));
    }
    let project = connect.store.project(link.project).await?;
    if let Some(url) = return_address(project.as_ref(), link) {
        return Ok(redirect(returned(url, link).as_str()));
    }
    Ok(page::connected((base, language(link, request)), project.as_ref(), link))
}

/// Answers after nothing was connected: the application learns it as it learns of a success.
async fn not_connected(
    connect: &Connect,
    base: &Url,
    link: &Link,
    error: ApiError,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    if !wants_page(request.headers()) {
        return Err(error);
    }
    let project = connect.store.project(link.project).await?;
    if let Some(url) = return_address(project.as_ref(), link) {
        return Ok(redirect(returned(url, link).as_str()));
    }
    Ok(page::not_connected((base, language(link, request)), project.as_ref(), link, &error))
}

/// Returns the address to which the browser returns, if its origin is still one of the project's.
fn return_address(project: Option<&Project>, link: &Link) -> Option<Url> {
    let address = link.return_to.as_deref()?;
    project.filter(|project| project.has_origin_of(address))?;
    Url::parse(address).ok()
}

fn said(query: &[u8]) -> Result<Said, ApiError> {
    match (field(query, "code"), field(query, "error")) {
        (Some(code), None) => Ok(Said::Yes { code }),
        (None, Some(error)) => Ok(Said::No { error }),
        _ => {
            Err(ApiError::invalid("malformed_callback", "The address must carry either a code or an error."))
        }
    }
}

fn returned(mut url: Url, link: &Link) -> Url {
    url.query_pairs_mut().append_pair("link", &link.id.to_string()).append_pair("status", link.status.word());
    url
}

fn unknown() -> ApiError {
    let message = "This connect was finished before, is too old, or began in another browser; start again.";
    ApiError::invalid("state_unknown", message)
}

fn denied(error: &str) -> (LinkStatus, ApiError) {
    if error == "access_denied" {
        let message = "You said no at Dropbox; nothing was connected.";
        return (LinkStatus::Denied, ApiError::new(StatusCode::FORBIDDEN, "access_denied", message));
    }
    failed(ApiError::invalid("dropbox_refused", "Dropbox did not offer the connection; start again."))
}

fn failed(error: ApiError) -> (LinkStatus, ApiError) {
    (LinkStatus::Failed { reason: error.message.clone() }, error)
}

fn refused(error: &DropboxError) -> ApiError {
    match error {
        DropboxError::CodeRefused(_) => ApiError::invalid(
            "code_refused",
            "Dropbox does not accept the code: it was used before or is too old.",
        ),
        error => not_exchanged(error),
    }
}
