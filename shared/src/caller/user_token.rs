//! User tokens: JWTs signed by a project's server, in the form that Paragon's clients use.
//!
//! The checks follow [RFC 7519](https://www.rfc-editor.org/rfc/rfc7519) and [RFC
//! 8725](https://www.rfc-editor.org/rfc/rfc8725) (T22): the length, before anything is parsed; the algorithm,
//! which the key determines and never the token; the type of the token and the absence of extensions; the
//! signature; then times, audience and permissions.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use super::{strict_json, user_key::verifies};
use crate::model::{KeyAlgorithm, Project, ProjectId, Timestamp, UserId, UserKey, UserToken, UserTokenRules};

/// Tolerated difference between clocks, in seconds.
const LEEWAY: f64 = 60.0;
/// Longest token, in bytes.
const LIMIT: usize = 8 * 1024;
/// Audience for which Paragon's servers sign, before a slash and the project's id.
const PARAGON: &str = "useparagon.com";
const PERMISSIONS: &str = "urn:useparagon:connect:permissions";

/// The claims of a token.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Claims {
    /// The user, from `sub`, or from `id`, which Paragon's SDK accepts too.
    user: String,
    /// Expiry and, if given, the times of issue and from which the token is valid. Seconds since 1970.
    ends: f64,
    made: Option<f64>,
    begins: Option<f64>,
    /// The audiences; `None` if none is named.
    audience: Option<Vec<String>>,
    /// The permissions; `None` for all.
    permissions: Option<Map<String, Value>>,
}

impl Claims {
    /// Returns the claims of a token that one of the project's keys has signed, and the key. Until the
    /// signature is verified, only the header is parsed.
    pub(super) fn read<'p>(token: &UserToken, project: &'p Project) -> Option<(Self, &'p UserKey)> {
        let text = Some(token.expose()).filter(|text| text.len() <= LIMIT)?;
        let (message, signature) = text.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let header = Header::read(header)?;
        let mut keys = project.user_keys.iter().filter(|key| header.names(key));
        let key = keys.find(|key| verifies(key, message, signature))?;
        Some((Self::of_json(&strict_json::object(&decoded(claims)?)?)?, key))
    }

    fn of_json(claims: &Map<String, Value>) -> Option<Self> {
        let (sub, id) = (text(claims.get("sub"))?, text(claims.get("id"))?);
        Some(Self {
            user: sub.or(id)?.to_owned(),
            ends: seconds(claims.get("exp"))??,
            made: seconds(claims.get("iat"))?,
            begins: seconds(claims.get("nbf"))?,
            audience: audience(claims.get("aud"))?,
            permissions: match claims.get(PERMISSIONS) {
                None | Some(Value::Null) => None,
                Some(Value::Object(permissions)) => Some(permissions.clone()),
                Some(_) => return None,
            },
        })
    }

    /// Returns whether the token is valid now, and lives no longer than the project allows.
    pub(super) fn are_valid(&self, now: Timestamp, rules: &UserTokenRules) -> bool {
        #[allow(clippy::cast_precision_loss, reason = "seconds are far below 2^52")]
        let (now, longest) = (now.unix_seconds() as f64, rules.longest_life_seconds as f64);
        let has_begun = |from: f64| from <= now + LEEWAY;
        now < self.ends + LEEWAY
            && self.made.is_none_or(has_begun)
            && self.begins.is_none_or(has_begun)
            && self.ends - self.made.unwrap_or(now) <= longest
            && self.ends - now <= longest + LEEWAY
    }

    /// Returns whether the token is for this project: its audience is `useparagon.com/{project}`, `{own
    /// host}/{project}`, the project's id, or one that the project has registered, each compared as a whole.
    /// `host` is the host of the request, which can only be our own address.
    pub(super) fn are_for(&self, project: ProjectId, host: Option<&str>, rules: &UserTokenRules) -> bool {
        let Some(audience) = &self.audience else { return !rules.audience_required };
        let id = project.to_string();
        let is_below = |place: &str, host: &str| {
            place.strip_prefix(host).and_then(|rest| rest.strip_prefix('/')) == Some(&id)
        };
        let is_ours = |named: &String| {
            let place = named.strip_prefix("https://").unwrap_or(named);
            *named == id
                || is_below(place, PARAGON)
                || host.is_some_and(|host| is_below(place, host))
                || rules.audiences.contains(named)
        };
        audience.iter().any(is_ours)
    }

    /// Returns whether the token permits the use of Dropbox: a permission for Dropbox overrides one for all
    /// integrations.
    pub(super) fn allow_dropbox(&self) -> bool {
        let Some(permissions) = &self.permissions else { return true };
        let said =
            ["integration:dropbox", "integration:*", "*"].iter().find_map(|scope| permissions.get(*scope));
        said == Some(&Value::Bool(true))
    }

    pub(super) fn user(&self) -> Option<UserId> {
        self.user.parse().ok()
    }
}

/// The header of a token.
struct Header {
    algorithm: String,
    key: Option<String>,
}

impl Header {
    /// Parses a header; `None` if the token has another type, or requires an extension: `crit` names those,
    /// and we know none.
    fn read(encoded: &str) -> Option<Self> {
        let header = strict_json::object(&decoded(encoded)?)?;
        let is_jwt = |kind: &str| ["jwt", "application/jwt"].contains(&kind.to_ascii_lowercase().as_str());
        let kind = text(header.get("typ"))?;
        let extends = header.contains_key("crit") || header.contains_key("b64");
        if extends || !kind.is_none_or(is_jwt) {
            return None;
        }
        let key = text(header.get("kid"))?.map(str::to_owned);
        Some(Self { algorithm: text(header.get("alg"))??.to_owned(), key })
    }

    /// Returns whether the key may have signed the token; the key determines the algorithm.
    fn names(&self, key: &UserKey) -> bool {
        self.algorithm == key.algorithm.name() && self.key.as_ref().is_none_or(|named| *named == key.id)
    }
}

pub(super) fn algorithm(of_key: KeyAlgorithm) -> Algorithm {
    match of_key {
        KeyAlgorithm::Rs256 => Algorithm::RS256,
        KeyAlgorithm::Es256 => Algorithm::ES256,
        KeyAlgorithm::EdDsa => Algorithm::EdDSA,
    }
}

fn decoded(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

/// Reads an optional text; the outer `None` stands for any other value.
fn text(value: Option<&Value>) -> Option<Option<&str>> {
    match value {
        None | Some(Value::Null) => Some(None),
        Some(value) => value.as_str().map(Some),
    }
}

/// Reads an optional time in seconds since 1970, which may have a fraction (RFC 7519, 2); the outer `None`
/// stands for any other value.
fn seconds(value: Option<&Value>) -> Option<Option<f64>> {
    match value {
        None | Some(Value::Null) => Some(None),
        Some(value) => value.as_f64().filter(|seconds| seconds.is_finite()).map(Some),
    }
}

/// Reads optional audiences; the outer `None` stands for any other value.
fn audience(value: Option<&Value>) -> Option<Option<Vec<String>>> {
    match value {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(one)) => Some(Some(vec![one.clone()])),
        Some(Value::Array(all)) => {
            all.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<_>>().map(Some)
        }
        Some(_) => None,
    }
}
