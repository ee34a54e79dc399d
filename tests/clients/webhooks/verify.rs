use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::{
    hmac::{self, HMAC_SHA256},
    signature::{ED25519, UnparsedPublicKey},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderMap;

const TOLERANCE: u64 = 5 * 60;

/// Returns whether the delivery was signed with the key (`whsec_…` or `whpk_…`) within five minutes. `body` is
/// the bytes as they arrived.
pub fn is_genuine(key: &str, headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    if !timestamp.parse::<u64>().is_ok_and(|at| now.abs_diff(at) <= TOLERANCE) {
        return false;
    }
    let content = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
    let mut signatures = header("webhook-signature").split(' ').filter_map(|part| part.split_once(','));
    signatures.any(|(version, encoded)| is_signed(key, &content, version, encoded))
}

fn is_signed(key: &str, content: &[u8], version: &str, encoded: &str) -> bool {
    let Some((prefix, material)) = key.split_once('_') else { return false };
    let (Ok(material), Ok(signature)) = (STANDARD.decode(material), STANDARD.decode(encoded)) else {
        return false;
    };
    match (prefix, version) {
        ("whsec", "v1") => {
            let key = hmac::Key::new(HMAC_SHA256, &material);
            hmac::verify(&key, content, &signature).is_ok()
        }
        ("whpk", "v1a") => UnparsedPublicKey::new(&ED25519, material).verify(content, &signature).is_ok(),
        _ => false,
    }
}
