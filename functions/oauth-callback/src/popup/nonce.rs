//! `GET …/oauth-nonce`: the window of a popup. Its address has the user's token, so nothing is shown there:
//! the window goes on to an address of ours at once, also if the token is refused.

use http::{
    HeaderMap, HeaderValue, Request, Response,
    header::{AUTHORIZATION, SET_COOKIE},
};
use lambda_http::Body;
use page_kit::{cookie, redirect, wants_page};
use shared::{
    address,
    answer::ApiError,
    caller::{Caller, CallerKind, Operation},
    model::{BrowserSecret, SecretHash, TicketSecret},
    store::{Link, Popup},
};
use url::Url;

use super::{build::integration, origin};
use crate::connect::{Connect, field};

/// Path of the window's own page.
pub(super) const WINDOW: &str = "connect/popup";

/// Opens a popup, and sends its window to the page without the token.
pub(super) async fn open(
    connect: &Connect,
    base: &Url,
    project: &str,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let mut window = address::below(base, WINDOW);
    match opened(connect, project, request).await {
        Ok((ticket, browser)) => {
            window.query_pairs_mut().append_pair("ticket", ticket.expose());
            let mut response = redirect(window.as_str());
            response.headers_mut().insert(SET_COOKIE, cookie::set(&browser));
            Ok(response)
        }
        Err(error) if wants_page(request.headers()) => {
            window.query_pairs_mut().append_pair("refused", error.code);
            Ok(redirect(window.as_str()))
        }
        Err(error) => Err(error),
    }
}

async fn opened(
    connect: &Connect,
    project: &str,
    request: &Request<Body>,
) -> Result<(TicketSecret, BrowserSecret), ApiError> {
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let token = field(query, "userToken").unwrap_or_default();
    let caller = page_of_token(connect, Operation::OpenSdkPopup, project, &token, request.headers()).await?;
    let project = connect.store.project(caller.project).await?.ok_or_else(token_missing)?;
    let origin = origin::registered(Some(&project), field(query, "originForPostMessage").as_deref())?;
    integration(project.id, query)?;
    let (ticket, browser) = (TicketSecret::random(), cookie::read_or_new(request.headers()));
    let now = connect.clock.now();
    let popup = Popup {
        ticket: ticket.hash(),
        project: project.id,
        user: caller.user,
        origin,
        token: SecretHash::of(&token),
        browser: browser.hash(),
        is_opener_confirmed: false,
        opened_at: now,
        valid_until: now.plus(Link::LIFE),
    };
    connect.store.open_popup(&popup).await?;
    Ok((ticket, browser))
}

/// Checks the token of a query or form as that of a header is checked.
pub(crate) async fn page_of_token(
    connect: &Connect,
    operation: Operation,
    project: &str,
    token: &str,
    headers: &HeaderMap,
) -> Result<Caller, ApiError> {
    let bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| token_missing())?;
    let mut headers = headers.clone();
    headers.insert(AUTHORIZATION, bearer);
    let (projects, now) = (connect.store.as_ref(), connect.clock.now());
    let caller = Caller::check(projects, operation, project, &headers, now).await?;
    if caller.kind == CallerKind::UserToken { Ok(caller) } else { Err(token_missing()) }
}

fn token_missing() -> ApiError {
    ApiError::invalid("token_missing", "The address must carry the user's token in userToken.")
}
