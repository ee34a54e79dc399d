//! Secrets with which the deliveries of one endpoint are signed.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};

use crate::{
    hex::hex,
    model::{WebhookSecret, random_bytes},
};

/// Size of the seed of an Ed25519 key pair, in bytes (RFC 8032).
const SEED: usize = 32;
/// Size of a new shared secret, in bytes.
const SHARED: usize = 32;
/// Sizes of shared secrets that Standard Webhooks allows, in bytes.
const SHARED_SIZES: std::ops::RangeInclusive<usize> = 24..=64;
/// Beginning of a shared secret's text.
const SECRET_PREFIX: &str = "whsec_";
/// Beginning of a public key's text.
const PUBLIC_PREFIX: &str = "whpk_";
/// Base64 as the libraries for receivers read it: `=` at the end may be missing.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// One version of an endpoint's secrets: a secret that it shares with the receiver, and a key pair. Their `Debug`
/// form is redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKeys {
    shared: Vec<u8>,
    seed: [u8; SEED],
}

/// Reason why another sender's secret cannot be used here. It does not repeat the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecret {
    /// It has another prefix, or none.
    #[error("a secret begins with {SECRET_PREFIX}")]
    Prefix,
    /// It is not Base64.
    #[error("what follows {SECRET_PREFIX} must be Base64")]
    Encoding,
    /// It is too short or too long.
    #[error("a secret has 24 to 64 bytes, and this one has {0}")]
    Size(usize),
}

/// Stored secrets cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stored signing keys cannot be read")]
pub struct InvalidKeys;

impl SigningKeys {
    /// Returns new secrets: 32 random bytes to share, and a random key pair.
    #[must_use]
    pub fn random() -> Self {
        Self { shared: random_bytes::<SHARED>().to_vec(), seed: random_bytes() }
    }

    /// Returns secrets with a shared secret that the application already has, and a new key pair: its receiver then
    /// goes on verifying with what it has.
    ///
    /// # Errors
    /// The reason why the secret cannot be used.
    pub fn imported(secret: &WebhookSecret) -> Result<Self, InvalidSecret> {
        let encoded = secret.expose().strip_prefix(SECRET_PREFIX).ok_or(InvalidSecret::Prefix)?;
        let shared = TOLERANT.decode(encoded).map_err(|_| InvalidSecret::Encoding)?;
        if SHARED_SIZES.contains(&shared.len()) {
            Ok(Self { shared, seed: random_bytes() })
        } else {
            Err(InvalidSecret::Size(shared.len()))
        }
    }

    /// Returns all secrets as text, to be sealed. Every call deserves a look in a review.
    #[must_use]
    pub fn expose(&self) -> String {
        STANDARD.encode([self.seed.as_slice(), &self.shared].concat())
    }

    /// Reads what [`Self::expose`] has returned.
    ///
    /// # Errors
    /// Fails for any other text.
    pub fn from_exposed(text: &str) -> Result<Self, InvalidKeys> {
        let bytes = STANDARD.decode(text).map_err(|_| InvalidKeys)?;
        let (seed, shared) = bytes.split_first_chunk::<SEED>().ok_or(InvalidKeys)?;
        if !SHARED_SIZES.contains(&shared.len()) {
            return Err(InvalidKeys);
        }
        Ok(Self { shared: shared.to_vec(), seed: *seed })
    }

    /// Returns the shared secret for the receiver, as Standard Webhooks writes it: `whsec_` and Base64.
    #[must_use]
    pub fn secret(&self) -> WebhookSecret {
        WebhookSecret::new(format!("{SECRET_PREFIX}{}", STANDARD.encode(&self.shared)))
    }

    /// Returns the shared secret for the receiver, as Carbon writes its `signing_key`: hexadecimal.
    #[must_use]
    pub fn carbon_signing_key(&self) -> WebhookSecret {
        WebhookSecret::new(hex(&self.shared))
    }

    /// Returns the public key, as Standard Webhooks writes it: `whpk_` and Base64.
    #[must_use]
    pub fn public_key(&self) -> String {
        format!("{PUBLIC_PREFIX}{}", STANDARD.encode(self.key_pair().public_key()))
    }

