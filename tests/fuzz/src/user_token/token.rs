//! Tokens built from the input.

use std::sync::LazyLock;

use admin::user_keys::UserKeyPair;
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::Value;
use shared::model::KeyAlgorithm;

use crate::{draft::line, fixture::KEYS, known::key_pairs};

/// Key pairs with the names of the project's keys, which do not belong to the project.
static STRANGERS: LazyLock<Vec<UserKeyPair>> = LazyLock::new(key_pairs);

/// A token, with the parts from which it was built.
pub(super) struct Made<'a> {
    signer: &'a str,
    header: &'a [u8],
    claims: &'a [u8],
    token: Vec<u8>,
    damaged: bool,
}

impl<'a> Made<'a> {
    /// Builds the token of an input. The first line is `<signer> [<place> <byte>]`.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (first, rest) = line(bytes);
        let (header, rest) = line(rest);
        let (claims, _) = line(rest);
        let mut words = std::str::from_utf8(first).ok()?.split(' ');
        let signer = words.next()?;
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = sign(signer, message.as_bytes())?;
        let mut token = format!("{message}.{signature}").into_bytes();
        let damage = (words.next().and_then(|place| place.parse::<usize>().ok()))
            .zip(words.next().and_then(|byte| byte.parse::<u8>().ok()));
        let damaged = damage.is_some_and(|(place, byte)| {
            let place = place % token.len();
            token[place] ^= byte;
            byte != 0
        });
        Some(Self { signer, header, claims, token, damaged })
    }

    /// Returns the value of the header `Authorization` with the token.
    pub(super) fn authorization(&self) -> Vec<u8> {
        [b"Bearer ", self.token.as_slice()].concat()
    }

    /// Whether a key of the project has signed it, with its own algorithm and under its own name.
    pub(super) fn is_signed(&self) -> bool {
        let Some(key) = KEYS.iter().find(|pair| pair.key.id == self.signer) else { return false };
        let header = lenient(self.header).unwrap_or_default();
        let kid = &header["kid"];
        let is_its_own = header["alg"] == name(key.key.algorithm) && (kid.is_null() || *kid == self.signer);
        is_its_own && !self.damaged
    }

    /// Whether its header requires an extension, or gives another type than JWT.
    pub(super) fn is_of_another_kind(&self) -> bool {
        let header = lenient(self.header).unwrap_or_default();
        let kind = header["typ"].as_str().unwrap_or("JWT");
        !header["crit"].is_null() || !["jwt", "application/jwt"].contains(&kind.to_ascii_lowercase().as_str())
    }

    /// Returns its claims, if they are JSON.
    pub(super) fn claims(&self) -> Option<Value> {
        lenient(self.claims)
    }

    /// Whether it has the form that a server's library produces; such a token must be accepted if it is
    /// valid.
    pub(super) fn is_plain(&self) -> bool {
        let is_canonical = |part: &[u8]| {
            serde_json::from_slice::<Value>(part).is_ok_and(|value| value.to_string().as_bytes() == part)
        };
        let header: Value = serde_json::from_slice(self.header).unwrap_or_default();
        let is_usual =
            header.as_object().is_some_and(|header| header.keys().all(|key| key == "alg" || key == "kid"));
        is_usual && is_canonical(self.header) && is_canonical(self.claims) && self.token.len() <= 8 * 1024
    }
}

/// Parses JSON leniently: members that are not read may contain invalid UTF-8.
fn lenient(json: &[u8]) -> Option<Value> {
    serde_json::from_str(&String::from_utf8_lossy(json)).ok()
}

fn name(algorithm: KeyAlgorithm) -> &'static str {
    match algorithm {
        KeyAlgorithm::Rs256 => "RS256",
        KeyAlgorithm::Es256 => "ES256",
        KeyAlgorithm::EdDsa => "EdDSA",
    }
}

/// Signs with `rs256`, `es256` or `eddsa`, with the `stranger-` key of the same name, with the text of the
/// `public-` key as an HMAC secret, or not at all with `none`.
fn sign(signer: &str, message: &[u8]) -> Option<String> {
    if signer == "none" {
        return Some(String::new());
    }
    if let Some(name) = signer.strip_prefix("public-") {
        let pem = &pair(&KEYS, name)?.key.public_key;
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, pem.as_bytes()), message);
        return Some(URL_SAFE_NO_PAD.encode(tag));
    }
    let pair = match signer.strip_prefix("stranger-") {
        Some(name) => pair(&STRANGERS, name)?,
        None => pair(&KEYS, signer)?,
    };
    let pem = pair.private_key.as_bytes();
    let (algorithm, key) = match pair.key.algorithm {
        KeyAlgorithm::Rs256 => (Algorithm::RS256, EncodingKey::from_rsa_pem(pem)),
        KeyAlgorithm::Es256 => (Algorithm::ES256, EncodingKey::from_ec_pem(pem)),
        KeyAlgorithm::EdDsa => (Algorithm::EdDSA, EncodingKey::from_ed_pem(pem)),
    };
    Some(crypto::sign(message, &key.expect("the key can be read"), algorithm).expect("the key signs"))
}

fn pair<'k>(pairs: &'k [UserKeyPair], name: &str) -> Option<&'k UserKeyPair> {
    pairs.iter().find(|pair| pair.key.id == name)
}
