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
    /// Attempts have failed again and again: reported.
    Degraded,
    /// The user's grant lacks a permission: it should be connected again. It is tried again meanwhile.
    MissingScope,
    /// Dropbox has suspended the account. It is tried again meanwhile.
    Suspended,
    /// The account's team, plan or rights do not allow the access. It is tried again meanwhile.
    NotAllowed,
    /// Dropbox no longer accepts the tokens: nothing is tried before the user connects again.
    NeedsReauth,
    /// The connection is disconnected.
    Disconnected,
}

impl HealthState {
    /// The state of a connection.
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
