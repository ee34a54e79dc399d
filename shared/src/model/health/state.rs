//! A connection's health in one word.

use serde::Serialize;

use super::{Health, TroubleCode};
use crate::model::ConnectionStatus;

/// A connection's health in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// The last attempt of each kind of work succeeded.
    Ok,
    /// Attempts have failed, too few to be reported.
    Retrying,
    /// Attempts have failed repeatedly, which was reported.
    Degraded,
    /// The user's grant lacks a permission, so the user should connect again. Attempts go on.
    MissingScope,
    /// Dropbox has suspended the account. Attempts go on.
    Suspended,
    /// The account's team, plan or rights do not allow the access. Attempts go on.
    NotAllowed,
    /// Dropbox no longer accepts the tokens: there are no attempts until the user connects again.
    NeedsReauth,
    /// The connection is disconnected.
    Disconnected,
}

impl HealthState {
    /// Returns the state of a connection.
    #[must_use]
    pub fn of(status: ConnectionStatus, health: &Health) -> Self {
        match status {
            ConnectionStatus::Disconnected => Self::Disconnected,
            ConnectionStatus::NeedsReauth => Self::NeedsReauth,
            ConnectionStatus::Active => Self::of_work(health),
        }
    }

    fn of_work(health: &Health) -> Self {
        let Some((_, trouble)) = health.worst() else { return Self::Ok };
        match trouble.code {
            _ if !trouble.degraded => Self::Retrying,
            TroubleCode::MissingScope => Self::MissingScope,
            TroubleCode::AccountSuspended => Self::Suspended,
            TroubleCode::TeamNotAllowed | TroubleCode::PermissionDenied => Self::NotAllowed,
            _ => Self::Degraded,
        }
    }
}
