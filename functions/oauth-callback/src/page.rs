//! Pages of a connect. They contain no secret except the ticket from their own address.

use http::{Response, StatusCode, header::WWW_AUTHENTICATE};
use lambda_http::Body;
use maud::html;
use page_kit::{Language, OpenerMessage, Page, card, close_button, fill, fill_text, isolated, words};
use shared::{
    answer::ApiError,
    dropbox::{Dropbox, Host},
    model::{Project, TicketSecret},
    store::Link,
};
use url::Url;

/// Values that the start page's form posts.
pub(crate) struct Form<'a> {
    pub(crate) ticket: &'a TicketSecret,
    /// Proof that the form belongs to this page, in this browser.
    pub(crate) proof: &'a str,
}

/// Target of the start page's button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leads {
    /// Dropbox, to connect an account.
    ToDropbox,
    /// The pages of a connected account.
    ToPages,
}

/// Returns the start page: it names project and user, and its button posts the ticket.
pub(crate) fn start(
    (base, language): (&Url, Language),
    (project, link): (&Project, &Link),
    form: &Form<'_>,
    leads: Leads,
    dropbox: &Dropbox,
) -> Response<Body> {
    let words = words(language);
    let (title, text, button, note) = match leads {
        Leads::ToDropbox => {
            (words.connect_title, words.connect_text, words.connect_button, words.connect_note)
        }
        Leads::ToPages => (words.open_title, words.open_text, words.open_button, words.open_note),
    };
    let (app, user) = (isolated(&project.name), html! { strong { (isolated(link.user.as_str())) } });
    let body = card(
        base,
        Some(project),
        &html! {
            h1 { (fill(title, &[("app", &app)])) }
            p { (fill(text, &[("app", &html! { strong { (app) } }), ("user", &user)])) }
            form method="post" action="start" class="actions" {
                input type="hidden" name="ticket" value=(form.ticket.expose());
                input type="hidden" name="proof" value=(form.proof);
                button class="go" { (button) }
            }
            p.soft { (note) }
        },
    );
    let page = Page {
        base,
        language,
        title: fill_text(title, &[("app", &project.name)]),
        project: Some(project),
        form_target: Some(form_targets(project, link, dropbox)),
        body,
    };
    page.respond(StatusCode::OK)
}

/// Returns the origins to which the start page's form may lead: Dropbox, and the application where Dropbox asks
/// nothing.
fn form_targets(project: &Project, link: &Link, dropbox: &Dropbox) -> String {
    let dropbox = dropbox.hosts().url(Host::Www, "/").origin().ascii_serialization();
    let returns = link.return_to.as_deref().and_then(|address| project.origin_of(address));
    [Some(dropbox), returns].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Returns the last page. It notifies the window that opened it, if that window is the project's.
pub(crate) fn connected(
    (base, language): (&Url, Language),
    project: Option<&Project>,
    link: &Link,
) -> Response<Body> {
    let words = words(language);
    let app = isolated(project.map_or(words.the_application, |project| &project.name));
    let content = html! {
        h1 { (words.connected_title) }
        p { (fill(words.connected_text, &[("app", &app)])) }
        p.actions { (close_button(words)) }
    };
    let body = card(base, project, &OpenerMessage::of_link(project, link.id, &link.status).element(&content));
    let title = words.connected_title.to_owned();
    Page { base, language, title, project, form_target: None, body }.respond(StatusCode::OK)
}

/// Returns the last page of a connect that failed or was denied. It notifies the window that opened it, like
/// [`connected`].
pub(crate) fn not_connected(
    (base, language): (&Url, Language),
    project: Option<&Project>,
    link: &Link,
    error: &ApiError,
) -> Response<Body> {
    let message = OpenerMessage::of_link(project, link.id, &link.status).element(&html! {});
    page_kit::error_page(base, language, project, error, &message)
}

/// Returns an error page.
pub(crate) fn error((base, language): (&Url, Language), error: &ApiError) -> Response<Body> {
    let mut response = page_kit::error_page(base, language, None, error, &html! {});
    if let Some(challenge) = error.challenge_header() {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}
