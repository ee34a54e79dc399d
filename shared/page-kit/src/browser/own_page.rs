//! Checks that a form was sent from our own page, in the browser that opened it (T20).
//!
//! Without this, any page could post the form of a link that its author requested, and a visitor's Dropbox account would be connected
//! to the author's user.

use http::{HeaderMap, StatusCode, header::ORIGIN};
use shared::{
    answer::ApiError,
    model::{BrowserSecret, FormSubject},
};
use url::{Url, form_urlencoded};

use super::cookie;

/// Header set by browsers, which no page can set: how the requesting page is related to us.
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Returns the browser that has clicked, if the form is that of our page about this subject, opened in this
/// browser, and the browser does not say that another site sent it.
///
/// # Errors
/// 403 if any of that is not so.
pub fn browser(
    base: &Url,
    headers: &HeaderMap,
    form: &[u8],
    subject: &FormSubject<'_>,
) -> Result<BrowserSecret, ApiError> {
    if !is_sent_from(base, headers) {
        return Err(not_from_own_page(subject));
    }
    let browser = cookie::read(headers).ok_or_else(cookie_missing)?;
    let proof = form_urlencoded::parse(form).find(|(name, _)| name == "proof");
    let proof = proof.map(|(_, value)| value).unwrap_or_default();
    if browser.has_proved(subject, &proof) { Ok(browser) } else { Err(not_from_own_page(subject)) }
}

/// Checks that the browser says that a page of ours sent a form that has no proof.
///
/// # Errors
/// 403 if another page sent it, or if the browser does not say which.
pub fn check_sender(base: &Url, headers: &HeaderMap) -> Result<(), ApiError> {
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|given| given == value);
    let says_so =
        is(SEC_FETCH_SITE, "same-origin") || is(ORIGIN.as_str(), &base.origin().ascii_serialization());
    if says_so && is_sent_from(base, headers) {
        Ok(())
    } else {
        Err(not_from_own_page(&FormSubject::Session("")))
    }
}

/// Whether the browser's headers allow that our page sent the form. Old browsers send neither header. `null`
/// is the origin of a page that hides it; our page does not, but an extension may: then the other header
/// decides.
fn is_sent_from(base: &Url, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    let site = text(SEC_FETCH_SITE);
    let is_own_site = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let is_own_origin = match text(ORIGIN.as_str()) {
        None => true,
        Some("null") => site.is_some(),
        Some(origin) => origin == base.origin().ascii_serialization(),
    };
    is_own_site && is_own_origin
}

fn cookie_missing() -> ApiError {
    let message = "Your browser did not send this page's cookie: allow cookies for this site, open the link again, \
        and press its button. The link is not used up.";
    ApiError::new(StatusCode::FORBIDDEN, "cookie_missing", message)
}

fn not_from_own_page(subject: &FormSubject<'_>) -> ApiError {
    let (code, message) = match subject {
        FormSubject::Ticket(_) => (
            "not_from_start_page",
            "This did not come from this site's own page, or that page is too old: open the link again and press its \
             button. The link is not used up.",
        ),
        FormSubject::Session(_) => (
            "not_from_own_page",
            "This did not come from this site's own page, or that page is too old: load the page again.",
        ),
    };
    ApiError::new(StatusCode::FORBIDDEN, code, message)
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn sent(origin: Option<&str>, site: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.extend(origin.map(|origin| (ORIGIN, origin.parse().unwrap())));
        headers
            .extend(site.map(|site| (SEC_FETCH_SITE.parse::<HeaderName>().unwrap(), site.parse().unwrap())));
        is_sent_from(&Url::parse("https://dropline.example/live").unwrap(), &headers)
    }

    #[test]
    fn without_a_proof_the_browser_must_say_that_our_page_has_sent() {
        let base = Url::parse("https://dropline.example/live").unwrap();
        let check = |headers: &[(&str, &str)]| {
            let mut all = HeaderMap::new();
            for (name, value) in headers {
                all.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
            }
            check_sender(&base, &all).is_ok()
        };
        let (own, evil) = (("origin", "https://dropline.example"), ("origin", "https://evil.example"));
        let site = |site| (SEC_FETCH_SITE, site);
        assert!(check(&[own]) && check(&[own, site("same-origin")]));
        assert!(check(&[("origin", "null"), site("same-origin")]), "a page that sends no referrer");
        for headers in [
            &[][..],
            &[("origin", "null")],
            &[site("none")],
            &[site("cross-site")],
            &[own, site("cross-site")],
            &[evil],
            &[evil, site("same-origin")],
        ] {
            assert!(!check(headers), "{headers:?}");
        }
    }

    #[test]
    fn only_our_own_page_is_taken_where_the_browser_says_who_sends() {
        let own = Some("https://dropline.example");
        for (origin, site) in [
            (own, Some("same-origin")),
            (own, None),
            (None, Some("same-origin")),
            (None, None),
            (own, Some("none")),
            (Some("null"), Some("same-origin")),
        ] {
            assert!(sent(origin, site), "{origin:?} {site:?}");
        }
        for (origin, site) in [
            (Some("https://evil.example"), None),
            (Some("https://evil.example"), Some("cross-site")),
            (Some("https://evil.example"), Some("same-origin")),
            (Some("http://dropline.example"), None),
            (Some("https://dropline.example:8443"), None),
            (Some("https://dropline.example.evil.example"), None),
            (Some("null"), None),
            (Some("null"), Some("cross-site")),
            (None, Some("same-site")),
            (None, Some("cross-site")),
            (own, Some("cross-site")),
            (own, Some("")),
        ] {
            assert!(!sent(origin, site), "{origin:?} {site:?}");
        }
    }
}
