//! The user's accounts: a list where there are several, a way to connect another, and the way out.

use http::{Response, StatusCode};
use lambda_http::Body;
use maud::html;
use page_kit::{fill, fill_text, isolated, redirect};
use shared::{
    address,
    answer::ApiError,
    model::{Connection, ConnectionId, LinkPage},
    store::{Link, LinkStatus, OtherAccount},
};

use crate::{
    form::field,
    opened::{Opened, gone},
    view::{condition, head, leave_form, name_of, proof},
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

/// Connects another account, or leaves the pages.
pub(crate) async fn act(opened: &Opened<'_>) -> Result<Response<Body>, ApiError> {
    opened.check_form()?;
    match field(opened.request.body(), "do").as_deref() {
        Some("connect") => connect(opened, None).await,
        Some("close") => close(opened).await,
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
    opened.pages.links.add_link(&link, &ticket.hash()).await?;
    let start = address::of_connect(opened.base, &ticket);
    Ok(redirect(start.as_str()))
}

/// Leaves the pages. The visit counts as left without a choice, unless one was saved before.
pub(crate) async fn close(opened: &Opened<'_>) -> Result<Response<Body>, ApiError> {
    let (links, session) = (opened.pages.links.as_ref(), &opened.session);
    let link = links.link(session.project, session.link).await?;
    let connection = link.as_ref().and_then(|link| match link.status {
        LinkStatus::Pending => Some(link.connection),
        LinkStatus::Connected { connection } => Some(Some(connection)),
        _ => None,
    });
    if let Some(connection) = connection {
        links.settle_link(session.project, session.link, &LinkStatus::Closed { connection }).await?;
    }
    Ok(redirect(&opened.address("/done")))
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
