//! The tokens of the account.

use std::collections::BTreeMap;

/// Every token has this in it, so that one is known wherever it shows.
pub(in crate::simulation) const CANARY: &str = "canary";
/// How long an access token lives. Milliseconds.
pub(in crate::simulation) const LIFE: u64 = 4 * 60 * 60 * 1000;

/// The tokens that were given out.
#[derive(Debug, Default)]
pub(in crate::simulation) struct Tokens {
    /// When each access token ends.
    access: BTreeMap<String, u64>,
    /// The refresh token that works.
    refresh: Option<String>,
    given: u64,
}

impl Tokens {
    /// The user says yes: a refresh token, and the first access token.
    pub(in crate::simulation) fn grant(&mut self, now: u64) -> (String, String) {
        self.given += 1;
        let refresh = format!("refresh-{CANARY}-{}", self.given);
        self.refresh = Some(refresh.clone());
        (refresh, self.access(now))
    }

    /// The user takes it back.
    pub(super) fn revoke(&mut self) {
        self.refresh = None;
        self.access.clear();
    }

    /// Whether the user has taken it back.
    pub(in crate::simulation) fn is_revoked(&self) -> bool {
        self.refresh.is_none()
    }

    /// A new access token, for a refresh token that works.
    pub(super) fn refresh(&mut self, refresh: &str, now: u64) -> Option<String> {
        (self.refresh.as_deref() == Some(refresh)).then(|| self.access(now))
    }

    /// Ends an access token early.
    pub(super) fn expire(&mut self, access: &str) {
        if let Some(end) = self.access.get_mut(access) {
            *end = 0;
        }
    }

    /// When an access token ends; `None` where it is none.
    pub(super) fn end(&self, access: &str) -> Option<u64> {
        self.access.get(access).copied()
    }

    fn access(&mut self, now: u64) -> String {
        self.given += 1;
        let access = format!("sl.{CANARY}-{}", self.given);
        self.access.insert(access.clone(), now + LIFE);
        access
    }
}
