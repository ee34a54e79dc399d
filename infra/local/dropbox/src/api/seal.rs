//! Texts that only this service can make, signed with the secret of the app that they are for.

use crate::{AppSettings, crypto};

const SIGNATURE: usize = 16;

/// A text that holds `bytes`, for one purpose.
pub(crate) fn seal(app: &AppSettings, purpose: &str, mut bytes: Vec<u8>) -> String {
    let signature = sign(app, purpose, &bytes);
    bytes.extend(signature);
    crypto::base64url(&bytes)
}

/// What a text holds, if it was made for this app and purpose.
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
