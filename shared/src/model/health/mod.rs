//! A connection's health: what hinders its work, since when, and what was reported of it.

mod code;
mod state;

use serde::{Deserialize, Serialize};

pub use code::TroubleCode;
pub use state::HealthState;

use super::Timestamp;

/// The two kinds of work on a connection. Each fails and recovers by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Following the account's changes.
    Walk,
    /// Bringing files' bytes into the bucket.
    Transfers,
}

/// What a failed attempt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// What hinders the work.
    pub code: TroubleCode,
    /// The permission that is missing, where that is the trouble.
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
    /// What hindered the last attempt.
    pub code: TroubleCode,
    /// The permission that is missing, where that is the trouble.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// When the first of them happened.
    pub since: Timestamp,
    /// How many there are.
    pub failures: u32,
    /// When the last of them happened.
    pub last_at: Timestamp,
    /// When the work is tried again; absent: not before the user connects again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// Whether they are many enough, or lasting enough, to be reported.
    #[serde(default)]
    pub degraded: bool,
}

/// The last failure, kept after it has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastError {
    /// What hindered the work.
    pub code: TroubleCode,
    /// The permission that was missing, where that was the trouble.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Which work.
    pub work: Work,
    /// When.
    pub at: Timestamp,
}

/// That a connection is degraded: the event's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Degraded {
    /// What hinders the work.
    pub code: TroubleCode,
    /// The permission that is missing, where that is the trouble.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Which work.
    pub work: Work,
    /// When its first failure happened, milliseconds since 1970. With the work it is the episode's mark: its recovery has
    /// the same.
    pub since: Timestamp,
    /// How many failures there were in a row.
    pub failures: u32,
    /// When it is tried again, milliseconds since 1970.
    pub retry_at: Option<Timestamp>,
    /// What is wrong, as a sentence.
    pub message: String,
    /// What to do, as a sentence.
    pub remedy: String,
}

/// That a degraded connection works again: the event's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// The work that was hindered first: as in [`Degraded`].
    pub work: Work,
    /// When its first failure happened, milliseconds since 1970: as in [`Degraded`].
    pub since: Timestamp,
    /// When the work succeeded again, milliseconds since 1970.
    pub at: Timestamp,
}

/// A time in which a connection is degraded: its mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// The work that was hindered first.
    pub work: Work,
    /// When its first failure happened.
    pub since: Timestamp,
}

/// News of a connection's health that was stored and not published yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum HealthNews {
    /// The connection is degraded.
    Degraded(Degraded),
    /// It works again.
    Recovered(Recovered),
}

/// The health of a connection's work. The default is that of one that never failed, of which nothing is stored.
///
/// News is stored with what it is about and removed once it was published: whoever dies in between leaves it to the
/// next, who publishes the same event with the same id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Raised by each write: of two writers at once the later one reads again.
    #[serde(default)]
    pub version: u64,
    /// Of the walks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walk: Option<Trouble>,
    /// Of the transfers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfers: Option<Trouble>,
    /// The episode in which the connection is degraded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub episode: Option<Episode>,
    /// The last failure, also one that has passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<LastError>,
    /// What is still to be published, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub news: Vec<HealthNews>,
}

impl Work {
    /// The word for it in answers, events and ids.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Transfers => "transfers",
        }
    }
}

impl HealthNews {
    /// What tells an event of this apart from every other of the connection.
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
    /// The trouble of one kind of work.
    #[must_use]
    pub fn of(&self, work: Work) -> Option<&Trouble> {
        match work {
            Work::Walk => self.walk.as_ref(),
            Work::Transfers => self.transfers.as_ref(),
        }
    }

    /// The trouble that matters most: a lasting one before others, walks before transfers.
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

    /// The health after one more failure, which is tried again at `retry_at`.
    #[must_use]
    pub fn failed(mut self, work: Work, cause: Cause, at: Timestamp, retry_at: Option<Timestamp>) -> Self {
        let Cause { code, scope } = cause;
        let before = self.slot(work).take();
        let failures = before.as_ref().map_or(0, |before| before.failures) + 1;
        let since = before.as_ref().map_or(at, |before| before.since);
        let degraded = before.is_some_and(|before| before.degraded) || failures >= code.reported_after();
        let trouble =
            Trouble { code, scope: scope.clone(), since, failures, last_at: at, retry_at, degraded };
        // Of tokens that are refused an event of its own tells.
        if degraded && self.episode.is_none() && code != TroubleCode::NeedsReauth {
            self.episode = Some(Episode { work, since });
            self.news.push(HealthNews::Degraded(Degraded::of(work, &trouble)));
        }
        *self.slot(work) = Some(trouble);
        self.last_error = Some(LastError { code, scope, work, at });
        self
    }

    /// The health after a success. `None` where it says nothing new.
    #[must_use]
    pub fn succeeded(mut self, work: Work, at: Timestamp) -> Option<Self> {
        self.slot(work).take()?;
        let is_degraded = [&self.walk, &self.transfers].into_iter().flatten().any(|trouble| trouble.degraded);
        if let Some(Episode { work, since }) = self.episode.filter(|_| !is_degraded) {
            self.episode = None;
            self.news.push(HealthNews::Recovered(Recovered { work, since, at }));
        }
        Some(self)
    }

    /// The health once this news was published. `None` where nothing of it waits any more.
    #[must_use]
    pub fn published(mut self, news: &[HealthNews]) -> Option<Self> {
        let before = self.news.len();
        self.news.retain(|waiting| !news.contains(waiting));
        (self.news.len() < before).then_some(self)
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
