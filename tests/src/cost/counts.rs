//! Counts of what a flow uses.

use std::collections::BTreeMap;

/// A counted quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Count {
    /// Read request units of the table and its indexes.
    TableReads,
    /// Write request units of the table and its indexes.
    TableWrites,
    /// Growth of the table and its indexes, in bytes.
    TableBytes,
    /// Requests to standard queues.
    QueueRequests,
    /// Requests to FIFO queues.
    FifoRequests,
    /// Events, in units of 64 KB.
    Events,
    /// Requests to the bucket that write or list.
    BucketWrites,
    /// Requests to the bucket that read.
    BucketReads,
    /// Data keys that KMS unwrapped.
    KeyUnwraps,
    /// Webhook requests from Dropbox.
    Notifications,
    /// Requests to the proxy.
    Calls,
    /// Bytes of the proxy's responses.
    CallBytes,
    /// Ticks for which the sync function was invoked.
    Ticks,
    /// Other messages for which the sync function was invoked.
    Walks,
    /// Messages for which the transfer function was invoked.
    Runs,
    /// Messages for which the event sender was invoked.
    Deliveries,
    /// Messages for which the workflow runner was invoked, one for each step.
    Steps,
    /// Events that endpoints took.
    Delivered,
    /// Pages of Dropbox's listings.
    Pages,
    /// Entries in Dropbox's listings.
    Entries,
    /// Full comparisons with Dropbox.
    Comparisons,
    /// Files whose bytes were fetched.
    Downloads,
}

impl Count {
    /// Returns the name in the output.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::TableReads => "table read units",
            Self::TableWrites => "table write units",
            Self::TableBytes => "table bytes",
            Self::QueueRequests => "queue requests",
            Self::FifoRequests => "FIFO requests",
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
            Self::Deliveries => "deliveries",
            Self::Steps => "steps of workflows",
            Self::Delivered => "delivered events",
            Self::Pages => "listed pages",
            Self::Entries => "listed entries",
            Self::Comparisons => "comparisons",
            Self::Downloads => "downloads",
        }
    }
}

/// Amount of each quantity. Missing quantities are zero.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Counts(BTreeMap<Count, f64>);

impl Counts {
    pub(super) fn get(&self, count: Count) -> f64 {
        self.0.get(&count).copied().unwrap_or_default()
    }

    pub(super) fn add(&mut self, count: Count, amount: f64) {
        *self.0.entry(count).or_default() += amount;
    }

    /// Sets the amount of one quantity.
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

    /// Returns the amounts that are not zero, to three decimals.
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

/// Converts a whole number to a floating-point number, capped at `u32::MAX`, which no test reaches.
pub(super) fn number(number: impl TryInto<u32>) -> f64 {
    number.try_into().map_or(f64::from(u32::MAX), f64::from)
}