    /// Returns the bytes of the shared secret.
    pub(super) fn shared(&self) -> &[u8] {
        &self.shared
    }

    pub(super) fn key_pair(&self) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&self.seed).expect("any 32 bytes are a seed")
    }

    /// Returns secrets with these bytes, for published test vectors.
    #[cfg(test)]
    pub(super) fn of(shared: &[u8], seed: [u8; SEED]) -> Self {
        Self { shared: shared.to_vec(), seed }
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKeys([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(text: &str) -> Result<SigningKeys, InvalidSecret> {
        SigningKeys::imported(&WebhookSecret::new(text))
    }

    #[test]
    fn new_secrets_differ_and_have_the_standards_forms() {
        let (one, other) = (SigningKeys::random(), SigningKeys::random());
        assert_ne!(one.secret(), other.secret());
        assert_ne!(one.public_key(), other.public_key());
        let secret = one.secret();
        let encoded = secret.expose().strip_prefix("whsec_").unwrap();
        assert_eq!(STANDARD.decode(encoded).unwrap().len(), 32);
        assert_eq!(one.carbon_signing_key().expose(), hex(&STANDARD.decode(encoded).unwrap()));
        let public = one.public_key();
        assert_eq!(STANDARD.decode(public.strip_prefix("whpk_").unwrap()).unwrap().len(), 32);
    }

    #[test]
    fn secrets_are_read_back_as_they_were_exposed_and_nothing_else_is_read() {
        for keys in
            [SigningKeys::random(), SigningKeys::of(&[7; 24], [1; 32]), SigningKeys::of(&[7; 64], [1; 32])]
        {
            assert_eq!(SigningKeys::from_exposed(&keys.expose()), Ok(keys));
        }
        for other in
            ["", "%", &STANDARD.encode([0; 31]), &STANDARD.encode([0; 32 + 23]), &STANDARD.encode([0; 97])]
        {
            assert_eq!(SigningKeys::from_exposed(other), Err(InvalidKeys), "{other}");
        }
    }

    #[test]
    fn another_senders_secret_is_taken_with_and_without_padding() {
        for (text, size) in [
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 24),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg==", 25),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr", 25),
        ] {
            let keys = import(text).unwrap();
            assert_eq!(keys.shared().len(), size, "{text}");
            assert_eq!(import(keys.secret().expose()).unwrap().shared(), keys.shared());
        }
        let largest = format!("whsec_{}", STANDARD.encode([9; 64]));
        assert_eq!(import(&largest).unwrap().shared(), [9; 64]);
        assert_ne!(import(&largest).unwrap().public_key(), import(&largest).unwrap().public_key());
    }

    #[test]
    fn what_is_no_secret_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", InvalidSecret::Prefix),
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", InvalidSecret::Prefix),
            ("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", InvalidSecret::Prefix),
            ("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", InvalidSecret::Prefix),
            ("whsec_", InvalidSecret::Size(0)),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS%", InvalidSecret::Encoding),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZI o2LaLaSw", InvalidSecret::Encoding),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa", InvalidSecret::Size(22)),
            (&format!("whsec_{}", STANDARD.encode([9; 65])), InvalidSecret::Size(65)),
        ] {
            assert_eq!(import(text), Err(reason), "{text}");
            assert!(text.len() < 10 || !reason.to_string().contains(&text[6..]), "{reason}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let keys = SigningKeys::of(&[b'k'; 32], [b's'; 32]);
        assert_eq!(format!("{keys:?}"), "SigningKeys([redacted])");
        assert!(!format!("{:?}", keys.secret()).contains("a2tr"));
    }

    /// RFC 8032, section 7.1, test 1.
    #[test]
    fn the_public_key_is_that_of_the_seed() {
        let seed = [
            0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
            0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
        ];
        let public = SigningKeys::of(&[0; 32], seed).public_key();
        let bytes = STANDARD.decode(public.strip_prefix("whpk_").unwrap()).unwrap();
        assert_eq!(hex(&bytes), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    }
}
