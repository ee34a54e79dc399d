//! `POST …/sdk/portal/choose`: from the portal to the pages on which the user chooses, in a tab of its own.
//!
//! The portal is in a frame of the application's page, where browsers send no cookie of ours. Its button posts
//! a form into a new tab, with the user's token in the body, so that it gets into no address. It leads to a
//! start page like any other, which says for whom the pages are, and asks for a click: a page that has framed
//! the portal for a user of its own cannot have a visitor choose for that user unseen. The link works in this
//! browser only, so nobody with a user's token has an address for somebody else (T20, T21).

use http::{Request, Response, StatusCode, header::SET_COOKIE};
use lambda_http::Body;
use page_kit::{cookie, own_page, redirect};
use shared::{
    address,
    answer::ApiError,
    caller::Operation,
    model::{ConnectionName, LinkPage},
    store::{Link, OtherAccount},
};
use url::Url;

use crate::{
    connect::{Connect, field},
    links,
    popup::{self, registered},
};

/// Largest form of the portal, in bytes.
const MAX_FORM: usize = 16 * 1024;

pub(crate) async fn leave(
    connect: &Connect,
    base: &Url,
    project: &str,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    own_page::check_sender(base, request.headers())?;
    let form: &[u8] = request.body();
    if form.len() > MAX_FORM {
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The form is too large."));
    }
    let token = field(form, "token").unwrap_or_default();
    let caller =
        popup::page_of_token(connect, Operation::LeaveSdkPortal, project, &token, request.headers()).await?;
    let project = connect.store.project(caller.project).await?;
    registered(project.as_ref(), field(form, "origin").as_deref())?;
    let name: Option<ConnectionName> = field(form, "credential").and_then(|name| name.parse().ok());
    let connection =
        links::connection_to_repair(connect, &caller, name.ok_or_else(credential_missing)?).await?;
    let browser = cookie::read_or_new(request.headers());
    let (link, ticket) = Link::new(caller.project, caller.user, connect.clock.now());
    let link = Link {
        connection: Some(connection),
        other_account: OtherAccount::Refuse,
        page: LinkPage::Choose,
        browser: Some(browser.hash()),
        ..link
    };
    connect.store.add_link(&link, &ticket.hash()).await?;
    let mut response = redirect(address::of_connect(base, &ticket).as_str());
    response.headers_mut().insert(SET_COOKIE, cookie::set(&browser));
    Ok(response)
}

fn credential_missing() -> ApiError {
    ApiError::invalid("credential_missing", "The form must name the credential whose files are chosen.")
}
