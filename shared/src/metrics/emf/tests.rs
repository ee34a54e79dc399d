//! The exact lines, because CloudWatch silently drops what it cannot read.

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
};

use super::*;
use crate::model::{ConnectionId, ProjectId, TroubleCode};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// A clock that is set by hand.
struct Hand(AtomicU64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

fn metrics() -> (EmfMetrics, Lines, Arc<Hand>) {
    let (lines, clock) = (Lines::default(), Arc::new(Hand(AtomicU64::new(1_700_000_000_123))));
    let metrics = EmfMetrics::new("dropline", "dropline-Sync-1", clock.clone(), Box::new(lines.clone()));
    (metrics, lines, clock)
}

fn project() -> ProjectId {
    "6d0f7e4e-1c6a-4a29-93f0-1f5a4f2f9a10".parse().unwrap()
}

fn connection() -> ConnectionId {
    "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a".parse().unwrap()
}

const OF_A_CONNECTION: &str = concat!(
    r#"{"BytesTransferred":5000000000,"Function":"dropline-Sync-1","Pages":3,"#,
    r#""Project":"6d0f7e4e-1c6a-4a29-93f0-1f5a4f2f9a10","Stack":"dropline","#,
    r#""_aws":{"CloudWatchMetrics":[{"Dimensions":[["Stack","Function"],["Stack","Project"]],"#,
    r#""Metrics":[{"Name":"Pages","Unit":"Count"},{"Name":"BytesTransferred","Unit":"Bytes"}],"#,
    r#""Namespace":"Dropline"}],"Timestamp":1700000000123},"#,
    r#""connection":"0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a"}"#,
    "\n"
);

const OF_NOBODY: &str = concat!(
    r#"{"Function":"dropline-Sync-1","NotificationsRefused":1,"Stack":"dropline","#,
    r#""_aws":{"CloudWatchMetrics":[{"Dimensions":[["Stack","Function"]],"#,
    r#""Metrics":[{"Name":"NotificationsRefused","Unit":"Count"}],"Namespace":"Dropline"}],"#,
    r#""Timestamp":1700000000123}}"#,
    "\n"
);

#[test]
fn a_connections_counts_are_one_line() {
    let (metrics, lines, _) = metrics();
    let subject = Subject { project: Some(project()), connection: Some(connection()), reason: None };
    for (metric, amount) in
        [(Metric::Pages, 1), (Metric::BytesTransferred, 5_000_000_000), (Metric::Pages, 2)]
    {
        metrics.count(subject, metric, amount);
    }
    assert_eq!(lines.text(), "", "nothing comes out before it is published");
    metrics.publish();
    assert_eq!(lines.text(), OF_A_CONNECTION);
    metrics.publish();
    assert_eq!(lines.text(), OF_A_CONNECTION, "nothing is told twice");
}

/// T55: each project's metrics are billed, so they can be switched off. Logs Insights still finds the line.
#[test]
fn without_metrics_by_project_a_project_is_a_property_and_no_dimension() {
    let (metrics, lines, _) = metrics();
    let metrics = metrics.by_project(false);
    for subject in [
        Subject { connection: Some(connection()), ..Subject::of_project(project()) },
        Subject::of_project(project()),
        Subject::NOBODY,
    ] {
        metrics.count(subject, Metric::Pages, 1);
    }
    metrics.publish();
    for line in lines.text().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([["Stack", "Function"]]));
    }
    let named = format!(r#""Project":"{}""#, project());
    assert_eq!(lines.text().matches(&named).count(), 2, "{}", lines.text());
}

