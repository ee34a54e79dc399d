//! Signatures of requests (AWS Signature Version 4), of the one form that [`Direct`](super::Direct) sends.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use aws_lc_rs::digest::{SHA256, digest};
use aws_sdk_dynamodb::config::Credentials;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use time::OffsetDateTime;

use crate::hex::hex;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A request as far as it is signed: a POST without a query.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signed<'a> {
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    pub(super) content_type: &'a str,
    pub(super) target: &'a str,
    pub(super) body: &'a [u8],
}

/// Headers that a signature adds.
#[derive(Debug)]
pub(super) struct Signature {
    /// `authorization`.
    pub(super) authorization: String,
    /// `x-amz-date`.
    pub(super) date: String,
}

/// Signer of requests to a service of a region.
pub(super) struct Signer {
    credentials: Credentials,
    region: String,
    service: &'static str,
    /// The key of the day on which the last request was signed.
    key: Mutex<Option<DayKey>>,
}

struct DayKey {
    day: String,
    key: Vec<u8>,
}

impl Signer {
    pub(super) fn new(credentials: Credentials, region: &str, service: &'static str) -> Self {
        Self { credentials, region: region.to_owned(), service, key: Mutex::default() }
    }

    /// Returns the token of the session, which is a header, too.
    pub(super) fn session(&self) -> Option<&str> {
        self.credentials.session_token()
    }

    /// Signs a request that is sent at `now`.
    pub(super) fn sign(&self, request: Signed<'_>, now: OffsetDateTime) -> Signature {
        let day = format!("{:04}{:02}{:02}", now.year(), u8::from(now.month()), now.day());
        let date = format!("{day}T{:02}{:02}{:02}Z", now.hour(), now.minute(), now.second());
        let (names, canonical) = self.canonical(request, &date);
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let to_sign = format!("{ALGORITHM}\n{date}\n{scope}\n{}", hash(canonical.as_bytes()));
        let signature = self.signature(day, now, &to_sign);
        let id = self.credentials.access_key_id();
        let authorization =
            format!("{ALGORITHM} Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}");
        Signature { authorization, date }
    }

    /// Returns the names of the signed headers, and the canonical form of a request.
    fn canonical(&self, request: Signed<'_>, date: &str) -> (&'static str, String) {
        let Signed { host, path, content_type, target, body } = request;
        let body = hash(body);
        let (names, session) = match self.session() {
            Some(token) => (
                "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
                format!("x-amz-security-token:{token}\n"),
            ),
            None => ("content-type;host;x-amz-date;x-amz-target", String::new()),
        };
        let headers = format!(
            "content-type:{content_type}\nhost:{host}\nx-amz-date:{date}\n{session}x-amz-target:{target}\n"
        );
        (names, format!("POST\n{path}\n\n{headers}\n{names}\n{body}"))
    }

    fn signature(&self, day: String, now: OffsetDateTime, to_sign: &str) -> String {
        let mut kept = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let of_day = match kept.take() {
            Some(of_day) if of_day.day == day => of_day,
            _ => {
                let secret = self.credentials.secret_access_key();
                let key = generate_signing_key(secret, now.into(), &self.region, self.service);
                DayKey { day, key: key.as_ref().to_vec() }
            }
        };
        let signature = calculate_signature(&of_day.key, to_sign.as_bytes());
        *kept = Some(of_day);
        signature
    }
}

fn hash(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("region", &self.region).field("service", &self.service).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use aws_sigv4::{
        http_request::{SignableBody, SignableRequest, SigningSettings, sign},
        sign::v4::SigningParams,
    };
    use time::macros::datetime;

    use super::*;

    const BODY: &[u8] = br#"{"RequestItems":{}}"#;
    const TYPE: &str = "application/x-amz-json-1.0";
    const TARGET: &str = "DynamoDB_20120810.BatchGetItem";

    /// Returns the headers that AWS's library adds.
    fn by_aws(credentials: &Credentials, url: &str, now: SystemTime) -> Vec<(String, String)> {
        let identity = credentials.clone().into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region("eu-west-1")
            .name("dynamodb")
            .time(now)
            .settings(SigningSettings::default())
            .build()
            .unwrap()
            .into();
        let headers = [("content-type", TYPE), ("x-amz-target", TARGET)].into_iter();
        let request = SignableRequest::new("POST", url, headers, SignableBody::Bytes(BODY)).unwrap();
        let (instructions, _) = sign(request, &params).unwrap().into_parts();
        instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn a_request_is_signed_as_by_the_library_of_aws() {
        for session in [None, Some("a session".to_owned())] {
            let credentials = Credentials::new("AKID", "secret", session, None, "test");
            let signer = Signer::new(credentials.clone(), "eu-west-1", "dynamodb");
            // On the second day with another key, and then with the same one.
            for now in [
                datetime!(2026-11-30 23:59:59 UTC),
                datetime!(2026-12-01 00:00:00 UTC),
                datetime!(2026-12-01 07:08:09 UTC),
            ] {
                for host in ["dynamodb.eu-west-1.amazonaws.com", "localhost:4566"] {
                    let request = Signed { host, path: "/", content_type: TYPE, target: TARGET, body: BODY };
                    let signed = signer.sign(request, now);
                    let expected = by_aws(&credentials, &format!("https://{host}/"), now.into());
                    let header = |name: &str| {
                        let found = expected.iter().find(|(given, _)| given == name);
                        found.map(|(_, value)| value.as_str())
                    };
                    assert_eq!(header("authorization"), Some(signed.authorization.as_str()));
                    assert_eq!(header("x-amz-date"), Some(signed.date.as_str()));
                    assert_eq!(header("x-amz-security-token"), signer.session());
                }
            }
        }
    }

    #[test]
    fn nothing_secret_is_shown() {
        let credentials = Credentials::new("AKID", "canary", Some("canary".to_owned()), None, "test");
        assert!(!format!("{:?}", Signer::new(credentials, "local", "dynamodb")).contains("canary"));
    }
}
