//! The signature of Dropbox's webhooks: HMAC-SHA256 over the raw body, keyed by the app's secret, as 64
//! hexadecimal digits in `X-Dropbox-Signature`.

use aws_lc_rs::hmac;

use crate::model::AppSecret;

/// Header with the signature.
const HEADER: &str = "x-dropbox-signature";

/// A signature that is not verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSignature([u8; 32]);

impl WebhookSignature {
    /// Header with the signature.
    pub const HEADER: &'static str = HEADER;

    /// Parses the header's value; `None` if it is not 64 hexadecimal digits.
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let digits = header.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair =
                std::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|c| c.is_ascii_hexdigit()))?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// Returns whether the app with this secret signed exactly these bytes. Takes the same time for every
    /// wrong signature.
    #[must_use]
    pub fn is_of(&self, secret: &AppSecret, body: &[u8]) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
        hmac::verify(&key, body, &self.0).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"list_folder": {"accounts": ["dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc"]}, "delta": {"users": [12345678]}}"#;
    const SIGNATURE: &str = "029325c6a45ea0e5e2eebd2c46fa3d575bede84147736b529c5cc32cbc07ca64";

    #[test]
    fn only_the_signed_bytes_pass() {
        let secret = AppSecret::new("appsecret123");
        let signature = WebhookSignature::parse(SIGNATURE).unwrap();
        assert!(signature.is_of(&secret, BODY));
        assert!(!signature.is_of(&secret, &BODY[1..]));
        assert!(!signature.is_of(&AppSecret::new("another"), BODY));
    }

    #[test]
    fn what_is_no_signature_is_not_read_as_one() {
        for header in ["", "00", &SIGNATURE[1..], &SIGNATURE.replace('0', "+"), &format!("{SIGNATURE}0")] {
            assert_eq!(WebhookSignature::parse(header), None, "{header}");
        }
    }
}
