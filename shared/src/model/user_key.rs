//! Public keys with which a project's user tokens are verified.

use serde::{Deserialize, Serialize};

/// A public key of a project. The project's server signs user tokens with the private key, which never comes
/// here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserKey {
    /// Its name in the header of tokens (`kid`), if they name a key.
    pub id: String,
    /// The only algorithm that its tokens may use: the key determines it, never the token.
    pub algorithm: KeyAlgorithm,
    /// The key, as PEM (`-----BEGIN PUBLIC KEY-----`).
    pub public_key: String,
}

/// Signature algorithm of user tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyAlgorithm {
    /// RSA with SHA-256, PKCS #1 v1.5; keys of 2,048 bits and more.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl KeyAlgorithm {
    /// Returns its name in a token's header (RFC 7518).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}
