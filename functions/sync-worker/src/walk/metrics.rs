//! Metrics of committed segments.

use std::collections::BTreeMap;

use shared::{
    metrics::Metric,
    model::{Change, ChangeKind, Connection, Content, Segment},
};

use crate::Worker;

/// Counts the changes of a committed segment by kind.
pub(super) fn count_changes(worker: &Worker, connection: &Connection, segment: &Segment) {
    let mut counts: BTreeMap<Metric, u64> = BTreeMap::new();
    for metric in segment.changes.iter().flat_map(metrics) {
        *counts.entry(metric).or_default() += 1;
    }
    counts.into_iter().for_each(|(metric, amount)| worker.count(connection, metric, amount));
}

fn metrics(change: &Change) -> impl Iterator<Item = Metric> {
    let kind = match &change.kind {
        ChangeKind::Created { .. } => Metric::ItemsCreated,
        ChangeKind::Updated { .. } => Metric::ItemsUpdated,
        ChangeKind::Moved { .. } => Metric::ItemsMoved,
        ChangeKind::Deleted { why } if why.is_deletion() => Metric::ItemsDeleted,
        ChangeKind::Deleted { .. } => Metric::ItemsRemoved,
    };
    let skipped = matches!(change.kind.content(), Some(Content::Skipped { .. }));
    std::iter::once(kind).chain(skipped.then_some(Metric::FilesSkipped))
}
