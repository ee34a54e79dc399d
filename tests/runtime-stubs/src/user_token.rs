//! A user token, and the public key that verifies it.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::{
    digest::{SHA256, digest},
    encoding::{AsDer, PublicKeyX509Der},
    signature::{Ed25519KeyPair, KeyPair as _},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

/// Life of a token, in seconds.
const LIFE: u64 = 600;

/// A token that a project's server has signed for one of its users, with a new key pair.
#[derive(Debug)]
pub(crate) struct UserToken {
    /// Text of the token.
    pub(crate) text: String,
    /// Public key, as PEM. Its algorithm is `EdDSA`.
    pub(crate) public_key: String,
}

impl UserToken {
    /// Signs a token for a user of a project.
    pub(crate) fn sign(project: &str, user: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let audience = format!("useparagon.com/{project}");
        let claims = json!({ "sub": user, "aud": audience, "iat": now, "exp": now + LIFE });
        let message = format!("{}.{}", encoded(&json!({ "alg": "EdDSA" })), encoded(&claims));
        let pair = Ed25519KeyPair::generate().unwrap();
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
        let der = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()).unwrap();
        let base64 = STANDARD.encode::<&[u8]>(der.as_ref());
        Self {
            text: format!("{message}.{signature}"),
            public_key: format!("-----BEGIN PUBLIC KEY-----\n{base64}\n-----END PUBLIC KEY-----\n"),
        }
    }

    /// Returns the first eight characters of the public key's SHA-256, in URL-safe Base64.
    pub(crate) fn key_prefix(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.public_key.as_bytes()))[..8].to_owned()
    }
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}
