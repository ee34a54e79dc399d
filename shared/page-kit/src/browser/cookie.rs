//! The cookie that identifies a browser during its connects and on the pages.
//!
//! The start page sets it, and a browser keeps the one that it has for all links that are opened in it, so
//! that two tabs, a reload or the way back do not invalidate each other. The page's form proves that it knows
//! the cookie, and the authorization is bound to it.

use http::{HeaderMap, HeaderValue, header::COOKIE};
use shared::model::{BrowserSecret, PageSession};

/// Name of the cookie. Browsers accept `__Host-` cookies only from this host over a secure channel and for
/// all of its paths, so no sibling domain and no network attacker can set one.
const NAME: &str = "__Host-dropline-connect";
/// Length of a secret that we have set, in characters.
const LENGTH: usize = 43;

/// Returns the `Set-Cookie` value. It lives as long as a page session, because other tabs may have one.
///
/// It is `Lax`, because the browser must send the cookie when Dropbox's page sends it back, and when an
/// application opens another link.
#[must_use]
pub fn set(secret: &BrowserSecret) -> HeaderValue {
    let text = format!(
        "{NAME}={}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Lax",
        secret.expose(),
        PageSession::LIFE.as_secs()
    );
    // A secret that is not ours is never set, so this is always a header value.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// Returns the browser's secret, or a new one if it has none.
#[must_use]
pub fn read_or_new(headers: &HeaderMap) -> BrowserSecret {
    read(headers).filter(is_ours).unwrap_or_else(BrowserSecret::random)
}

/// Returns the secret in a request's cookies.
#[must_use]
pub fn read(headers: &HeaderMap) -> Option<BrowserSecret> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies =
        all.flat_map(|cookies| cookies.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find(|(name, _)| *name == NAME).map(|(_, value)| BrowserSecret::new(value))
}

/// Whether a secret has the form of ours. Any other text from a client must not get into a header.
fn is_ours(secret: &BrowserSecret) -> bool {
    let text = secret.expose();
    text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookies: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookies.parse().unwrap());
        headers
    }

    #[test]
    fn it_is_found_among_others() {
        assert_eq!(read(&headers(&format!("a=1; {NAME}=s3cret ; b=2"))).unwrap().expose(), "s3cret");
        assert!(read(&headers("a=1")).is_none());
    }

    #[test]
    fn a_browser_keeps_the_one_that_we_have_set() {
        let secret = BrowserSecret::random();
        let set = set(&secret);
        let sent = set.to_str().unwrap().split(';').next().unwrap();
        assert_eq!(read_or_new(&headers(sent)), secret);
        for other in ["a=1".to_owned(), format!("{NAME}="), format!("{NAME}=short"), format!("{sent}x")] {
            assert_eq!(read_or_new(&headers(&other)).expose().len(), LENGTH, "{other}");
            assert_ne!(read_or_new(&headers(&other)), secret, "{other}");
        }
    }
}
