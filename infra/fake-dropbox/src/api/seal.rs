//! Sealed texts that only this service can issue, signed with the secret of an app.

use crate::{AppSettings, crypto};

const SIGNATURE: usize = 16;

/// Seals `bytes` for one purpose.
pub(crate) fn seal(app: &AppSettings, purpose: &str, mut bytes: Vec<u8>) -> String {
    let signature = sign(app, purpose, &bytes);
    bytes.extend(signature);
    crypto::base64url(&bytes)
}

/// Opens a sealed text, if it was issued for this app and purpose.
pub(crate) fn open(app: &AppSettings, purpose: &str, text: &str) -> Option<Vec<u8>> {
    let mut bytes = crypto::from_base64url(text)?;
    let signature = bytes.split_off(bytes.len().checked_sub(SIGNATURE)?);
    (sign(app, purpose, &bytes)[..] == signature).then_some(bytes)
}

fn sign(app: &AppSettings, purpose: &str, bytes: &[u8]) -> [u8; SIGNATURE] {
    let key = crypto::hmac_sha256(app.secret.as_bytes(), purpose.as_bytes());
    let mut signature = [0; SIGNATURE];
    signature.copy_from_slice(&crypto::hmac_sha256(&key, bytes)[..SIGNATURE]);
    signature
}
