//! The user's accounts: a list where there are several, a way to connect another, and the way out.

use http::{Response, StatusCode};
use lambda_http::Body;
use maud::html;
use page_kit::{bare, fill, fill_text, isolated, redirect};
use shared::{
    address,
    answer::ApiError,
    model::{Connection, ConnectionId, LinkPage},
    store::{Link, OtherAccount},
};

use crate::{
    form::field,
    opened::{Opened, gone},
    view::{condition, head, leave_form, name_of, proof},
    visit,
};

/// Shows the accounts, or goes to the only one.
pub(crate) async fn show(opened: &Opened<'_>) -> Result<Response<Body>, ApiError> {
    let all = opened.connections().await?;
    if let [only] = all.as_slice() {
        return Ok(redirect(&opened.address_of(only, "")));
    }
    let words = opened.words();
    let app = isolated(&opened.project.name);
    let title = fill(words.accounts_title, &[("app", &app)]);
    let line = if all.is_empty() {
        html! { (words.no_account) }
    } else {
        html! {}
    };
    let body = html! {
        main.page {
            (head(opened, &title, &line, None))
            @if !all.is_empty() {
                ul.sheet {
                    @for connection in &all {
                        li class="item plain" {
                            span class={ "chip" (condition(connection)) } aria-hidden="true" {}
                            a href=(opened.address_of(connection, "")) { (isolated(name_of(connection))) }
                        }
                    }
                }
            }
            form.actions method="post" action=(opened.address("")) {
                (proof(opened))
                button.quiet name="do" value="connect" { (words.connect_another) }
            }
            (leave_form(opened))
        }
    };
    let title = fill_text(words.accounts_title, &[("app", &opened.project.name)]);
    Ok(opened.page(title, body).respond(StatusCode::OK))
}

/// Connects another account, or leaves the pages; or records what becomes of the window.
pub(crate) async fn act(opened: &Opened<'_>) -> Result<Response<Body>, ApiError> {
    opened.check_form()?;
    match field(opened.request.body(), "do").as_deref() {
        Some("connect") => connect(opened, None).await,
        Some("close") => close(opened).await,
        Some("leave") => visit::leave(opened).await.map(|()| no_content()),
        Some("stay") => visit::stay(opened).await.map(|()| no_content()),
        _ => Err(gone()),
    }
}

/// Goes to the start page of a connect: of another account, or of one that is to be connected again.
pub(crate) async fn connect(
    opened: &Opened<'_>,
    again: Option<ConnectionId>,
) -> Result<Response<Body>, ApiError> {
    let session = &opened.session;
    let (link, ticket) = Link::new(session.project, session.user.clone(), opened.pages.clock.now());
    let link = Link {
        return_to: session.return_to.clone(),
        connection: again,
        other_account: OtherAccount::Add,
        label: session.label.clone(),
        visit: Some(session.link),
        page: match again {
            Some(_) => LinkPage::Manage,
            None => session.page,
        },
        asks_dropbox: true,
        language: session.language.clone(),
        ..link
    };
    opened.pages.store.add_link(&link, &ticket.hash()).await?;
    let start = address::of_connect(opened.base, &ticket);
    Ok(redirect(start.as_str()))
}

/// Leaves the pages. The visit counts as left without a choice, unless one was saved before.
pub(crate) async fn close(opened: &Opened<'_>) -> Result<Response<Body>, ApiError> {
    visit::close(opened).await?;
    Ok(redirect(&opened.address("/done")))
}

/// Answers the page's script, which shows nothing of it.
fn no_content() -> Response<Body> {
    bare(StatusCode::NO_CONTENT, Body::Empty)
}

/// Returns links to the user's accounts, if there are several.
pub(crate) fn chips(opened: &Opened<'_>, all: &[Connection], shown: &Connection) -> maud::Markup {
    let words = opened.words();
    html! {
        @if all.len() > 1 {
            nav aria-label=(words.accounts_nav) {
                ul.chips {
                    @for one in all {
                        li {
                            a class={ "chip" (condition(one)) } href=(opened.address_of(one, ""))
                                aria-current=[(one.id == shown.id).then_some("page")] {
                                (isolated(name_of(one)))
                            }
                        }
                    }
                }
            }
        }
    }
}
