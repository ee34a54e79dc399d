//! A connection's health: what hinders its work, since when, and what was reported.

mod code;
mod state;

use serde::{Deserialize, Serialize};

pub use code::TroubleCode;
pub use state::HealthState;

use super::Timestamp;

/// The kinds of work on a connection. Each fails and recovers by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Following the account's changes.
    Walk,
    /// Transferring files' bytes into the bucket.
    Transfers,
}

/// Cause of a failed attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The reason.
    pub code: TroubleCode,
    /// The missing permission, if that is the reason.
    pub scope: Option<String>,
}

impl From<TroubleCode> for Cause {
    fn from(code: TroubleCode) -> Self {
        Self { code, scope: None }
    }
}

/// Failures of one kind of work in a row, none of them followed by a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Reason of the last failure.
    pub code: TroubleCode,
    /// The missing permission, if that is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Time of the first failure.
    pub since: Timestamp,
    /// Number of failures.
    pub failures: u32,
    /// Time of the last failure.
    pub last_at: Timestamp,
    /// Time of the next attempt; absent if there is none before the user connects again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// Whether the failures are numerous or lasting enough to be reported.
    #[serde(default)]
    pub degraded: bool,
}

/// The last failure, kept after the work has recovered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastError {
    /// The reason.
    pub code: TroubleCode,
    /// The permission that was missing, if that was the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The work that failed.
    pub work: Work,
    /// Time of the failure.
    pub at: Timestamp,
}

/// Body of the event that a connection is degraded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Degraded {
    /// The reason.
    pub code: TroubleCode,
    /// The missing permission, if that is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The work that fails.
    pub work: Work,
    /// Time of its first failure, in milliseconds since 1970. Together with the work it identifies the
    /// episode: the event of its recovery has the same values.
    pub since: Timestamp,
    /// Number of failures in a row.
    pub failures: u32,
    /// Time of the next attempt, in milliseconds since 1970.
    pub retry_at: Option<Timestamp>,
    /// Description of the trouble, as a sentence.
    pub message: String,
    /// Remedy, as a sentence.
    pub remedy: String,
}

/// Body of the event that a degraded connection works again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// The work that failed first, as in [`Degraded`].
    pub work: Work,
    /// Time of its first failure, in milliseconds since 1970, as in [`Degraded`].
    pub since: Timestamp,
    /// Time at which the work succeeded again, in milliseconds since 1970.
    pub at: Timestamp,
}

/// A period in which a connection is degraded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// The work that failed first.
    pub work: Work,
    /// Time of its first failure.
    pub since: Timestamp,
}

/// An event of a connection's health that is stored and not published yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum HealthEvent {
    /// The connection is degraded.
    Degraded(Degraded),
    /// It works again.
    Recovered(Recovered),
}

/// Health of a connection's work. The default is that of a connection whose work never failed, for which
/// nothing is stored.
///
/// Events are stored together with the health that they report, and removed once they are published. If a
/// process dies in between, the next one publishes the same event with the same id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Raised by each write: of two writers at once, the later one has to read again.
    #[serde(default)]
    pub version: u64,
    /// Trouble of the walks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walk: Option<Trouble>,
    /// Trouble of the transfers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfers: Option<Trouble>,
    /// The episode, while the connection is degraded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub episode: Option<Episode>,
    /// The last failure, kept after the work has recovered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<LastError>,
    /// Events still to be published, in order.
    #[serde(default, rename = "news", skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<HealthEvent>,
}

impl Work {
    /// Returns its name in answers, events and ids.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Transfers => "transfers",
        }
    }
}

impl HealthEvent {
    /// Returns the part of an event's id that distinguishes it from the connection's other events.
    #[must_use]
    pub fn unique(&self) -> String {
        let (word, work, since) = match self {
            Self::Degraded(degraded) => ("degraded", degraded.work, degraded.since),
            Self::Recovered(recovered) => ("recovered", recovered.work, recovered.since),
        };
        format!("{word}:{}:{}", work.as_str(), since.0)
    }
}

impl Health {
    /// Returns the trouble of one kind of work.
    #[must_use]
    pub fn of(&self, work: Work) -> Option<&Trouble> {
        match work {
            Work::Walk => self.walk.as_ref(),
            Work::Transfers => self.transfers.as_ref(),
        }
    }

    /// Returns the trouble that matters most: degraded before others, then lasting before passing, then walks
    /// before transfers.
    #[must_use]
    pub fn worst(&self) -> Option<(Work, &Trouble)> {
        let walk = self.walk.as_ref().map(|trouble| (Work::Walk, trouble));
        let transfers = self.transfers.as_ref().map(|trouble| (Work::Transfers, trouble));
        let rank = |(_, trouble): &(Work, &Trouble)| (trouble.degraded, trouble.code.is_lasting());
        match (walk, transfers) {
            (Some(walk), Some(transfers)) if rank(&transfers) > rank(&walk) => Some(transfers),
            (walk, transfers) => walk.or(transfers),
        }
    }

    /// Returns the health after one more failure; the next attempt is at `retry_at`.
    #[must_use]
    pub fn failed(mut self, work: Work, cause: Cause, at: Timestamp, retry_at: Option<Timestamp>) -> Self {
        let Cause { code, scope } = cause;
        let before = self.slot(work).take();
        let failures = before.as_ref().map_or(0, |before| before.failures) + 1;
        let since = before.as_ref().map_or(at, |before| before.since);
        let degraded = before.is_some_and(|before| before.degraded) || failures >= code.reported_after();
        let trouble =
            Trouble { code, scope: scope.clone(), since, failures, last_at: at, retry_at, degraded };
        // Refused tokens have an event of their own.
        if degraded && self.episode.is_none() && code != TroubleCode::NeedsReauth {
            self.episode = Some(Episode { work, since });
            self.events.push(HealthEvent::Degraded(Degraded::of(work, &trouble)));
        }
        *self.slot(work) = Some(trouble);
        self.last_error = Some(LastError { code, scope, work, at });
        self
    }

    /// Returns the health after a success; `None` if nothing changes.
    #[must_use]
    pub fn succeeded(mut self, work: Work, at: Timestamp) -> Option<Self> {
        self.slot(work).take()?;
        let is_degraded = [&self.walk, &self.transfers].into_iter().flatten().any(|trouble| trouble.degraded);
        if let Some(Episode { work, since }) = self.episode.filter(|_| !is_degraded) {
            self.episode = None;
            self.events.push(HealthEvent::Recovered(Recovered { work, since, at }));
        }
        Some(self)
    }

    /// Returns the health after these events were published; `None` if none of it was pending.
    #[must_use]
    pub fn published(mut self, events: &[HealthEvent]) -> Option<Self> {
        let before = self.events.len();
        self.events.retain(|waiting| !events.contains(waiting));
        (self.events.len() < before).then_some(self)
    }

    fn slot(&mut self, work: Work) -> &mut Option<Trouble> {
        match work {
            Work::Walk => &mut self.walk,
            Work::Transfers => &mut self.transfers,
        }
    }
}

impl Degraded {
    fn of(work: Work, trouble: &Trouble) -> Self {
        let Trouble { code, scope, since, failures, retry_at, .. } = trouble.clone();
        Self {
            code,
            scope,
            work,
            since,
            failures,
            retry_at,
            message: code.meaning().to_owned(),
            remedy: code.remedy().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
