//! The cookie that binds an authorization to the browser that started it.

use http::{HeaderMap, header::COOKIE};
use shared::model::BrowserSecret;

use crate::connect::LIFE;

/// `__Host-` cookies come only from this host over a secure channel, for all of its paths: no sibling domain and no
/// network attacker can set one.
const NAME: &str = "__Host-dropline-connect";

/// The `Set-Cookie` value. `Lax`: it must come along when Dropbox's page sends the browser back.
pub(crate) fn set(secret: &BrowserSecret) -> String {
    format!("{NAME}={}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Lax", secret.expose(), LIFE.as_secs())
}

/// The `Set-Cookie` value that ends it.
pub(crate) fn clear() -> String {
    format!("{NAME}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax")
}

/// The secret in a request's cookies.
pub(crate) fn read(headers: &HeaderMap) -> Option<BrowserSecret> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies =
        all.flat_map(|cookies| cookies.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find(|(name, _)| *name == NAME).map(|(_, value)| BrowserSecret::new(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, format!("a=1; {NAME}=s3cret ; b=2").parse().unwrap());
        assert_eq!(read(&headers).unwrap().expose(), "s3cret");
        headers.insert(COOKIE, "a=1".parse().unwrap());
        assert!(read(&headers).is_none());
    }
}
