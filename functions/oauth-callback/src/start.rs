//! The start page, and the click on it.

use http::{Request, Response, header::SET_COOKIE};
use lambda_http::Body;
use page_kit::{cookie, own_page, redirect};
use shared::{
    answer::ApiError,
    dropbox::AuthorizeRequest,
    model::{BrowserSecret, FormSubject, Project, SecretHash, StateSecret, TicketSecret},
    store::{Authorization, Link, LinkStatus, StoreError, tag_source},
};
use url::Url;

use crate::{
    connect::{Connect, field, redirect_uri},
    links::{check_browser, finish_link, language},
    page::{self, Form, Leads},
    page_session, popup,
};

/// Shows the page that names project and user. It spends nothing, so a preview of the link does no harm.
/// The window of a popup whose opener is confirmed goes on at once: it was opened by the user's click.
pub(crate) async fn show(
    connect: &Connect,
    base: &Url,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let ticket = ticket(request.uri().query().unwrap_or_default().as_bytes())?;
    let link = open(connect, &ticket).await?;
    check_browser(&link, request.headers())?;
    let popup = popup::popup_of(connect, &link, request.headers()).await?;
    if popup.is_some_and(|popup| popup.is_opener_confirmed)
        && let Some(browser) = cookie::read(request.headers())
    {
        let project = project_of(connect, &link).await?;
        return ask_dropbox(connect, base, &ticket.hash(), link, &project, &browser).await;
    }
    let (project, leads) = tokio::try_join!(project_of(connect, &link), page_session::leads(connect, &link))?;
    let leads = if leads.is_some() { Leads::ToPages } else { Leads::ToDropbox };
    let browser = cookie::read_or_new(request.headers());
    let form = Form { ticket: &ticket, proof: &browser.form_proof(&FormSubject::Ticket(&ticket)) };
    let language = language(&link, request);
    let mut response = page::start((base, language), (&project, &link), &form, leads, &connect.dropbox);
    response.headers_mut().insert(SET_COOKIE, cookie::set(&browser));
    Ok(response)
}

/// Handles the person's click on our page: spends the ticket, binds the browser, and redirects it to
/// Dropbox, or to the pages of an account that is connected already.
pub(crate) async fn begin(
    connect: &Connect,
    base: &Url,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let ticket = ticket(request.body())?;
    let subject = FormSubject::Ticket(&ticket);
    let browser = own_page::browser(base, request.headers(), request.body(), &subject)?;
    let link = open(connect, &ticket).await?;
    check_browser(&link, request.headers())?;
    popup::popup_of(connect, &link, request.headers()).await?;
    let (project, leads) = tokio::try_join!(project_of(connect, &link), page_session::leads(connect, &link))?;
    match leads {
        Some(connection) => {
            tag_source(connect.store.as_ref(), connection, &link.tags).await?;
            let opened = page_session::open(connect, &link, &browser, Some(&ticket.hash())).await;
            let session = opened?.ok_or_else(unknown)?;
            // Polling tells that the page is open, and no longer that the link expires.
            let link = finish_link(connect, link, LinkStatus::Connected { connection }).await?;
            Ok(page_session::redirect(base, &session, &link, connection, &browser))
        }
        None => ask_dropbox(connect, base, &ticket.hash(), link, &project, &browser).await,
    }
}

/// Spends a ticket, binds the browser, and redirects it to Dropbox.
pub(crate) async fn ask_dropbox(
    connect: &Connect,
    base: &Url,
    ticket: &SecretHash,
    link: Link,
    project: &Project,
    browser: &BrowserSecret,
) -> Result<Response<Body>, ApiError> {
    let mut app = connect.apps.of_project(project).await?;
    if let Some(scopes) = &link.scopes {
        app.terms.scopes.clone_from(scopes);
    }
    let state = StateSecret::random();
    let own = link.popup.as_ref().and_then(|popup| popup.redirect_uri.clone());
    let redirect_uri = own.unwrap_or_else(|| redirect_uri(base, app.terms.redirect));
    let authorization = Authorization { link, browser: browser.hash(), app: app.key.clone() };
    match connect.store.authorize(ticket, &state.hash(), &authorization).await {
        Err(StoreError::Conflict) => return Err(unknown()),
        done => done?,
    }
    let request =
        AuthorizeRequest { redirect_uri: &redirect_uri, state: &state, verifier: &browser.pkce_verifier() };
    let url = connect.dropbox.authorize_url(&app, &request).map_err(|error| ApiError::unavailable(&error))?;
    let mut response = redirect(url.as_str());
    response.headers_mut().insert(SET_COOKIE, cookie::set(browser));
    Ok(response)
}

pub(crate) async fn project_of(connect: &Connect, link: &Link) -> Result<Project, ApiError> {
    connect.store.project(link.project).await?.ok_or_else(unknown)
}

async fn open(connect: &Connect, ticket: &TicketSecret) -> Result<Link, ApiError> {
    connect.store.ticket(&ticket.hash(), connect.clock.now()).await?.ok_or_else(unknown)
}

fn ticket(encoded: &[u8]) -> Result<TicketSecret, ApiError> {
    let missing =
        || ApiError::invalid("ticket_missing", "The address lacks its ticket; open the whole link.");
    field(encoded, "ticket").map(TicketSecret::new).ok_or_else(missing)
}

fn unknown() -> ApiError {
    let message = "This link was used before or is too old; ask the application for a new one.";
    ApiError::not_found("ticket_unknown", message)
}
