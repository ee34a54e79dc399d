//! In-memory metrics, for tests and the tour to read.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use shared::{
    metrics::{Metric, Metrics, Subject},
    model::ProjectId,
};

/// Maximum number of single values that are kept of a metric and a subject: the latest.
const MOST_VALUES: usize = 100_000;

/// Metrics published since the process started. Clones share the same values.
#[derive(Debug, Clone, Default)]
pub struct RecordedMetrics(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    /// Counted, but not published yet.
    waiting: BTreeMap<(Subject, Metric), u64>,
    published: BTreeMap<(Subject, Metric), u64>,
    /// Single values, published or not.
    values: BTreeMap<(Subject, Metric), VecDeque<u64>>,
}

impl RecordedMetrics {
    /// Returns the published amount of a metric; `None` if it was never counted.
    #[must_use]
    pub fn total(&self, metric: Metric) -> Option<u64> {
        self.sum(|_, counted| counted == metric)
    }

    /// Returns the published amount of a metric of one project; `None` if it was never counted.
    #[must_use]
    pub fn of_project(&self, project: ProjectId, metric: Metric) -> Option<u64> {
        self.sum(|subject, counted| subject.project == Some(project) && counted == metric)
    }

    /// Returns the single values of a metric, in the order of each subject; of one that has very many, the latest.
    #[must_use]
    pub fn values(&self, metric: Metric) -> Vec<u64> {
        let recorded = self.recorded();
        let values = recorded.values.iter().filter(|((_, observed), _)| *observed == metric);
        values.flat_map(|(_, values)| values).copied().collect()
    }

    /// Returns everything that was published, by subject and metric.
    #[must_use]
    pub fn all(&self) -> BTreeMap<(Subject, Metric), u64> {
        self.recorded().published.clone()
    }

    fn sum(&self, wanted: impl Fn(Subject, Metric) -> bool) -> Option<u64> {
        let recorded = self.recorded();
        let amounts = recorded.published.iter().filter(|((subject, metric), _)| wanted(*subject, *metric));
        amounts.map(|(_, amount)| *amount).reduce(|one, other| one + other)
    }

    fn recorded(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Metrics for RecordedMetrics {
    fn count(&self, subject: Subject, metric: Metric, amount: u64) {
        *self.recorded().waiting.entry((subject, metric)).or_default() += amount;
    }

    fn observe(&self, subject: Subject, metric: Metric, values: &[u64]) {
        let mut recorded = self.recorded();
        let kept = recorded.values.entry((subject, metric)).or_default();
        kept.extend(values);
        let surplus = kept.len().saturating_sub(MOST_VALUES);
        kept.drain(..surplus);
    }

    fn publish(&self) {
        let mut recorded = self.recorded();
        for (counted, amount) in std::mem::take(&mut recorded.waiting) {
            *recorded.published.entry(counted).or_default() += amount;
        }
    }
}
