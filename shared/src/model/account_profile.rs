//! The owner of a connection's account.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Data about the person and the team behind an account, as reported by Dropbox.
///
/// It is requested at every connect and every full comparison, because it changes without a notification. It
/// is shown to the connection's project, and never logged.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountProfile {
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The name as Dropbox displays it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The country, as two letters (ISO 3166-1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The team that the account is a member of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<Team>,
}

/// A team at Dropbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl AccountProfile {
    /// Returns whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Debug for AccountProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountProfile(…)")
    }
}

impl fmt::Debug for Team {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Team(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reads_it_in_a_log() {
        let team = Some(Team { id: "dbtid:x".into(), name: "Example".into() });
        let email = Some("user@example.com".to_owned());
        let profile = AccountProfile { email, team: team.clone(), ..AccountProfile::default() };
        assert_eq!(format!("{profile:?} {team:?}"), "AccountProfile(…) Some(Team(…))");
    }
}
