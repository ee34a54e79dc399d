//! The port on CloudWatch: lines in embedded metric format, which CloudWatch reads out of a function's log.
//!
//! Lambda passes such a line on unchanged from standard output, even if the log's format is JSON.
// Specification:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Map, Value, json};

use super::{Metric, Metrics, Subject};
use crate::model::{Clock, Timestamp};

/// Namespace of all our metrics.
pub const NAMESPACE: &str = "Dropline";
/// Dimensions under which a metric is published: always the first set; also the second if the project is known, unless
/// that is switched off.
pub const DIMENSIONS: [[&str; 2]; 2] = [["Stack", "Function"], ["Stack", "Project"]];
/// Longest time for which counts are buffered, so that a run of many minutes is visible, and its counts
/// survive if it dies.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Maximum number of values of a metric in a line.
const MOST_VALUES: usize = 100;

/// Metrics sink that adds up counts, and writes a line for each project, connection and reason.
///
/// Single values are written as a list, from which CloudWatch computes percentiles; if there are more than a line takes,
/// the rest follow in lines of their own.
///
/// Each metric is published under the dimensions `Stack` and `Function` and, if the project is known, also
/// under `Stack` and `Project`, unless that is switched off. Every combination of dimension values is a
/// metric that is billed, so the connection and the reason are not dimensions but properties of the line, by
/// which CloudWatch Logs Insights finds it.
pub struct EmfMetrics {
    stack: String,
    function: String,
    /// Whether the project is a dimension; it is always a property of the line.
    by_project: bool,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    counted: BTreeMap<Subject, BTreeMap<Metric, u64>>,
    observed: BTreeMap<Subject, BTreeMap<Metric, Vec<u64>>>,
    /// Time since which counts are buffered.
    since: Option<Timestamp>,
    lines: Box<dyn Write + Send>,
}

impl EmfMetrics {
    /// Returns the metrics sink of one function of a stack, which writes to `lines`.
    pub fn new(
        stack: impl Into<String>,
        function: impl Into<String>,
        clock: Arc<dyn Clock>,
        lines: Box<dyn Write + Send>,
    ) -> Self {
        let state =
            Mutex::new(State { counted: BTreeMap::new(), observed: BTreeMap::new(), since: None, lines });
        Self { stack: stack.into(), function: function.into(), by_project: true, clock, state }
    }

    /// Returns the sink with or without separate metrics for each project.
    #[must_use]
    pub fn by_project(mut self, by_project: bool) -> Self {
        self.by_project = by_project;
        self
    }

    /// Buffers something, and writes all if the first of it has waited for long.
    fn take(&self, buffer: impl FnOnce(&mut State)) {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        buffer(&mut state);
        if now.since(*state.since.get_or_insert(now)) >= LONGEST_WAIT {
            self.write(&mut state, now);
        }
    }

    fn write(&self, state: &mut State, now: Timestamp) {
        state.since = None;
        let (mut counted, mut observed) =
            (std::mem::take(&mut state.counted), std::mem::take(&mut state.observed));
        let subjects: BTreeSet<Subject> = counted.keys().chain(observed.keys()).copied().collect();
        for subject in subjects {
            let counts = counted.remove(&subject).unwrap_or_default();
            for amounts in amounts(&counts, observed.remove(&subject).unwrap_or_default()) {
                let line = format!("{}\n", self.line(subject, &amounts, now));
                if let Err(error) = state.lines.write_all(line.as_bytes()) {
                    tracing::warn!(%error, "metrics cannot be written");
                }
            }
        }
    }

    fn line(&self, subject: Subject, amounts: &BTreeMap<Metric, Value>, now: Timestamp) -> Value {
        let mut line = Map::new();
        let [of_functions, of_projects] = DIMENSIONS;
        let mut dimensions = vec![json!(of_functions)];
        line.insert("Stack".to_owned(), json!(self.stack));
        line.insert("Function".to_owned(), json!(self.function));
        if let Some(project) = subject.project {
            if self.by_project {
                dimensions.push(json!(of_projects));
            }
            line.insert("Project".to_owned(), json!(project));
        }
        if let Some(connection) = subject.connection {
            line.insert("connection".to_owned(), json!(connection));
        }
        if let Some(reason) = subject.reason {
            line.insert("reason".to_owned(), json!(reason));
        }
        let definition = |metric: &Metric| json!({"Name": metric.name(), "Unit": metric.unit().as_str()});
        let definitions: Vec<Value> = amounts.keys().map(definition).collect();
        line.extend(amounts.iter().map(|(metric, amount)| (metric.name().to_owned(), amount.clone())));
        let directive = json!({"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": definitions});
        line.insert("_aws".to_owned(), json!({"Timestamp": now.0, "CloudWatchMetrics": [directive]}));
        Value::Object(line)
    }
}

/// Returns the amounts of each line: the counts with the first values, and further values.
fn amounts(
    counts: &BTreeMap<Metric, u64>,
    observed: BTreeMap<Metric, Vec<u64>>,
) -> Vec<BTreeMap<Metric, Value>> {
    let mut lines: Vec<BTreeMap<Metric, Value>> = Vec::new();
    if !counts.is_empty() {
        lines.push(counts.iter().map(|(metric, amount)| (*metric, json!(amount))).collect());
    }
    for (metric, values) in observed {
        for (index, values) in values.chunks(MOST_VALUES).enumerate() {
            if index == lines.len() {
                lines.push(BTreeMap::new());
            }
            lines[index].insert(metric, json!(values));
        }
    }
    lines
}

impl Metrics for EmfMetrics {
    fn count(&self, subject: Subject, metric: Metric, amount: u64) {
        self.take(|state| {
            *state.counted.entry(subject).or_default().entry(metric).or_default() += amount;
        });
    }

    fn observe(&self, subject: Subject, metric: Metric, values: &[u64]) {
        self.take(|state| {
            state.observed.entry(subject).or_default().entry(metric).or_default().extend(values);
        });
    }

    fn publish(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(&mut state, self.clock.now());
    }
}

#[cfg(test)]
mod tests;
