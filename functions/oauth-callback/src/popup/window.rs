//! `/connect/popup`: the page of a popup's window.

use std::time::Duration;

use http::{Request, Response, StatusCode};
use lambda_http::Body;
use page_kit::{Language, bare, cookie, own_page, wants_page};
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, json},
    model::{BrowserSecret, FormSubject, TicketSecret},
    store::{LinkStatus, Popup, PopupCall, PopupOutcome, StoreError},
};
use url::Url;

use super::page;
use crate::{
    connect::{Connect, field},
    page::Form,
    start,
};

/// Longest time by which a page's call can precede its window: the page calls first, and the window follows
/// when its own request arrives.
const CALL_AHEAD: Duration = Duration::from_secs(10);

/// Shows the window's page; to its script, how far the page's call has come.
pub(super) async fn show(
    connect: &Connect,
    base: &Url,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let query = request.uri().query().unwrap_or_default().as_bytes();
    if let Some(code) = field(query, "refused") {
        return Ok(page::refused((base, Language::of_browser(request.headers())), &code));
    }
    let ticket = ticket(query)?;
    let browser = cookie::read(request.headers()).ok_or_else(unknown)?;
    let popup = read(connect, &browser, &ticket).await?;
    if !wants_page(request.headers()) {
        let call = call_of(connect, &popup).await?;
        return Ok(json(StatusCode::OK, &state(call.as_ref())));
    }
    let project = connect.store.project(popup.project).await?.ok_or_else(unknown)?;
    let form = Form { ticket: &ticket, proof: &browser.form_proof(&FormSubject::Ticket(&ticket)) };
    let language = Language::of_browser(request.headers());
    Ok(page::window((base, language), (&project, &popup), &form, &connect.dropbox))
}

/// Records that the window has seen its opener. Taken from the window's own script only.
pub(super) async fn confirm_opener(
    connect: &Connect,
    base: &Url,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let ticket = ticket(request.body())?;
    let browser = own_page::browser(base, request.headers(), request.body(), &FormSubject::Ticket(&ticket))?;
    read(connect, &browser, &ticket).await?;
    match connect.store.confirm_opener(&browser.hash(), &ticket.hash()).await {
        Err(StoreError::Conflict) => Err(unknown()),
        confirmed => confirmed.map(|()| bare(StatusCode::NO_CONTENT, Body::Empty)).map_err(ApiError::from),
    }
}

/// Handles the click on the window's page, where the application's page cannot send the window on: goes
/// to Dropbox with the link that the page's call has made.
pub(super) async fn go_on(
    connect: &Connect,
    base: &Url,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let ticket = ticket(request.body())?;
    let browser = own_page::browser(base, request.headers(), request.body(), &FormSubject::Ticket(&ticket))?;
    let popup = read(connect, &browser, &ticket).await?;
    let (link, ticket) = match call_of(connect, &popup).await?.map(|call| call.outcome) {
        Some(PopupOutcome::Made { link, ticket }) => (link, ticket),
        Some(PopupOutcome::Refused { .. }) | None => return Err(not_made()),
    };
    let link = connect.store.link(popup.project, link).await?.ok_or_else(unknown)?;
    let is_own = link.user == popup.user && link.status == LinkStatus::Pending;
    let is_open = link.valid_until > connect.clock.now();
    if !is_own || !is_open {
        return Err(unknown());
    }
    let project = start::project_of(connect, &link).await?;
    start::ask_dropbox(connect, base, &ticket, link, &project, &browser).await
}

async fn read(connect: &Connect, browser: &BrowserSecret, ticket: &TicketSecret) -> Result<Popup, ApiError> {
    let now = connect.clock.now();
    connect.store.popup(&browser.hash(), &ticket.hash(), now).await?.ok_or_else(unknown)
}

/// Returns the page's call that belongs to the window, if it has arrived.
async fn call_of(connect: &Connect, popup: &Popup) -> Result<Option<PopupCall>, ApiError> {
    let call = connect.store.popup_call(&popup.token, connect.clock.now()).await?;
    Ok(call.filter(|call| call.at.plus(CALL_AHEAD) >= popup.opened_at))
}

/// Returns how far the page's call has come, for the window's script.
fn state(call: Option<&PopupCall>) -> Value {
    match call.map(|call| &call.outcome) {
        None => json!({"state": "waiting"}),
        Some(PopupOutcome::Made { .. }) => json!({"state": "ready"}),
        Some(PopupOutcome::Refused { code, message }) => {
            json!({"state": "refused", "code": code, "message": message})
        }
    }
}

fn ticket(encoded: &[u8]) -> Result<TicketSecret, ApiError> {
    field(encoded, "ticket").map(TicketSecret::new).ok_or_else(|| {
        ApiError::invalid("ticket_missing", "The address lacks its ticket; connect again in the application.")
    })
}

fn unknown() -> ApiError {
    let message = "This window is too old, was used before, or is not the one that the application has \
        opened; close it and connect again in the application.";
    ApiError::not_found("popup_unknown", message)
}

fn not_made() -> ApiError {
    let message = "The application has not asked for the connect; close this window and connect again there.";
    ApiError::new(StatusCode::CONFLICT, "popup_not_ready", message)
}
