//! Effects that a request may have.

use http::Method;
use shared::model::{BrowserSecret, FormSubject, TicketSecret};

use crate::{
    draft::{Draft, field},
    known::{BROWSER, PROJECTS, STATE, TICKET},
    traffic::{Record, TOKEN_PATH},
};

/// Paths to which Dropbox may send the browser back.
const REDIRECTS: [&str; 3] = ["oauth/callback", "oauth", "integrations/dropbox"];
const COOKIE: &str = "__Host-dropline-connect=";

/// Effects that a request may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    /// None: the request only reads, or is refused.
    Nothing,
    /// A new link: the request comes from the project's server.
    Link,
    /// A page and a cookie: the ticket is valid.
    Page,
    /// An authorization: the ticket is valid, and the form is from our page in this browser.
    Start,
    /// The end of a connect: state and cookie are a matching pair.
    Finish,
}

impl Allowed {
    pub(super) fn by(draft: &Draft<'_>) -> Self {
        let path = draft.path.trim_start_matches('/');
        if draft.method == Method::GET && REDIRECTS.contains(&path) && is_pair(draft) {
            return Self::Finish;
        }
        if draft.method == Method::GET && path == "connect/start" {
            return if draft.asked("ticket").as_deref() == Some(TICKET) { Self::Page } else { Self::Nothing };
        }
        if draft.method == Method::POST && path == "connect/start" {
            let ticket = field(draft.body, "ticket");
            let is_click = ticket.as_deref() == Some(TICKET) && has_proof(draft) && is_same_site(draft);
            return if is_click { Self::Start } else { Self::Nothing };
        }
        if draft.method == Method::POST && is_servers(draft, path) { Self::Link } else { Self::Nothing }
    }

    /// Checks the recorded effects.
    pub(super) fn check(self, record: &Record, draft: &Draft<'_>) {
        let Record { sent, writes, messages, events, .. } = record;
        if self != Self::Finish {
            assert!(sent.is_empty(), "Dropbox is asked, but the browser is not the one that began");
            assert!(messages.is_empty() && events.is_empty(), "{messages:?} {events:?}");
            assert!(
                writes.is_empty() || matches!(self, Self::Link | Self::Start),
                "something is stored: {writes:?}"
            );
            assert!(writes.len() <= 1, "more is stored than a link or an authorization: {writes:?}");
            return;
        }
        let code = draft.asked("code").filter(|code| !code.is_empty());
        assert!(sent.len() <= 2 && (sent.is_empty() || code.is_some()), "{sent:?}");
        // The granted tokens are either used or revoked.
        let follows = ["/2/users/get_current_account", "/2/auth/token/revoke"];
        for (request, paths) in sent.iter().zip([&[TOKEN_PATH][..], &follows]) {
            assert_eq!(request.url.host_str(), Some("api.dropboxapi.com"));
            assert!(paths.contains(&request.url.path()), "{}", request.url);
        }
        if let Some(exchange) = sent.first() {
            assert_eq!(field(&exchange.body, "code"), code, "another code is exchanged");
            assert!(field(&exchange.body, "code_verifier").is_some(), "no proof of the browser's");
            let back = field(&exchange.body, "redirect_uri");
            let path = draft.path.trim_start_matches('/');
            assert_eq!(back, Some(format!("https://dropline.example/{path}")));
        }
        assert!(messages.len() <= 1 && events.len() <= 1, "{messages:?} {events:?}");
    }
}

/// Returns the first of our cookies.
fn browser<'d>(draft: &'d Draft<'_>) -> Option<&'d str> {
    let headers = draft.headers.iter().filter(|(name, _)| name == "cookie");
    let mut cookies = headers.filter_map(|(_, value)| value.to_str().ok()).flat_map(|value| value.split(';'));
    cookies.find_map(|cookie| cookie.trim().strip_prefix(COOKIE))
}

/// Whether the first state and the first of our cookies belong to the same authorization.
fn is_pair(draft: &Draft<'_>) -> bool {
    draft.asked("state").as_deref() == Some(STATE) && browser(draft) == Some(BROWSER)
}

/// Whether the form has the proof that only our page, sent to the browser with this cookie, contains.
fn has_proof(draft: &Draft<'_>) -> bool {
    let ticket = TicketSecret::new(TICKET);
    let proof = |cookie| BrowserSecret::new(cookie).form_proof(&FormSubject::Ticket(&ticket));
    let shown = browser(draft).map(|cookie: &str| proof(cookie));
    shown.is_some() && field(draft.body, "proof") == shown
}

/// Whether the browser's headers do not name another site as the sender of the form.
fn is_same_site(draft: &Draft<'_>) -> bool {
    let site = draft.header("sec-fetch-site");
    let origin = draft.header("origin").filter(|origin| *origin != "null" || site.is_none());
    site.is_none_or(|site| site == "same-origin" || site == "none")
        && origin.is_none_or(|origin| origin == "https://dropline.example")
}

fn is_servers(draft: &Draft<'_>, path: &str) -> bool {
    let project = path.strip_prefix("projects/").and_then(|path| path.strip_suffix("/connect/links"));
    let id = project.and_then(|id| uuid::Uuid::try_parse(id).ok());
    let secret = draft.header("authorization").and_then(|value| value.split_once(' '));
    let key = secret.map(|(_, secret)| secret.trim());
    PROJECTS.iter().any(|(project, its)| Some(project.0) == id && key == Some(its))
        && draft.header("customer-id").is_some()
}
