//! Proof Key for Code Exchange: only the app that requested a code can redeem it.

use serde::{Deserialize, Serialize};

use crate::crypto;

/// Challenge of an authorize request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Challenge {
    /// The verifier itself.
    Plain(String),
    /// The base64url of the verifier's SHA-256.
    S256(String),
}

impl Challenge {
    /// Reads the challenge of an authorize request, if it has one; the error is a sentence.
    pub(super) fn read(challenge: Option<&str>, method: Option<&str>) -> Result<Option<Self>, &'static str> {
        match (challenge, method) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err("code_challenge is missing"),
            (Some(challenge), _) if !is_well_formed(challenge) => {
                Err("code_challenge must be 43 to 128 characters of A-Z a-z 0-9 - . _ ~")
            }
            (Some(challenge), Some("S256")) => Ok(Some(Self::S256(challenge.to_owned()))),
            (Some(challenge), None | Some("plain")) => Ok(Some(Self::Plain(challenge.to_owned()))),
            (Some(_), Some(_)) => Err("code_challenge_method must be S256 or plain"),
        }
    }

    /// Whether `verifier` matches.
    pub(super) fn is_met_by(&self, verifier: &str) -> bool {
        is_well_formed(verifier)
            && match self {
                Self::Plain(challenge) => crypto::same_secret(challenge, verifier),
                Self::S256(challenge) => {
                    crypto::same_secret(challenge, &crypto::base64url(&crypto::sha256(verifier.as_bytes())))
                }
            }
    }
}

fn is_well_formed(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636() {
        let challenge = Challenge::read(Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), Some("S256"));
        let challenge = challenge.unwrap().unwrap();
        assert!(challenge.is_met_by("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!challenge.is_met_by("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"));
        assert!(!challenge.is_met_by("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
    }
}
