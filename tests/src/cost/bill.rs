//! From counts to what is billed, and from that to dollars.

use std::collections::BTreeMap;

use super::{
    assumed::{self, API_LOG_BYTES, LOG_BYTES, TRACED, WORK},
    counts::{Count, Counts},
    prices::Prices,
    service::Price,
    template,
};

/// Bytes of a GB, as AWS bills them.
pub(super) const GB: f64 = 1e9;

/// How much of what is billed.
#[derive(Debug, Clone, Default)]
pub(super) struct Bill(BTreeMap<Price, f64>);

impl Bill {
    /// The requests of a flow, and what comes with them. Bytes that leave AWS and bytes that are kept are not in it.
    pub(super) fn of(counts: &Counts) -> Self {
        let direct = [
            (Price::TableWrites, Count::TableWrites),
            (Price::QueueRequests, Count::QueueRequests),
            (Price::Events, Count::Events),
            (Price::BucketWrites, Count::BucketWrites),
            (Price::BucketReads, Count::BucketReads),
            (Price::KeyRequests, Count::KeyUnwraps),
        ];
        let mut bill = Self::default();
        direct.into_iter().for_each(|(price, count)| bill.add(price, counts.get(count)));
        // The row of a data key is read before it is unwrapped.
        bill.add(Price::TableReads, counts.get(Count::TableReads) + counts.get(Count::KeyUnwraps));
        let (requests, invocations) =
            (counts.get(Count::Notifications) + counts.get(Count::Calls), assumed::invocations(counts));
        bill.add(Price::ApiRequests, requests);
        bill.add(Price::LambdaRequests, invocations);
        for work in &WORK {
            let memory = template::memory_gb(work.function).unwrap_or_default();
            bill.add(Price::LambdaGbSeconds, counts.get(work.count) * work.milliseconds / 1000.0 * memory);
        }
        let logs = (invocations * LOG_BYTES + requests * API_LOG_BYTES) / GB;
        bill.add(Price::LogsTaken, logs);
        bill.add(Price::LogsKept, logs);
        bill.add(Price::Traces, invocations * TRACED);
        bill
    }

    pub(super) fn add(&mut self, price: Price, amount: f64) {
        *self.0.entry(price).or_default() += amount;
    }

    /// Both together.
    pub(super) fn plus(mut self, other: &Self) -> Self {
        other.0.iter().for_each(|(price, amount)| self.add(*price, *amount));
        self
    }

    /// So much of it.
    pub(super) fn times(&self, factor: f64) -> Self {
        Self(self.0.iter().map(|(price, amount)| (*price, amount * factor)).collect())
    }

    /// What it comes to. Dollars.
    pub(super) fn total(&self, prices: &Prices) -> f64 {
        self.0.iter().map(|(price, amount)| amount * prices.of(*price)).sum()
    }

    /// Dollars by what is billed, the most first.
    pub(super) fn largest(&self, prices: &Prices) -> Vec<(&'static str, f64)> {
        sorted(self.0.iter().map(|(price, amount)| (price.name(), amount * prices.of(*price))))
    }

    /// Dollars by service, the most first.
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
