//! Key pairs with which a project's server signs user tokens.

use std::{fs, path::Path};

use anyhow::{Context, anyhow, ensure};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use shared::model::{KeyAlgorithm, UserKey, UserToken};

/// A key pair: the project's record has the public key, its server the private one.
pub struct UserKeyPair {
    /// Public key.
    pub key: UserKey,
    /// Private key, as PEM (PKCS #8).
    pub private_key: String,
}

impl UserKeyPair {
    /// Generates a new pair.
    ///
    /// # Errors
    /// If the machine cannot generate one.
    pub fn generate(id: &str, algorithm: KeyAlgorithm) -> anyhow::Result<Self> {
        let (private, public) = match algorithm {
            KeyAlgorithm::Rs256 => rsa()?,
            KeyAlgorithm::Es256 => ecdsa()?,
            KeyAlgorithm::EdDsa => ed25519()?,
        };
        let key = UserKey { id: id.to_owned(), algorithm, public_key: pem("PUBLIC KEY", &public) };
        let pair = Self { key, private_key: pem("PRIVATE KEY", &private) };
        pair.check()?;
        Ok(pair)
    }

    /// Signs a test token, and checks it in the same way as user tokens.
    ///
    /// # Errors
    /// If the public key is not accepted for user tokens, or is not that of the private key.
    pub fn check(&self) -> anyhow::Result<()> {
        self.key.check()?;
        ensure!(
            self.key.has_signed(&self.sign(&json!({}))?),
            "the new key pair does not check its own signature"
        );
        Ok(())
    }

    /// Signs a token with these claims, as the project's server would.
    ///
    /// # Errors
    /// If the private key cannot sign.
    pub fn sign(&self, claims: &Value) -> anyhow::Result<UserToken> {
        let pem = self.private_key.as_bytes();
        let (algorithm, key) = match self.key.algorithm {
            KeyAlgorithm::Rs256 => (Algorithm::RS256, EncodingKey::from_rsa_pem(pem)),
            KeyAlgorithm::Es256 => (Algorithm::ES256, EncodingKey::from_ec_pem(pem)),
            KeyAlgorithm::EdDsa => (Algorithm::EdDSA, EncodingKey::from_ed_pem(pem)),
        };
        let header = Header { kid: Some(self.key.id.clone()), ..Header::new(algorithm) };
        let token = encode(&header, claims, &key.context("the private key is unreadable")?);
        Ok(UserToken::new(token.context("the token cannot be signed")?))
    }
}

/// Reads the public key of a pair whose private key the project's server has.
///
/// # Errors
/// If the file does not contain a public key for this algorithm. The error does not repeat its content.
pub(crate) fn read_public_key(file: &Path, id: &str, algorithm: KeyAlgorithm) -> anyhow::Result<UserKey> {
    let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let public_key = String::from_utf8(bytes).unwrap_or_default();
    let key = UserKey { id: id.to_owned(), algorithm, public_key };
    key.check().with_context(|| format!("{} is refused, and nothing of it was stored", file.display()))?;
    Ok(key)
}

/// Private and public key, as DER.
type Pair = (Vec<u8>, Vec<u8>);

fn rsa() -> anyhow::Result<Pair> {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| failed())?;
    let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| failed())?;
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()).map_err(|_| failed())?;
    Ok((private.as_ref().to_vec(), public.as_ref().to_vec()))
}

fn ecdsa() -> anyhow::Result<Pair> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| failed())?;
    let private = pair.to_pkcs8v1().map_err(|_| failed())?;
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()).map_err(|_| failed())?;
    Ok((private.as_ref().to_vec(), public.as_ref().to_vec()))
}

fn ed25519() -> anyhow::Result<Pair> {
    let pair = Ed25519KeyPair::generate().map_err(|_| failed())?;
    let private = pair.to_pkcs8v1().map_err(|_| failed())?;
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()).map_err(|_| failed())?;
    Ok((private.as_ref().to_vec(), public.as_ref().to_vec()))
}

fn failed() -> anyhow::Error {
    anyhow!("this machine cannot make a key pair")
}

/// Encodes as PEM (RFC 7468), in lines of 64 characters.
fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines = base64.as_bytes().chunks(64).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n");
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
}
