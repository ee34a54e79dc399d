//! Keys of remembered calls.

use http::{HeaderMap, HeaderName, header::AUTHORIZATION};
use shared::{caller::USER_HEADER, model::SecretHash};

use super::credential_header::CREDENTIAL_HEADER;

/// Hash of the parts of a request that say who calls, and which connection: no credential stays in memory.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct CallKey(SecretHash);

impl CallKey {
    /// Returns the key of a request with these headers, for the project in its path.
    pub(super) fn of(project: &str, headers: &HeaderMap) -> Self {
        let mut parts = Vec::with_capacity(256);
        add(&mut parts, project.as_bytes());
        for name in
            [AUTHORIZATION, HeaderName::from_static(USER_HEADER), HeaderName::from_static(CREDENTIAL_HEADER)]
        {
            for value in headers.get_all(&name) {
                add(&mut parts, name.as_str().as_bytes());
                add(&mut parts, value.as_bytes());
            }
        }
        Self(SecretHash::of_bytes(&parts))
    }
}

/// Adds a part with its length, so that no two lists of parts are alike.
fn add(parts: &mut Vec<u8>, part: &[u8]) {
    parts.extend_from_slice(&part.len().to_be_bytes());
    parts.extend_from_slice(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(project: &str, pairs: &[(&'static str, &'static str)]) -> CallKey {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        CallKey::of(project, &headers)
    }

    const HEADERS: [&[(&str, &str)]; 8] = [
        &[],
        &[("authorization", "Bearer a")],
        &[("authorization", "Bearer b")],
        &[("authorization", "Bearer a"), ("customer-id", "1")],
        &[("authorization", "Bearer a"), ("customer-id", "1"), ("customer-id", "2")],
        &[("authorization", "Bearer a"), ("customer-id", "1\" \"2")],
        &[("authorization", "Bearer a"), ("x-paragon-credential", "1")],
        &[("authorization", "Bearer a"), ("customer-id", "1"), ("x-paragon-credential", "1")],
    ];

    #[test]
    fn only_requests_for_one_project_with_the_same_headers_have_the_same_key() {
        for (number, one) in HEADERS.iter().enumerate() {
            for (other_number, other) in HEADERS.iter().enumerate() {
                let is_same = key("project", one) == key("project", other);
                assert_eq!(is_same, number == other_number, "{one:?} and {other:?}");
            }
            assert_ne!(key("project", one), key("other", one), "{one:?}");
        }
    }

    #[test]
    fn other_headers_do_not_matter() {
        let caller = ("authorization", "Bearer a");
        assert_eq!(key("project", &[caller, ("dropbox-api-arg", "{}")]), key("project", &[caller]));
    }
}
