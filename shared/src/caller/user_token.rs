//! User tokens: JWTs that a project's server signs, in the form that Paragon's clients use.

use std::collections::HashMap;

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;

use crate::model::{KeyAlgorithm, ProjectId, Timestamp, UserId, UserKey, UserToken};

/// Clocks may differ by so many seconds.
const LEEWAY: u64 = 60;
/// No token is longer. Bytes.
const LIMIT: usize = 8 * 1024;

/// A PEM that holds no public key for its algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no public key for this algorithm in PEM, -----BEGIN PUBLIC KEY-----")]
pub struct InvalidUserKey;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Claims {
    /// Who the user is. Paragon's SDK takes `id`, too.
    sub: Option<String>,
    id: Option<String>,
    /// When it ends. Seconds since 1970.
    exp: u64,
    /// Before then it is of no use.
    nbf: Option<u64>,
    /// Whom it is for.
    aud: Option<Audience>,
    /// What it allows; absent: everything.
    #[serde(rename = "urn:useparagon:connect:permissions")]
    permissions: Option<HashMap<String, Value>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Whether it is the project: `useparagon.com/{project}`, the same of any other host, or its id alone.
    fn is(&self, project: ProjectId) -> bool {
        let id = project.to_string();
        let names = |audience: &String| audience.rsplit('/').next() == Some(&id);
        match self {
            Self::One(audience) => names(audience),
            Self::Several(all) => all.iter().any(names),
        }
    }
}

impl Claims {
    /// The claims of a token that one of the keys has signed, and that is for this project. Nothing is read of a token
    /// before its signature is checked, but for the name of the key.
    pub(super) fn read(token: &UserToken, project: ProjectId, keys: &[UserKey]) -> Option<Self> {
        let text = Some(token.expose()).filter(|text| text.len() <= LIMIT)?;
        let header = decode_header(text).ok()?;
        let claims =
            keys.iter().filter(|key| may_have_signed(key, &header)).find_map(|key| checked(text, key))?;
        claims.aud.as_ref().is_none_or(|audience| audience.is(project)).then_some(claims)
    }

    /// Whether it holds now.
    pub(super) fn hold(&self, now: Timestamp) -> bool {
        let now = now.unix_seconds();
        now < self.exp.saturating_add(LEEWAY)
            && self.nbf.is_none_or(|from| from <= now.saturating_add(LEEWAY))
    }

    /// Whether it allows the use of Dropbox: what is said of Dropbox goes before what is said of all integrations.
    pub(super) fn allow_dropbox(&self) -> bool {
        let Some(permissions) = &self.permissions else { return true };
        let said =
            ["integration:dropbox", "integration:*", "*"].iter().find_map(|scope| permissions.get(*scope));
        said == Some(&Value::Bool(true))
    }

    pub(super) fn user(&self) -> Option<UserId> {
        self.sub.as_ref().or(self.id.as_ref())?.parse().ok()
    }
}

fn may_have_signed(key: &UserKey, header: &Header) -> bool {
    header.alg == algorithm(key) && header.kid.as_ref().is_none_or(|kid| *kid == key.id)
}

fn algorithm(key: &UserKey) -> Algorithm {
    match key.algorithm {
        KeyAlgorithm::Rs256 => Algorithm::RS256,
        KeyAlgorithm::Es256 => Algorithm::ES256,
        KeyAlgorithm::EdDsa => Algorithm::EdDSA,
    }
}

impl UserKey {
    /// Checks that the PEM holds a public key for the algorithm.
    ///
    /// # Errors
    /// Where it does not.
    pub fn check(&self) -> Result<(), InvalidUserKey> {
        decoding(self).map(drop)
    }
}

fn decoding(key: &UserKey) -> Result<DecodingKey, InvalidUserKey> {
    let pem = key.public_key.as_bytes();
    let decoding = match key.algorithm {
        KeyAlgorithm::Rs256 => DecodingKey::from_rsa_pem(pem),
        KeyAlgorithm::Es256 => DecodingKey::from_ec_pem(pem),
        KeyAlgorithm::EdDsa => DecodingKey::from_ed_pem(pem),
    };
    decoding.map_err(|_| InvalidUserKey)
}

fn checked(token: &str, key: &UserKey) -> Option<Claims> {
    let decoding = decoding(key);
    let mut validation = Validation::new(algorithm(key));
    // Times and audience are checked by us: against our clock, and after the form of ours.
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_aud) = (false, false);
    Some(decode::<Claims>(token, &decoding.ok()?, &validation).ok()?.claims)
}
