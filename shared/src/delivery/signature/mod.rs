//! Signatures of deliveries.
//!
//! Sources: the specification *Standard Webhooks* 1.0.0; Carbon's libraries for receivers (`carbon-verifier` and
//! its siblings); Paragon's page *Receiving Webhooks*, which leaves the encoding of its signature open.
//!
//! A delivery is signed when it is sent: each attempt has its own time, so that receivers can refuse what is
//! older than five minutes.
//!
//! # Rotation
//! For a time two versions of an endpoint's secrets are valid. Schemes of Standard Webhooks then have one signature
//! of each, and a receiver may have either. The others have room for one signature only: the libraries for Carbon read
//! one `v1`, and Paragon's header has one value. There **the newest version signs**, so a receiver that gets its new
//! secret from the answer to a rotation refuses deliveries until it has it; they are repeated, and none is lost. To
//! refuse none, an application makes the new secret itself, lets its receiver accept both, and then rotates to that
//! one ([`SigningKeys::imported`]).

mod keys;
mod message_id;
mod minified;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

pub use keys::{InvalidKeys, InvalidSecret, SigningKeys};
pub use message_id::MessageId;

use crate::{hex::hex, model::Timestamp};

/// Id of the delivery: the same for every attempt, so that receivers can drop what they have already.
pub const ID: HeaderName = HeaderName::from_static("webhook-id");
/// Time of the attempt, in seconds since 1970.
pub const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
/// Signatures of Standard Webhooks, separated by blanks.
pub const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");
/// Signature in Paragon's form.
pub const PARAGON: HeaderName = HeaderName::from_static("x-paragon-signature");
/// Signature in Carbon's form.
pub const CARBON: HeaderName = HeaderName::from_static("carbon-signature");
/// Signature in Carbon's form, over the body without blanks.
pub const CARBON_COMPACT: HeaderName = HeaderName::from_static("carbon-signature-compact");

/// Form of a signature. A delivery can have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Standard Webhooks with a shared secret: `v1,<Base64 of HMAC-SHA256>` over `id.timestamp.body`.
    Standard,
    /// Standard Webhooks with a key pair: `v1a,<Base64 of Ed25519>` over the same, in the same header.
    StandardAsymmetric,
    /// Paragon's `x-paragon-signature: v1=<HMAC-SHA256 of the body>`. Two choices are ours, because Paragon's page
    /// does not make them: the digits are hexadecimal, and the key is the text of the secret as the application
    /// has it (`whsec_…`), as receivers pass it to their library.
    Paragon,
    /// Carbon's `Carbon-Signature: t=<timestamp>,v1=<hexadecimal HMAC-SHA256>` over `timestamp.body`.
    Carbon,
    /// Carbon's `Carbon-Signature-Compact: t=<timestamp>,v2=…`: the same over the body without blanks between its
    /// values, for receivers that parse the body and write it again.
    CarbonCompact,
}

/// Returns the headers of one attempt: id, time and signatures. `keys` are the valid ones of the endpoint, the
/// newest first; without any, nothing is signed.
#[must_use]
pub fn sign(
    schemes: &[Scheme],
    keys: &[SigningKeys],
    id: &MessageId,
    at: Timestamp,
    body: &[u8],
) -> HeaderMap {
    let seconds = at.unix_seconds();
    let mut headers = HeaderMap::new();
    headers.insert(ID, value(id.as_str()));
    headers.insert(TIMESTAMP, HeaderValue::from(seconds));
    if let Some(signatures) = standard(schemes, keys, id, seconds, body) {
        headers.insert(SIGNATURE, value(&signatures));
    }
    let Some(newest) = keys.first() else { return headers };
    for scheme in schemes {
        let (name, signature) = match scheme {
            Scheme::Standard | Scheme::StandardAsymmetric => continue,
            Scheme::Paragon => (PARAGON, paragon(newest, body)),
            Scheme::Carbon => (CARBON, carbon(newest, seconds, "v1", body)),
            Scheme::CarbonCompact => {
                (CARBON_COMPACT, carbon(newest, seconds, "v2", &minified::minified(body)))
            }
        };
        headers.insert(name, value(&signature));
    }
    headers
}

/// Returns the signatures of Standard Webhooks by all keys; `None` if no such scheme is wanted.
fn standard(
    schemes: &[Scheme],
    keys: &[SigningKeys],
    id: &MessageId,
    seconds: u64,
    body: &[u8],
) -> Option<String> {
    let content = [format!("{}.{seconds}.", id.as_str()).as_bytes(), body].concat();
    let mut signatures = Vec::new();
    if schemes.contains(&Scheme::Standard) {
        let by = |keys: &SigningKeys| STANDARD.encode(hmac_sha256(keys.shared(), &content));
        signatures.extend(keys.iter().map(|keys| format!("v1,{}", by(keys))));
    }
    if schemes.contains(&Scheme::StandardAsymmetric) {
        let by = |keys: &SigningKeys| STANDARD.encode(keys.key_pair().sign(&content));
        signatures.extend(keys.iter().map(|keys| format!("v1a,{}", by(keys))));
    }
    (!signatures.is_empty()).then(|| signatures.join(" "))
}

fn paragon(keys: &SigningKeys, body: &[u8]) -> String {
    format!("v1={}", hex(hmac_sha256(keys.secret().expose().as_bytes(), body).as_ref()))
}

fn carbon(keys: &SigningKeys, seconds: u64, version: &str, body: &[u8]) -> String {
    let content = [format!("{seconds}.").as_bytes(), body].concat();
    format!("t={seconds},{version}={}", hex(hmac_sha256(keys.shared(), &content).as_ref()))
}

fn hmac_sha256(key: &[u8], content: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), content)
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("ids and signatures are printable ASCII")
}

#[cfg(test)]
mod tests;
