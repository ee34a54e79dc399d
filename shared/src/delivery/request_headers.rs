//! Further request headers of an endpoint, such as the receiver's own credentials.

use std::collections::BTreeMap;

use http::HeaderName;

/// Headers that the sender writes itself, or that belong to a connection (RFC 9110, 7.6.1).
const RESERVED: [&str; 17] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-paragon-signature",
    "carbon-signature",
    "carbon-signature-compact",
];
/// Beginning of the names of Standard Webhooks.
const WEBHOOK: &str = "webhook-";

/// Further request headers, checked. Their `Debug` form has no values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RequestHeaders(BTreeMap<String, String>);

/// Request headers that cannot be used. Values are left out, because they may be secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHeaders {
    /// There are too many.
    #[error("there are more than {}", RequestHeaders::MOST)]
    TooMany,
    /// They are too long.
    #[error("names and values have more than {} bytes", RequestHeaders::LONGEST)]
    TooLong,
    /// A name is not one.
    #[error("a name has characters that names of headers do not have")]
    Name,
    /// A name is there twice.
    #[error("a name is there twice; upper and lower case are the same")]
    Twice,
    /// The sender writes this header itself.
    #[error(
        "a name is one that the sender writes itself, or one of a connection, such as content-type, host or webhook-id"
    )]
    Reserved,
    /// A value is not one.
    #[error("a value is empty, begins or ends with a blank, or has characters that are not printable ASCII")]
    Value,
}

impl RequestHeaders {
    /// Maximum number of headers.
    pub const MOST: usize = 20;
    /// Maximum number of bytes of all names and values.
    pub const LONGEST: usize = 4 * 1024;

    /// Checks headers. Names are compared without regard to case.
    ///
    /// # Errors
    /// Fails if there are too many, or if a name or value cannot be sent.
    pub fn of(headers: &BTreeMap<String, String>) -> Result<Self, InvalidHeaders> {
        if headers.len() > Self::MOST {
            return Err(InvalidHeaders::TooMany);
        }
        if headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > Self::LONGEST {
            return Err(InvalidHeaders::TooLong);
        }
        let mut checked = BTreeMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| InvalidHeaders::Name)?;
            let name = name.as_str();
            if RESERVED.contains(&name) || name.starts_with(WEBHOOK) {
                return Err(InvalidHeaders::Reserved);
            }
            if !is_value(value) {
                return Err(InvalidHeaders::Value);
            }
            if checked.insert(name.to_owned(), value.clone()).is_some() {
                return Err(InvalidHeaders::Twice);
            }
        }
        Ok(Self(checked))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns names and values as JSON, to be sealed. Every call deserves a look in a review.
    ///
    /// # Panics
    /// Never: texts are JSON.
    #[must_use]
    pub fn expose(&self) -> String {
        serde_json::to_string(&self.0).expect("texts are JSON")
    }

    /// Returns the names of what [`Self::expose`] has returned; none for any other text.
    #[must_use]
    pub fn names(exposed: &str) -> Vec<String> {
        let headers: BTreeMap<String, String> = serde_json::from_str(exposed).unwrap_or_default();
        headers.into_keys().collect()
    }
}

/// Whether a text is the value of a header: printable ASCII, with blanks and tabs only within (RFC 9110, 5.5).
fn is_value(text: &str) -> bool {
    let is_printable = |byte: u8| byte == b'\t' || (b' '..=b'~').contains(&byte);
    !text.is_empty() && text.trim() == text && text.bytes().all(is_printable)
}

impl std::fmt::Debug for RequestHeaders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::signature::{CARBON, CARBON_COMPACT, ID, PARAGON, SIGNATURE, TIMESTAMP};

    fn of(headers: &[(&str, &str)]) -> Result<RequestHeaders, InvalidHeaders> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        RequestHeaders::of(&headers.iter().map(owned).collect())
    }

    #[test]
    fn headers_are_kept_with_small_names_and_debug_shows_no_value() {
        let headers = of(&[("Authorization", "Bearer canary"), ("X-Tenant", "a b\tc")]).unwrap();
        assert_eq!(RequestHeaders::names(&headers.expose()), ["authorization", "x-tenant"]);
        assert!(headers.expose().contains("Bearer canary"));
        assert!(!format!("{headers:?}").contains("canary"));
        assert!(of(&[]).unwrap().is_empty());
    }

    #[test]
    fn what_the_sender_writes_itself_cannot_be_replaced() {
        for name in RESERVED.iter().chain(&["webhook-id", "Webhook-Signature", "WEBHOOK-x", "HOST"]) {
            assert_eq!(of(&[(*name, "x")]), Err(InvalidHeaders::Reserved), "{name}");
        }
        for name in [ID, TIMESTAMP, SIGNATURE, PARAGON, CARBON, CARBON_COMPACT] {
            assert_eq!(of(&[(name.as_str(), "x")]), Err(InvalidHeaders::Reserved), "{name}");
        }
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for name in ["", "a b", "a:b", "ü", "a\r\nb"] {
            assert_eq!(of(&[(name, "x")]), Err(InvalidHeaders::Name), "{name}");
        }
        for value in ["", " x", "x ", "a\r\nb: c", "ü", "\u{7f}"] {
            assert_eq!(of(&[("x-a", value)]), Err(InvalidHeaders::Value), "{value}");
        }
        assert_eq!(of(&[("x-a", "1"), ("X-A", "2")]), Err(InvalidHeaders::Twice));
        let long = "x".repeat(RequestHeaders::LONGEST);
        assert_eq!(of(&[("x-a", &long)]), Err(InvalidHeaders::TooLong));
        assert!(of(&[("x-a", &long[3..])]).is_ok());
        let many: Vec<String> = (0..=RequestHeaders::MOST).map(|number| format!("x-{number}")).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "1")).collect();
        assert_eq!(of(&many), Err(InvalidHeaders::TooMany));
        assert!(of(&many[1..]).is_ok());
    }
}
