//! Secret texts. Their value is accessible only through `expose`, and their `Debug` form is redacted
//! (invariant I10).

use std::fmt;

use aws_lc_rs::{digest, hmac, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::ProjectId;

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps a secret.
            pub fn new(secret: impl Into<String>) -> Self {
                Self(secret.into())
            }

            /// Returns the secret itself. Every call deserves a look in a review.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    };
}

macro_rules! random_secret {
    ($(#[$doc:meta])* $name:ident) => {
        secret!($(#[$doc])* $name);

        impl $name {
            /// Returns a new secret of 256 random bits.
            #[must_use]
            pub fn random() -> Self {
                Self(random_text())
            }
        }

        hashed_secret!($name);
    };
}

macro_rules! hashed_secret {
    ($name:ident) => {
        impl $name {
            /// Returns the hash that is stored and looked up in its place.
            #[must_use]
            pub fn hash(&self) -> SecretHash {
                SecretHash::of(&self.0)
            }
        }
    };
}

secret!(
    /// A token that gives access to one Dropbox account for about four hours.
    AccessToken
);
secret!(
    /// A token that gets new access tokens, until the user or Dropbox revokes it.
    RefreshToken
);
secret!(
    /// The secret of a Dropbox app: it authenticates us at the token endpoint, and signs the app's webhooks.
    AppSecret
);
secret!(
    /// The PKCE verifier of one authorization (RFC 7636).
    PkceVerifier
);
secret!(
    /// The key with which a project's server authenticates. It names its project: `dl_`, the project's id as 32
    /// hexadecimal digits, `_`, and a random text. Keys of older deployments have no id.
    ApiKey
);
hashed_secret!(ApiKey);
secret!(
    /// The secret with which an endpoint's deliveries are signed and verified.
    WebhookSecret
);
secret!(
    /// A JWT by which a project's server identifies one of its users.
    UserToken
);
random_secret!(
    /// The ticket that opens the start page of one link, once.
    TicketSecret
);
random_secret!(
    /// The OAuth `state` of one authorization.
    StateSecret
);
random_secret!(
    /// The cookie that identifies a browser during its connects: its forms and its authorizations are bound
    /// to it.
    BrowserSecret
);

/// Prefix of every API key, for scanners that look for secrets.
const KEY_PREFIX: &str = "dl_";
/// Length of a project's id in an API key, in bytes.
const ID_LENGTH: usize = 32;

impl ApiKey {
    /// Returns a new key for a project, with 256 random bits.
    #[must_use]
    pub fn of_project(project: ProjectId) -> Self {
        Self(format!("{KEY_PREFIX}{}_{}", project.0.simple(), random_text()))
    }

    /// Returns the project that the key names, whether it is that project's key or anybody's invention; `None`
    /// if it names none.
    #[must_use]
    pub fn named_project(&self) -> Option<ProjectId> {
        let (id, rest) = self.0.strip_prefix(KEY_PREFIX)?.split_at_checked(ID_LENGTH)?;
        rest.strip_prefix('_')?;
        id.parse().ok()
    }
}

impl BrowserSecret {
    /// Returns the proof in a page's form that it is our page, opened in this browser, about this subject.
    #[must_use]
    pub fn form_proof(&self, subject: &FormSubject<'_>) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.form_key(subject), subject.text().as_bytes()))
    }

    /// Returns whether a form's proof is right. Compares in constant time.
    #[must_use]
    pub fn has_proved(&self, subject: &FormSubject<'_>, proof: &str) -> bool {
        let tag = URL_SAFE_NO_PAD.decode(proof).unwrap_or_default();
        hmac::verify(&self.form_key(subject), subject.text().as_bytes(), &tag).is_ok()
    }

    /// Returns a key of its own for each kind of form, so that a proof is never a verifier, nor another form's
    /// proof.
    fn form_key(&self, subject: &FormSubject<'_>) -> hmac::Key {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes());
        hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, subject.purpose()).as_ref())
    }

    /// Returns the PKCE verifier of this browser's authorization. It is derived, so that no row contains it.
    /// The cookie never appears in a URL, so whoever sees the redirect with the code still lacks the
    /// verifier.
    #[must_use]
    pub fn pkce_verifier(&self) -> PkceVerifier {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes());
        PkceVerifier::new(URL_SAFE_NO_PAD.encode(hmac::sign(&key, b"dropline pkce verifier")))
    }
}

