//! The Dropbox app through which accounts are linked, as its developer registered it with Dropbox.

use serde::{Deserialize, Serialize};

use super::WebhookSignature;
use crate::model::{AppKey, AppSecret};

/// Default scopes of an app: to identify the account, and to read and write its files.
const USUAL_SCOPES: [&str; 4] =
    ["account_info.read", "files.metadata.read", "files.content.read", "files.content.write"];
/// Scopes without which nothing can be synced.
const NEEDED_SCOPES: [&str; 3] = ["account_info.read", "files.metadata.read", "files.content.read"];

/// A Dropbox app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthApp {
    /// Its key.
    pub key: AppKey,
    /// Its secret.
    pub secret: AppSecret,
    /// The previous secret, as long as Dropbox may still sign with it.
    pub previous_secret: Option<AppSecret>,
    /// Its scopes and redirect.
    pub terms: AppTerms,
}

impl OauthApp {
    /// Returns an app with default terms.
    #[must_use]
    pub fn new(key: impl Into<AppKey>, secret: AppSecret) -> Self {
        Self { key: key.into(), secret, previous_secret: None, terms: AppTerms::default() }
    }

    /// Returns whether Dropbox signed these bytes for this app.
    #[must_use]
    pub fn has_signed(&self, signature: &WebhookSignature, body: &[u8]) -> bool {
        let secrets = [Some(&self.secret), self.previous_secret.as_ref()];
        secrets.into_iter().flatten().any(|secret| signature.is_of(secret, body))
    }
}

/// Terms of an app: the scopes that it asks for, and the path to which browsers return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppTerms {
    /// The scopes that it asks for, all of which users must grant.
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    /// The path of its registered redirect URI.
    #[serde(default)]
    pub redirect: RedirectPath,
}

impl AppTerms {
    /// Returns the scopes that are missing here and without which nothing can be synced.
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

/// Path below our own address to which Dropbox sends browsers back: ours, or one that the app may have
/// registered for the service that it used before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedirectPath {
    /// Our own path.
    #[default]
    #[serde(rename = "/oauth/callback")]
    OauthCallback,
    /// Paragon's path.
    #[serde(rename = "/oauth")]
    Oauth,
    /// Carbon's path.
    #[serde(rename = "/integrations/dropbox")]
    IntegrationsDropbox,
}

impl RedirectPath {
    /// All paths.
    pub const ALL: [Self; 3] = [Self::OauthCallback, Self::Oauth, Self::IntegrationsDropbox];

    /// Returns the path, without a leading slash.
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
