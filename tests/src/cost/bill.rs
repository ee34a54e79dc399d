//! Bill: billed amounts computed from counts, and their cost in dollars.

use std::collections::BTreeMap;

use super::{
    assumed::{self, API_LOG_BYTES, TRACED, WORK},
    counts::{Count, Counts},
    prices::Prices,
    service::Price,
    template,
};

/// Bytes per GB, as AWS bills them.
pub(super) const GB: f64 = 1e9;

/// Amount of each billed unit.
#[derive(Debug, Clone, Default)]
pub(super) struct Bill(BTreeMap<Price, f64>);

impl Bill {
    /// Computes the bill of a flow: its requests, compute time, logs and traces, but not data transfer out or
    /// storage.
    pub(super) fn of(counts: &Counts) -> Self {
        let direct = [
            (Price::TableWrites, Count::TableWrites),
            (Price::QueueRequests, Count::QueueRequests),
            (Price::FifoRequests, Count::FifoRequests),
            (Price::Events, Count::Events),
            (Price::BucketWrites, Count::BucketWrites),
            (Price::BucketReads, Count::BucketReads),
            (Price::KeyRequests, Count::KeyUnwraps),
        ];
        let mut bill = Self::default();
        direct.into_iter().for_each(|(price, count)| bill.add(price, counts.get(count)));
        // The data key's row is read before the key is unwrapped.
        bill.add(Price::TableReads, counts.get(Count::TableReads) + counts.get(Count::KeyUnwraps));
        let (requests, invocations) =
            (counts.get(Count::Notifications) + counts.get(Count::Calls), assumed::invocations(counts));
        bill.add(Price::ApiRequests, requests);
        bill.add(Price::LambdaRequests, invocations);
        for work in &WORK {
            let memory = template::memory_gb(work.function).unwrap_or_default();
            bill.add(Price::LambdaGbSeconds, counts.get(work.count) * work.milliseconds / 1000.0 * memory);
        }
        let logs = (assumed::log_bytes(counts) + requests * API_LOG_BYTES) / GB;
        bill.add(Price::LogsTaken, logs);
        bill.add(Price::LogsKept, logs);
        bill.add(Price::Traces, assumed::sampled_invocations(counts) * TRACED);
        bill
    }

    pub(super) fn add(&mut self, price: Price, amount: f64) {
        *self.0.entry(price).or_default() += amount;
    }

    pub(super) fn remove(&mut self, price: Price) {
        self.0.remove(&price);
    }

    /// Returns the sum of two bills.
    pub(super) fn plus(mut self, other: &Self) -> Self {
        other.0.iter().for_each(|(price, amount)| self.add(*price, *amount));
        self
    }

    /// Multiplies all amounts.
    pub(super) fn times(&self, factor: f64) -> Self {
        Self(self.0.iter().map(|(price, amount)| (*price, amount * factor)).collect())
    }

    /// Returns the total, in dollars.
    pub(super) fn total(&self, prices: &Prices) -> f64 {
        self.0.iter().map(|(price, amount)| amount * prices.of(*price)).sum()
    }

    /// Returns dollars by billed unit, the largest first.
    pub(super) fn largest(&self, prices: &Prices) -> Vec<(&'static str, f64)> {
        sorted(self.0.iter().map(|(price, amount)| (price.name(), amount * prices.of(*price))))
    }

    /// Returns dollars by service, the largest first.
    pub(super) fn by_service(&self, prices: &Prices) -> Vec<(&'static str, f64)> {
        let mut services: BTreeMap<&'static str, f64> = BTreeMap::new();
        for (price, amount) in &self.0 {
            *services.entry(price.service()).or_default() += amount * prices.of(*price);
        }
        sorted(services.into_iter())
    }
}

fn sorted(dollars: impl Iterator<Item = (&'static str, f64)>) -> Vec<(&'static str, f64)> {
    let mut dollars: Vec<_> = dollars.filter(|(_, dollars)| *dollars > 0.0).collect();
    dollars.sort_by(|one, two| two.1.total_cmp(&one.1));
    dollars
}
