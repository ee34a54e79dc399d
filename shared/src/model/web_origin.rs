//! Addresses to which a browser may be sent (T28).

use url::{Host, Url};

/// Error for an address to which no browser is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an https address (http on this machine only) without user name and password")]
pub struct InvalidWebAddress;

/// Longest address that is accepted, in bytes.
const LIMIT: usize = 2048;

/// Parses a web address: https, or http on this machine; with a host and without a user.
///
/// Characters that a URL parser drops or replaces (blanks, control characters, backslashes) are refused,
/// because another parser may treat them differently.
///
/// # Errors
/// Fails if it is not such an address.
pub fn web_address(text: &str) -> Result<Url, InvalidWebAddress> {
    let is_plain =
        text.len() <= LIMIT && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\');
    let url = Url::parse(text).ok().filter(|_| is_plain).ok_or(InvalidWebAddress)?;
    let is_web = url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(&url));
    // Covers an empty user, as in https://@host, which the parser drops.
    let authority =
        text.split_once("//").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let has_user = authority.is_none_or(|authority| authority.contains('@'));
    if is_web && !has_user { Ok(url) } else { Err(InvalidWebAddress) }
}

/// Returns the origin of a web address as browsers write it: names in ASCII, without the default port.
///
/// # Errors
/// Fails if it is not a web address, or more than an origin.
pub fn web_origin(text: &str) -> Result<String, InvalidWebAddress> {
    let url = web_address(text)?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if is_bare { Ok(url.origin().ascii_serialization()) } else { Err(InvalidWebAddress) }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_sent_to_web_addresses_only() {
        for good in [
            "https://app.example.com/done?x=1#y",
            "https://app.example.com:8443",
            "http://localhost:3000/a",
            "http://127.0.0.1/",
            "http://[::1]:3000/",
            "https://\u{fc}ber.example/",
        ] {
            assert!(web_address(good).is_ok(), "{good}");
        }
        for bad in [
            "blob:https://app.example.com/x",
            "data:text/html,x",
            "javascript:alert(1)",
            "filesystem:https://app.example.com/x",
            "ftp://app.example.com/",
            "http://app.example.com/",
            "http://localhost.example.com/",
            "https://user@app.example.com/",
            "https://user:word@app.example.com/",
            "https://@app.example.com/",
            "https:/app.example.com/",
            "https:app.example.com",
            "https:\\\\app.example.com/",
            "https://app.example.com\\@evil.example/",
            " https://app.example.com/",
            "https://app.exam\tple.com/",
            "https://app.example.com/\n",
            "//app.example.com/",
            "/done",
            "",
        ] {
            assert!(web_address(bad).is_err(), "{bad:?}");
        }
        assert!(web_address(&format!("https://app.example.com/{}", "x".repeat(2048))).is_err());
    }

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        assert_eq!(web_origin("https://APP.example.com:443/").unwrap(), "https://app.example.com");
        // A Cyrillic letter: it looks the same, but makes another name.
        assert_eq!(web_origin("https://\u{430}pp.example.com").unwrap(), "https://xn--pp-6kc.example.com");
        for more in ["https://a.example/x", "https://a.example/?", "https://a.example/#", "null"] {
            assert!(web_origin(more).is_err(), "{more}");
        }
    }
}
