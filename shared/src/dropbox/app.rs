//! The Dropbox app through which accounts are linked, as its developer registered it with Dropbox.

use serde::{Deserialize, Serialize};

use super::WebhookSignature;
use crate::model::{AppKey, AppSecret};

/// Who the account is, and to read and write its files: what an app asks for unless it says otherwise.
const USUAL_SCOPES: [&str; 4] =
    ["account_info.read", "files.metadata.read", "files.content.read", "files.content.write"];
/// Without these nothing can be synced.
const NEEDED_SCOPES: [&str; 3] = ["account_info.read", "files.metadata.read", "files.content.read"];

/// A Dropbox app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthApp {
    /// Its key.
    pub key: AppKey,
    /// Its secret.
    pub secret: AppSecret,
    /// The secret before, as long as Dropbox may still sign with it.
    pub previous_secret: Option<AppSecret>,
    /// What it asks users for.
    pub terms: AppTerms,
}

impl OauthApp {
    /// An app on the usual terms.
    #[must_use]
    pub fn new(key: impl Into<AppKey>, secret: AppSecret) -> Self {
        Self { key: key.into(), secret, previous_secret: None, terms: AppTerms::default() }
    }

    /// Whether Dropbox signed these bytes for this app.
    #[must_use]
    pub fn has_signed(&self, signature: &WebhookSignature, body: &[u8]) -> bool {
        let secrets = [Some(&self.secret), self.previous_secret.as_ref()];
        secrets.into_iter().flatten().any(|secret| signature.is_of(secret, body))
    }
}

/// What an app asks users for, and where they come back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppTerms {
    /// The scopes that it asks for, all of which users must grant.
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    /// The path of the redirect URI that is registered for it.
    #[serde(default)]
    pub redirect: RedirectPath,
}

impl AppTerms {
    /// The scopes without which nothing can be synced, and that are missing here.
    #[must_use]
    pub fn missing_scopes(&self) -> Vec<&'static str> {
        let missing = |needed: &&str| !self.scopes.iter().any(|scope| scope == needed);
        NEEDED_SCOPES.into_iter().filter(missing).collect()
    }
}

impl Default for AppTerms {
    fn default() -> Self {
        Self { scopes: usual_scopes(), redirect: RedirectPath::default() }
    }
}

fn usual_scopes() -> Vec<String> {
    USUAL_SCOPES.map(str::to_owned).into()
}

/// The path below our own address that Dropbox sends browsers back to: one of those that an app may have registered for
/// the service that it used before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedirectPath {
    /// Our own.
    #[default]
    #[serde(rename = "/oauth/callback")]
    OauthCallback,
    /// As Paragon has it.
    #[serde(rename = "/oauth")]
    Oauth,
    /// As Carbon has it.
    #[serde(rename = "/integrations/dropbox")]
    IntegrationsDropbox,
}

impl RedirectPath {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::OauthCallback, Self::Oauth, Self::IntegrationsDropbox];

    /// The path, without a slash before it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OauthCallback => "oauth/callback",
            Self::Oauth => "oauth",
            Self::IntegrationsDropbox => "integrations/dropbox",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_of_a_redirect_path_is_the_path() {
        for path in RedirectPath::ALL {
            assert_eq!(serde_json::to_value(path).unwrap(), format!("/{}", path.as_str()));
        }
    }

    #[test]
    fn what_is_not_said_is_as_usual() {
        let terms: AppTerms = serde_json::from_str("{}").unwrap();
        assert_eq!((&terms, terms.missing_scopes()), (&AppTerms::default(), Vec::new()));
        let few: AppTerms = serde_json::from_str(r#"{"scopes":["files.content.read"]}"#).unwrap();
        assert_eq!(few.missing_scopes(), ["account_info.read", "files.metadata.read"]);
    }
}
