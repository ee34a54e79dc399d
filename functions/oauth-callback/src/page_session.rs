//! From a link to a session of the pages on which users choose and look.

use http::{Response, header::SET_COOKIE};
use lambda_http::Body;
use page_kit::cookie;
use shared::{
    address,
    answer::ApiError,
    model::{BrowserSecret, Connection, ConnectionId, ConnectionStatus, LinkPage, PageSession, SecretHash},
    store::{Link, StoreError},
};
use url::Url;
use uuid::Uuid;

use crate::connect::Connect;

/// Returns the connection whose pages a link opens without asking Dropbox; `None` if an account has to be
/// connected first.
pub(crate) async fn leads(connect: &Connect, link: &Link) -> Result<Option<ConnectionId>, ApiError> {
    if link.page == LinkPage::Connect || link.asks_dropbox {
        return Ok(None);
    }
    let all = match link.connection {
        Some(id) => connect.store.connection(id).await?.into_iter().collect(),
        None => connect.store.connections_of_user(link.project, &link.user).await?,
    };
    let works = |one: &Connection| {
        // Looking helps even if the account has to be connected again: that page offers it.
        one.status == ConnectionStatus::Active
            || (link.page.is_for_looking() && one.status == ConnectionStatus::NeedsReauth)
    };
    // Only Dropbox can give what the account has not.
    let has_scopes = |one: &Connection| link.scopes.iter().flatten().all(|scope| one.scopes.contains(scope));
    let leads = Connection::preferred(all).filter(|one| works(one) && has_scopes(one));
    Ok(leads.map(|connection| connection.id))
}

/// Opens a session of the pages for a link in this browser; `None` if the ticket was spent before.
pub(crate) async fn open(
    connect: &Connect,
    link: &Link,
    browser: &BrowserSecret,
    ticket: Option<&SecretHash>,
) -> Result<Option<PageSession>, ApiError> {
    let now = connect.clock.now();
    let session = PageSession {
        id: Uuid::new_v4(),
        project: link.project,
        user: link.user.clone(),
        browser: browser.hash(),
        link: link.visit.unwrap_or(link.id),
        return_to: link.return_to.clone(),
        language: link.language.clone(),
        label: link.label.clone(),
        page: link.page,
        opened: Some(now),
        valid_until: now.plus(PageSession::LIFE),
    };
    match connect.store.add_page_session(&session, ticket).await {
        Err(StoreError::Conflict) => Ok(None),
        added => {
            added?;
            Ok(Some(session))
        }
    }
}

/// Redirects the browser to the page on which its link ends.
pub(crate) fn redirect(
    base: &Url,
    session: &PageSession,
    link: &Link,
    connection: ConnectionId,
    browser: &BrowserSecret,
) -> Response<Body> {
    let page = match link.page {
        LinkPage::Choose => format!("connections/{connection}/choose"),
        LinkPage::Connect | LinkPage::Manage => format!("connections/{connection}"),
        LinkPage::Workflows => "workflows".to_owned(),
    };
    let path = format!("pages/{}/{page}", session.id);
    let mut response = page_kit::redirect(address::below(base, &path).path());
    response.headers_mut().insert(SET_COOKIE, cookie::set(browser));
    response
}
