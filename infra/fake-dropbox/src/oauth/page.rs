//! HTML pages for the browser.

use std::sync::Arc;

use axum::{body::Body, response::Response};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS},
};

use super::scope;
use crate::content::Account;

const STYLE: &str = include_str!("pages/style.css");
const CONSENT: &str = include_str!("pages/consent.html");
const CODE: &str = include_str!("pages/code.html");
const SENTENCE: &str = include_str!("pages/sentence.html");

/// Renders the page on which a person chooses an account, unless one is signed in, and approves or denies.
///
/// Its form posts `request`, `account` (an account id) and `decision` (`approve` or `deny`).
pub(super) fn consent(
    app: &str,
    scopes: &[String],
    accounts: &[Arc<Account>],
    signed_in: Option<&Account>,
    secret: &str,
) -> Response {
    let scopes: String = scopes.iter().map(|scope| item(&scope::in_words(scope))).collect();
    let chosen = signed_in.or(accounts.first().map(Arc::as_ref)).map(|account| account.profile.namespace);
    let choice = |account: &Arc<Account>| choice(account, chosen == Some(account.profile.namespace));
    let accounts: String = accounts.iter().map(choice).collect();
    let page = CONSENT
        .replace("{{scopes}}", &scopes)
        .replace("{{accounts}}", &accounts)
        .replace("{{request}}", &escape(secret))
        .replace("{{app}}", &escape(app));
    respond(StatusCode::OK, &page)
}

/// Renders the page that displays a code.
pub(super) fn code(app: &str, code: &str) -> Response {
    let page = CODE.replace("{{code}}", &escape(code)).replace("{{app}}", &escape(app));
    respond(StatusCode::OK, &page)
}

/// Renders a page with one sentence.
pub(super) fn sentence(status: StatusCode, sentence: &str) -> Response {
    respond(status, &SENTENCE.replace("{{sentence}}", &escape(sentence)))
}

fn item(text: &str) -> String {
    format!("<li>{}</li>", escape(text))
}

fn choice(account: &Account, is_chosen: bool) -> String {
    let profile = &account.profile;
    let (id, name, email) = (escape(&profile.account_id), escape(&profile.name), escape(&profile.email));
    let checked = if is_chosen { " checked" } else { "" };
    format!(
        "<label><input type=\"radio\" name=\"account\" value=\"{id}\" required{checked}> \
         <span><strong>{name}</strong><br>{email}</span></label>\n"
    )
}

fn respond(status: StatusCode, page: &str) -> Response {
    let mut response = Response::new(Body::from(page.replace("{{style}}", STYLE)));
    *response.status_mut() = status;
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, policy),
        (X_FRAME_OPTIONS, "DENY"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Braces, too, so that inserted text cannot look like a placeholder.
            '{' => escaped.push_str("&#123;"),
            '}' => escaped.push_str("&#125;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_stays_text() {
        assert_eq!(
            super::escape("<a href=\"x\">&{{app}}"),
            "&lt;a href=&quot;x&quot;&gt;&amp;&#123;&#123;app&#125;&#125;"
        );
    }
}
