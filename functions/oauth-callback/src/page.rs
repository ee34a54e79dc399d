//! Pages for people. They contain no secret except the ticket from their own address, load nothing from
//! elsewhere, and cannot be framed.

use http::{
    HeaderValue, Response, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, WWW_AUTHENTICATE,
        X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    dropbox::{Dropbox, Host},
    model::{Project, TicketSecret, UserId},
    store::Link,
};
use uuid::Uuid;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:12vh auto;padding:0 1.5rem;\
    color:#1e1919;background:#fff;overflow-wrap:anywhere}h1{font-size:1.5rem;line-height:1.25}button{font:inherit;font-weight:600;\
    padding:.7rem 1.4rem;border:0;border-radius:.5rem;background:#0061fe;color:#fff;cursor:pointer}\
    button:focus-visible{outline:3px solid #1e1919;outline-offset:2px}small{color:#655f5c}";

/// Values that the start page's form posts.
pub(crate) struct Form<'a> {
    pub(crate) ticket: &'a TicketSecret,
    /// Proof that the form belongs to this page, in this browser.
    pub(crate) proof: &'a str,
}

/// Returns the start page: it names project and user, and its button posts the ticket. Its referrer is sent
/// to our own site only, and must be sent there, because a browser that sends no referrer also hides the
/// form's origin.
pub(crate) fn start(project: &Project, user: &UserId, form: &Form<'_>, dropbox: &Dropbox) -> Response<Body> {
    let (name, user) = (isolated(&project.name), isolated(user.as_str()));
    let (ticket, proof) = (escape(form.ticket.expose()), escape(form.proof));
    let body = format!(
        "<h1>Connect Dropbox to {name}</h1>\
         <p><strong>{name}</strong> asks to connect a Dropbox account for its user <strong>{user}</strong>. \
         Go on only if that is you.</p>\
         <form method=\"post\" action=\"start\"><input type=\"hidden\" name=\"ticket\" value=\"{ticket}\">\
         <input type=\"hidden\" name=\"proof\" value=\"{proof}\">\
         <button>Continue to Dropbox</button></form>\
         <p><small>You choose the account at Dropbox. This link works once.</small></p>"
    );
    // Browsers also apply this list to the redirect that follows a form.
    let dropbox = dropbox.hosts().url(Host::Www, "/").origin().ascii_serialization();
    let title = format!("Connect Dropbox to {}", escape(&project.name));
    let mut response = page(StatusCode::OK, &title, &body, &format!("form-action 'self' {dropbox}"));
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// Returns the last page. It notifies the window that opened it, if that window is the project's.
pub(crate) fn connected(project: Option<&Project>, link: &Link) -> Response<Body> {
    let nonce = Uuid::new_v4().simple();
    let name = isolated(project.map_or("the application", |project| &project.name));
    let origins = project.map(|project| project.return_origins.clone()).unwrap_or_default();
    let origins = serde_json::to_string(&origins).unwrap_or_default().replace('<', "\\u003c");
    let body = format!(
        "<h1>Dropbox is connected</h1><p>{name} can now work with your files. You can close this window.</p>\
         <script nonce=\"{nonce}\">if(window.opener)for(const origin of {origins})\
         window.opener.postMessage({{type:\"dropline:connected\",link:\"{}\"}},origin)</script>",
        link.id
    );
    page(StatusCode::OK, "Dropbox is connected", &body, &format!("script-src 'nonce-{nonce}'"))
}

/// Returns an error page.
pub(crate) fn error(error: &ApiError) -> Response<Body> {
    let body = format!(
        "<h1>This did not work</h1><p>{}</p><p><small>{}</small></p>",
        escape(&error.message),
        error.code
    );
    let mut response = page(error.status, "This did not work", &body, "form-action 'none'");
    if let Some(challenge) = error.challenge_header() {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

fn page(status: StatusCode, title: &str, body: &str, policy: &str) -> Response<Body> {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\
         <body><main>{body}</main></body></html>"
    );
    let mut response = bare(status, Body::Text(html));
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; {policy}"
    );
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.extend(HeaderValue::from_str(&policy).map(|policy| (CONTENT_SECURITY_POLICY, policy)));
    response
}

/// Returns a response that no cache stores, and whose address, which may contain a ticket or code, is not
/// sent as a referrer.
pub(crate) fn bare(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Isolates and escapes a foreign text, so that its direction does not affect the text around it.
fn isolated(text: &str) -> String {
    format!("<bdi>{}</bdi>", escape(text))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_projects_and_users_are_called_is_text() {
        assert_eq!(escape("<b a='1'>\"&"), "&lt;b a=&#39;1&#39;&gt;&quot;&amp;");
    }
}