/// Subject of a page's form.
#[derive(Debug, Clone, Copy)]
pub enum FormSubject<'a> {
    /// The link that this ticket opens.
    Ticket(&'a TicketSecret),
    /// The page session with this id.
    Session(&'a str),
}

impl FormSubject<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Ticket(ticket) => ticket.expose(),
            Self::Session(id) => id,
        }
    }

    fn purpose(&self) -> &'static [u8] {
        match self {
            Self::Ticket(_) => b"dropline start form",
            Self::Session(_) => b"dropline page form",
        }
    }
}

/// SHA-256 of a secret that has 256 random bits. The table has only the hash, so that reading the table opens
/// nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(String);

impl SecretHash {
    /// Returns the hash of a secret's text.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self::of_bytes(secret.as_bytes())
    }

    /// Returns the hash of a secret that need not be text.
    #[must_use]
    pub fn of_bytes(secret: &[u8]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, secret)))
    }

    /// Returns the hash as text for a key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns 256 random bits as text.
fn random_text() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // The operating system's generator fails only if nothing else works either.
    rand::fill(&mut bytes).expect("the system has random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!(
            "{:?} {:?} {:?} {:?}",
            AccessToken::new("canary"),
            RefreshToken::new("canary"),
            AppSecret::new("canary"),
            PkceVerifier::new("canary")
        );
        assert!(!shown.contains("canary"), "{shown}");
        let key = ApiKey::of_project(ProjectId::random());
        assert!(!format!("{key:?}").contains(key.expose()));
    }

    #[test]
    fn an_api_key_names_its_project() {
        let project = ProjectId::random();
        let key = ApiKey::of_project(project);
        assert_eq!(key.named_project(), Some(project));
        assert_ne!(key, ApiKey::of_project(project));
        let id = project.0.simple().to_string();
        for other in
            ["", "dl_", &id, &format!("dl_{id}"), &format!("dl_{id}x"), &format!("dl_ü{id}_x"), "dl_a_b"]
        {
            assert_eq!(ApiKey::new(other).named_project(), None, "{other}");
        }
    }

    #[test]
    fn the_verifier_follows_from_the_cookie_and_is_long_enough() {
        let cookie = BrowserSecret::random();
        assert_eq!(cookie.pkce_verifier(), BrowserSecret::new(cookie.expose()).pkce_verifier());
        assert_ne!(cookie.pkce_verifier(), BrowserSecret::random().pkce_verifier());
        assert!((43..=128).contains(&cookie.pkce_verifier().expose().len()));
    }

    #[test]
    fn a_forms_proof_is_of_one_browser_and_one_ticket() {
        let (browser, ticket) = (BrowserSecret::random(), TicketSecret::random());
        let subject = FormSubject::Ticket(&ticket);
        let proof = browser.form_proof(&subject);
        assert!(browser.has_proved(&subject, &proof));
        assert!(!browser.has_proved(&FormSubject::Ticket(&TicketSecret::random()), &proof));
        assert!(!browser.has_proved(&FormSubject::Session(ticket.expose()), &proof));
        assert!(!BrowserSecret::random().has_proved(&subject, &proof));
        for other in ["", "proof", &proof[1..], browser.pkce_verifier().expose(), browser.expose()] {
            assert!(!browser.has_proved(&subject, other), "{other}");
        }
    }

    #[test]
    fn random_secrets_differ_and_hash_stably() {
        let (one, two) = (TicketSecret::random(), TicketSecret::random());
        assert_ne!(one, two);
        assert_eq!(one.hash(), TicketSecret::new(one.expose()).hash());
        assert_ne!(one.hash(), two.hash());
    }
}
