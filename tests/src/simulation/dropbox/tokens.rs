//! Tokens of the account.

use std::collections::BTreeMap;

/// Text contained in every token, so that tokens can be found wherever they appear.
pub(in crate::simulation) const CANARY: &str = "canary";
/// Life of an access token, in milliseconds.
pub(in crate::simulation) const LIFE: u64 = 4 * 60 * 60 * 1000;

/// Issued tokens.
#[derive(Debug, Default)]
pub(in crate::simulation) struct Tokens {
    /// Expiry of each access token, in milliseconds since the start.
    access: BTreeMap<String, u64>,
    /// Valid refresh token.
    refresh: Option<String>,
    given: u64,
}

impl Tokens {
    /// Issues a refresh token and the first access token, as after the user's consent.
    pub(in crate::simulation) fn grant(&mut self, now: u64) -> (String, String) {
        self.given += 1;
        let refresh = format!("refresh-{CANARY}-{}", self.given);
        self.refresh = Some(refresh.clone());
        (refresh, self.issue_access(now))
    }

    /// Revokes all tokens.
    pub(super) fn revoke(&mut self) {
        self.refresh = None;
        self.access.clear();
    }

    /// Whether the user has revoked access.
    pub(in crate::simulation) fn is_revoked(&self) -> bool {
        self.refresh.is_none()
    }

    /// Issues a new access token for a valid refresh token.
    pub(super) fn refresh(&mut self, refresh: &str, now: u64) -> Option<String> {
        (self.refresh.as_deref() == Some(refresh)).then(|| self.issue_access(now))
    }

    /// Expires an access token now.
    pub(super) fn expire(&mut self, access: &str) {
        if let Some(expiry) = self.access.get_mut(access) {
            *expiry = 0;
        }
    }

    /// Returns the expiry of an access token, or `None` if it was never issued or is revoked.
    pub(super) fn expiry(&self, access: &str) -> Option<u64> {
        self.access.get(access).copied()
    }

    fn issue_access(&mut self, now: u64) -> String {
        self.given += 1;
        let access = format!("sl.{CANARY}-{}", self.given);
        self.access.insert(access.clone(), now + LIFE);
        access
    }
}
