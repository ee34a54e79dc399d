//! Verifies signatures as a receiver does.

use aws_lc_rs::{
    hmac,
    signature::{ED25519, UnparsedPublicKey},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use tests::Received;

/// Returns whether a request has a signature `v1` by a secret (`whsec_…`).
pub(crate) fn is_signed_with_secret(request: &Received, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let expected = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &content(request));
    signatures(request, "v1").iter().any(|signature| signature == expected.as_ref())
}

/// Returns whether a request has a signature `v1a` by the private key of a public one (`whpk_…`).
pub(super) fn is_signed_with_key(request: &Received, public: &str) -> bool {
    let key = STANDARD.decode(public.strip_prefix("whpk_").unwrap()).unwrap();
    let key = UnparsedPublicKey::new(&ED25519, key);
    let content = content(request);
    signatures(request, "v1a").iter().any(|signature| key.verify(&content, signature).is_ok())
}

/// Returns the signatures of a version.
pub(super) fn signatures(request: &Received, version: &str) -> Vec<Vec<u8>> {
    let all = request.header("webhook-signature").split(' ').filter_map(|one| one.split_once(','));
    all.filter(|(of, _)| *of == version).map(|(_, encoded)| STANDARD.decode(encoded).unwrap()).collect()
}

fn content(request: &Received) -> Vec<u8> {
    let before = format!("{}.{}.", request.header("webhook-id"), request.header("webhook-timestamp"));
    [before.as_bytes(), &request.body].concat()
}
