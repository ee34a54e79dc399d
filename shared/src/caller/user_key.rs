//! Public keys for user tokens: which are accepted (T23), and their conversion for the library.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{DecodingKey, crypto};

use super::{
    spki::{self, KeyKind},
    user_token::algorithm,
};
use crate::model::{KeyAlgorithm, UserKey, UserToken};

/// Error for a file without a public key for user tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUserKey {
    /// It has a private key, which only the project's server may have.
    #[error(
        "it holds a private key: give only the public half, as `openssl pkey -in FILE -pubout` prints it"
    )]
    Private,
    /// It has a certificate that contains the key.
    #[error(
        "it holds a certificate: give its public key, as `openssl x509 -in FILE -pubkey -noout` prints it"
    )]
    Certificate,
    /// It has a key in another format.
    #[error("it holds a key as {0} writes it: give it as PEM, -----BEGIN PUBLIC KEY-----")]
    OtherForm(&'static str),
    /// It is not a single PEM block.
    #[error("it holds no single key in PEM, -----BEGIN PUBLIC KEY-----")]
    NoKey,
    /// The key is of another kind than the algorithm's.
    #[error("it holds {given}, and {algorithm} takes {taken}")]
    OtherKind {
        /// The kind of the key.
        given: String,
        /// The algorithm.
        algorithm: &'static str,
        /// The kind that the algorithm accepts.
        taken: &'static str,
    },
    /// The key is of the right kind, but invalid: a point that is not on its curve, an exponent of 1.
    #[error("the key's numbers are none of a key of its kind")]
    Broken,
}

impl UserKey {
    /// Checks that the text is one public key, of the kind and length that its algorithm accepts. Private
    /// keys are refused.
    ///
    /// # Errors
    /// Says what is wrong, without quoting the key.
    pub fn check(&self) -> Result<(), InvalidUserKey> {
        refuse_other_forms(&self.public_key)?;
        let der = der_of(&self.public_key).ok_or(InvalidUserKey::NoKey)?;
        let kind = spki::kind(&der).ok_or(InvalidUserKey::NoKey)?;
        let (fits, taken) = match self.algorithm {
            KeyAlgorithm::Rs256 => {
                (matches!(kind, KeyKind::Rsa { bits: 2048..=8192 }), "an RSA key of 2,048 to 8,192 bits")
            }
            KeyAlgorithm::Es256 => (kind == KeyKind::P256, "a key on P-256"),
            KeyAlgorithm::EdDsa => (kind == KeyKind::Ed25519, "an Ed25519 key"),
        };
        if !fits {
            let algorithm = self.algorithm.name();
            return Err(InvalidUserKey::OtherKind { given: kind.to_string(), algorithm, taken });
        }
        let verifier: &'static dyn VerificationAlgorithm = match self.algorithm {
            KeyAlgorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            KeyAlgorithm::Es256 => &ECDSA_P256_SHA256_FIXED,
            KeyAlgorithm::EdDsa => &ED25519,
        };
        ParsedPublicKey::new(verifier, &der).map_err(|_| InvalidUserKey::Broken)?;
        decoding(self).map(drop)
    }

    /// Returns whether this key's private half has signed the token. Nothing else of the token is checked.
    #[must_use]
    pub fn has_signed(&self, token: &UserToken) -> bool {
        let parts = token.expose().rsplit_once('.');
        parts.is_some_and(|(message, signature)| verifies(self, message, signature))
    }
}

/// Returns whether `signature` is the key's signature of the message.
pub(super) fn verifies(key: &UserKey, message: &str, signature: &str) -> bool {
    let verified = |public: DecodingKey| {
        crypto::verify(signature, message.as_bytes(), &public, algorithm(key.algorithm)).unwrap_or_default()
    };
    decoding(key).is_ok_and(verified)
}

fn decoding(key: &UserKey) -> Result<DecodingKey, InvalidUserKey> {
    let pem = key.public_key.as_bytes();
    let decoding = match key.algorithm {
        KeyAlgorithm::Rs256 => DecodingKey::from_rsa_pem(pem),
        KeyAlgorithm::Es256 => DecodingKey::from_ec_pem(pem),
        KeyAlgorithm::EdDsa => DecodingKey::from_ed_pem(pem),
    };
    decoding.map_err(|_| InvalidUserKey::Broken)
}

/// Refuses keys that are not public keys in PEM, with an error that names their form.
fn refuse_other_forms(text: &str) -> Result<(), InvalidUserKey> {
    let jwk = serde_json::from_str::<serde_json::Value>(text).ok().filter(|jwk| !jwk.is_number());
    let is_secret_jwk = |jwk: &serde_json::Value| {
        let keys = jwk["keys"].as_array().cloned().unwrap_or_else(|| vec![jwk.clone()]);
        keys.iter().any(|key| ["d", "p", "q", "k"].iter().any(|member| !key[member].is_null()))
    };
    let upper = text.to_ascii_uppercase();
    if upper.contains("PRIVATE KEY")
        || text.contains("PuTTY-User-Key-File")
        || jwk.as_ref().is_some_and(is_secret_jwk)
    {
        return Err(InvalidUserKey::Private);
    }
    if upper.contains("BEGIN CERTIFICATE") || upper.contains("BEGIN TRUSTED CERTIFICATE") {
        return Err(InvalidUserKey::Certificate);
    }
    if jwk.is_some() {
        return Err(InvalidUserKey::OtherForm("JWK"));
    }
    let is_openssh =
        ["ssh-", "ecdsa-sha2-", "---- BEGIN SSH2"].iter().any(|begin| text.trim_start().starts_with(begin));
    if is_openssh { Err(InvalidUserKey::OtherForm("OpenSSH")) } else { Ok(()) }
}

/// Returns the DER of the only PEM block: that of a public key, or of an RSA key in PKCS #1.
fn der_of(text: &str) -> Option<Vec<u8>> {
    let (before, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, after) = rest.split_once(&format!("-----END {label}-----"))?;
    let is_alone = before.trim().is_empty() && after.trim().is_empty();
    if !is_alone || !["PUBLIC KEY", "RSA PUBLIC KEY"].contains(&label) {
        return None;
    }
    let base64: String = body.split_ascii_whitespace().collect();
    let der = STANDARD.decode(base64).ok()?;
    Some(if label == "RSA PUBLIC KEY" { spki::of_pkcs1(&der) } else { der })
}
