//! What was counted of a flow.

use std::collections::BTreeMap;

/// Something that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Count {
    /// Read request units of the table and its indexes.
    TableReads,
    /// Write request units of the table and its indexes.
    TableWrites,
    /// Bytes by which the table, with its indexes, became larger.
    TableBytes,
    /// Requests to queues.
    QueueRequests,
    /// Events, in units of 64 KB.
    Events,
    /// Requests to the bucket that write or list.
    BucketWrites,
    /// Requests to the bucket that read.
    BucketReads,
    /// Data keys that KMS unwrapped.
    KeyUnwraps,
    /// Requests of Dropbox to the webhook.
    Notifications,
    /// Requests to the proxy.
    Calls,
    /// Bytes of the proxy's answers.
    CallBytes,
    /// Ticks that the sync function was invoked for.
    Ticks,
    /// Other messages that the sync function was invoked for.
    Walks,
    /// Messages that the transfer function was invoked for.
    Runs,
    /// Entries of Dropbox's listings.
    Entries,
    /// Files whose bytes were brought.
    Downloads,
}

impl Count {
    /// How a person is told of it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::TableReads => "table read units",
            Self::TableWrites => "table write units",
            Self::TableBytes => "table bytes",
            Self::QueueRequests => "queue requests",
            Self::Events => "events",
            Self::BucketWrites => "bucket writes",
            Self::BucketReads => "bucket reads",
            Self::KeyUnwraps => "keys unwrapped",
            Self::Notifications => "webhooks",
            Self::Calls => "proxied calls",
            Self::CallBytes => "answers' bytes",
            Self::Ticks => "ticks",
            Self::Walks => "walks",
            Self::Runs => "transfer runs",
            Self::Entries => "listed entries",
            Self::Downloads => "downloads",
        }
    }
}

/// How much was counted of each. What is not named is zero.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Counts(BTreeMap<Count, f64>);

impl Counts {
    pub(super) fn get(&self, count: Count) -> f64 {
        self.0.get(&count).copied().unwrap_or_default()
    }

    pub(super) fn add(&mut self, count: Count, amount: f64) {
        *self.0.entry(count).or_default() += amount;
    }

    /// The same, with so much of one of them.
    pub(super) fn with(mut self, count: Count, amount: f64) -> Self {
        self.0.insert(count, amount);
        self
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        other.0.iter().for_each(|(count, amount)| sum.add(*count, *amount));
        sum
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        self.plus(&other.times(-1.0))
    }

    pub(super) fn times(&self, factor: f64) -> Self {
        Self(self.0.iter().map(|(count, amount)| (*count, amount * factor)).collect())
    }

    /// Those that are not zero, to a thousandth.
    pub(super) fn all(&self) -> impl Iterator<Item = (Count, f64)> {
        self.0.iter().map(|(count, amount)| (*count, *amount)).filter(|(_, amount)| amount.abs() >= 0.0005)
    }
}

impl FromIterator<(Count, f64)> for Counts {
    fn from_iter<I: IntoIterator<Item = (Count, f64)>>(counts: I) -> Self {
        let mut all = Self::default();
        counts.into_iter().for_each(|(count, amount)| all.add(count, amount));
        all
    }
}

/// A whole number as one to reckon with. A count that is too large for that is no count of a test.
pub(super) fn number(number: impl TryInto<u32>) -> f64 {
    number.try_into().map_or(f64::from(u32::MAX), f64::from)
}