/// A dimension would make a metric of each reason and project, each of which is billed.
#[test]
fn a_reason_is_a_property_of_the_line_and_no_dimension() {
    let (metrics, lines, _) = metrics();
    let subject = Subject::of_project(project());
    for (reason, metric) in [
        (TroubleCode::MissingScope, Metric::WalksPutOff),
        (TroubleCode::StorageUnavailable, Metric::TransfersPutOff),
        (TroubleCode::MissingScope, Metric::WalksPutOff),
    ] {
        metrics.count(subject.hindered_by(reason), metric, 1);
    }
    metrics.publish();
    let lines: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told =
        |line: &Value| (line["reason"].clone(), line["WalksPutOff"].clone(), line["TransfersPutOff"].clone());
    assert_eq!(
        lines.iter().map(told).collect::<Vec<_>>(),
        [
            (json!("missing_scope"), json!(2), Value::Null),
            (json!("storage_unavailable"), Value::Null, json!(1))
        ]
    );
    for line in lines {
        let dimensions = &line["_aws"]["CloudWatchMetrics"][0]["Dimensions"];
        assert_eq!(*dimensions, json!([["Stack", "Function"], ["Stack", "Project"]]));
    }
}

#[test]
fn who_is_not_known_is_not_named() {
    let (metrics, lines, _) = metrics();
    metrics.count(Subject::NOBODY, Metric::NotificationsRefused, 1);
    metrics.publish();
    assert_eq!(lines.text(), OF_NOBODY);
}

#[test]
fn zero_comes_out_and_what_was_not_counted_does_not() {
    let (metrics, lines, _) = metrics();
    metrics.count(Subject::of_project(project()), Metric::DriftRepaired, 0);
    metrics.publish();
    assert!(lines.text().contains(r#""DriftRepaired":0,"#), "{}", lines.text());
    assert!(!lines.text().contains("Pages"), "{}", lines.text());
}

#[test]
fn each_connection_has_a_line_of_its_own() {
    let (metrics, lines, _) = metrics();
    for _ in 0..3 {
        let connection = Some(ConnectionId::random());
        let subject = Subject { connection, ..Subject::of_project(project()) };
        metrics.count(subject, Metric::FilesReady, 1);
    }
    metrics.publish();
    assert_eq!(lines.text().lines().count(), 3);
}

/// CloudWatch takes at most a hundred values of a metric in a line.
#[test]
fn single_values_are_lists_of_at_most_a_hundred() {
    let (metrics, lines, _) = metrics();
    let subject = Subject::of_project(project());
    metrics.observe(subject, Metric::DeliveryLatency, &[7, 0]);
    metrics.count(subject, Metric::EventsDelivered, 250);
    metrics.observe(subject, Metric::DeliveryLatency, &(2..250).collect::<Vec<u64>>());
    metrics.publish();
    let lines: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let values = |line: &Value| line["DeliveryLatency"].as_array().unwrap().len();
    assert_eq!(lines.iter().map(values).collect::<Vec<_>>(), [100, 100, 50]);
    assert_eq!(lines[0]["DeliveryLatency"][0], 7);
    assert_eq!((&lines[0]["EventsDelivered"], &lines[1]["EventsDelivered"]), (&json!(250), &Value::Null));
    for line in &lines {
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(directive["Dimensions"], json!([["Stack", "Function"], ["Stack", "Project"]]));
        let last = directive["Metrics"].as_array().unwrap().last().unwrap();
        assert_eq!(*last, json!({"Name": "DeliveryLatency", "Unit": "Milliseconds"}));
    }
}

#[test]
fn a_value_that_waits_is_told_of_without_any_count() {
    let (metrics, lines, clock) = metrics();
    metrics.observe(Subject::NOBODY, Metric::DeliveryLatency, &[5]);
    clock.0.fetch_add(60_000, Ordering::Relaxed);
    metrics.observe(Subject::NOBODY, Metric::DeliveryLatency, &[6]);
    assert!(lines.text().contains(r#""DeliveryLatency":[5,6],"#), "{}", lines.text());
    assert_eq!(lines.text().lines().count(), 1);
}

#[test]
fn a_long_run_is_told_of_before_its_end() {
    let (metrics, lines, clock) = metrics();
    let advance = |seconds: u64| clock.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    metrics.count(Subject::NOBODY, Metric::FilesReady, 1);
    advance(59);
    metrics.count(Subject::NOBODY, Metric::FilesReady, 1);
    assert_eq!(lines.text(), "");
    advance(1);
    metrics.count(Subject::NOBODY, Metric::FilesReady, 1);
    assert!(lines.text().contains(r#""FilesReady":3,"#), "{}", lines.text());
}
