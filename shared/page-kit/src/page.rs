//! Layout and headers of the pages.

use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{
        ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
        X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};
use lambda_http::Body;
use maud::{DOCTYPE, Markup, html};
use shared::{address, model::Project};
use url::Url;

use crate::{Language, asset_address};

/// A page of ours.
pub struct Page<'a> {
    /// Public address of the deployment.
    pub base: &'a Url,
    /// Language of its words.
    pub language: Language,
    /// Title, without markup.
    pub title: String,
    /// The project whose colours it has; absent for ours.
    pub project: Option<&'a Project>,
    /// Origin to which a form of the page may be redirected, beside our own: browsers apply the policy to the
    /// redirect, too.
    pub form_target: Option<String>,
    /// Content of the `body` element.
    pub body: Markup,
}

impl Page<'_> {
    /// Returns the page as a response.
    #[must_use]
    pub fn respond(&self, status: StatusCode) -> Response<Body> {
        self.respond_with(status, "pages.js")
    }

    /// Returns the page as a response, with this script in place of the usual one.
    #[must_use]
    pub fn respond_with(&self, status: StatusCode, script: &str) -> Response<Body> {
        let mut response = bare(status, Body::Text(self.html(script).into_string()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        // Sent to our own pages only. A browser that sends no referrer also hides a form's origin.
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.extend(HeaderValue::from_str(&self.policy()).map(|policy| (CONTENT_SECURITY_POLICY, policy)));
        response
    }

    fn html(&self, script: &str) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(self.language.tag()) {
                head {
                    meta charset="utf-8";
                    title { (self.title) }
                    meta name="viewport" content="width=device-width";
                    meta name="color-scheme" content="light dark";
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href=(asset_address(self.base, "pages.css"));
                    @if let Some(project) = self.project {
                        link rel="stylesheet" href=(theme_address(self.base, project));
                    }
                    script type="module" src=(asset_address(self.base, script)) {}
                }
                body { (self.body) }
            }
        }
    }

    /// Returns the content security policy: nothing inline, nothing from elsewhere, and no frame around it.
    fn policy(&self) -> String {
        let target = self.form_target.as_deref().unwrap_or_default();
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
             form-action 'self' {target}; base-uri 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'"
        )
    }
}

/// Returns the path of a project's own stylesheet. Its query changes with the colours, so that a cached one is
/// not used for long.
fn theme_address(base: &Url, project: &Project) -> String {
    let path = address::below(base, &format!("projects/{}/theme/style.css", project.id)).path().to_owned();
    match project.settings.accent {
        Some(accent) => format!("{path}?{}", accent.digits()),
        None => path,
    }
}

/// Returns a response that no cache stores, and whose address, which may contain a ticket or code, is not
/// sent as a referrer.
#[must_use]
pub fn bare(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// 303: redirects to another address. An address that no header can contain is a server error.
#[must_use]
pub fn redirect(to: &str) -> Response<Body> {
    let Ok(location) = HeaderValue::from_str(to) else {
        return bare(StatusCode::INTERNAL_SERVER_ERROR, Body::Empty);
    };
    let mut response = bare(StatusCode::SEE_OTHER, Body::Empty);
    response.headers_mut().insert(LOCATION, location);
    response
}

/// Whether the client is a browser that displays a page to a person.
#[must_use]
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accepts.is_some_and(|accepts| accepts.contains("text/html"))
}
