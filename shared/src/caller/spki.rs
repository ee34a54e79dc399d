//! Kind of a public key in DER: reads as much of `SubjectPublicKeyInfo` ([RFC
//! 5280](https://www.rfc-editor.org/rfc/rfc5280#section-4.1)) as is needed to name the kind in an error.

use std::fmt;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const NULL: [u8; 2] = [0x05, 0x00];
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];
const SECP256K1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x0a];
const X25519: &[u8] = &[0x2b, 0x65, 0x6e];
const X448: &[u8] = &[0x2b, 0x65, 0x6f];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const ED448: &[u8] = &[0x2b, 0x65, 0x71];

/// A kind of public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    Rsa { bits: usize },
    P256,
    Ed25519,
    Other(&'static str),
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "an RSA key of {bits} bits"),
            Self::P256 => f.write_str("a key on P-256"),
            Self::Ed25519 => f.write_str("an Ed25519 key"),
            Self::Other(name) => write!(f, "{name}"),
        }
    }
}

/// Returns the kind of the key; `None` if the bytes are not a public key.
pub(super) fn kind(spki: &[u8]) -> Option<KeyKind> {
    let (info, rest) = element(spki, SEQUENCE)?;
    let (algorithm, key) = element(info, SEQUENCE)?;
    let (key, after) = element(key, BIT_STRING)?;
    let (oid, parameters) = element(algorithm, OID)?;
    if !rest.is_empty() || !after.is_empty() {
        return None;
    }
    Some(match oid {
        RSA => KeyKind::Rsa { bits: modulus_bits(key.strip_prefix(&[0])?)? },
        RSA_PSS => KeyKind::Other("a key for RSA-PSS only"),
        DSA => KeyKind::Other("a DSA key"),
        EC => match element(parameters, OID).map(|(curve, _)| curve) {
            Some(P256) => KeyKind::P256,
            Some(P384) => KeyKind::Other("a key on P-384"),
            Some(P521) => KeyKind::Other("a key on P-521"),
            Some(SECP256K1) => KeyKind::Other("a key on secp256k1"),
            _ => KeyKind::Other("a key on another curve"),
        },
        X25519 => KeyKind::Other("an X25519 key, which signs nothing"),
        X448 => KeyKind::Other("an X448 key, which signs nothing"),
        ED25519 => KeyKind::Ed25519,
        ED448 => KeyKind::Other("an Ed448 key"),
        _ => KeyKind::Other("a key of another kind"),
    })
}

/// Returns the `SubjectPublicKeyInfo` of an RSA key in PKCS #1.
pub(super) fn of_pkcs1(key: &[u8]) -> Vec<u8> {
    let algorithm = wrapped(SEQUENCE, &[wrapped(OID, RSA), NULL.to_vec()].concat());
    let bits = wrapped(BIT_STRING, &[&[0], key].concat());
    wrapped(SEQUENCE, &[algorithm, bits].concat())
}

fn modulus_bits(key: &[u8]) -> Option<usize> {
    let (numbers, _) = element(key, SEQUENCE)?;
    let (modulus, _) = element(numbers, INTEGER)?;
    let digits = &modulus[modulus.iter().position(|byte| *byte != 0)?..];
    Some(digits.len() * 8 - digits[0].leading_zeros() as usize)
}

/// Returns the content of the first element, if it has this tag, and the bytes after it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let rest = der.strip_prefix(&[tag])?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match usize::from(*length) {
        short @ 0..=0x7f => (short, rest),
        long @ 0x81..=0x82 => {
            let (bytes, rest) = rest.split_at_checked(long - 0x80)?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

fn wrapped(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let digits = &length[length.iter().position(|byte| *byte != 0).unwrap_or(length.len() - 1)..];
    let mut der = vec![tag];
    if content.len() >= 0x80 {
        der.push(0x80 | u8::try_from(digits.len()).unwrap_or_default());
    }
    der.extend_from_slice(digits);
    der.extend_from_slice(content);
    der
}
