//! Metrics at which alarms and dashboard look.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    choices::{Given, chosen, exists},
    template::{elements, of_type, properties, said, text},
};

/// Type of the alarms.
pub const ALARM: &str = "AWS::CloudWatch::Alarm";
/// Type of the alarms that depend on others.
pub const COMPOSITE: &str = "AWS::CloudWatch::CompositeAlarm";

/// A metric of CloudWatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Values of its dimensions; in a search, none where any is found.
    pub dimensions: BTreeMap<String, Option<String>>,
}

impl Metric {
    /// Returns a metric with one dimension.
    #[must_use]
    pub fn of(namespace: &str, name: &str, dimensions: &[(&str, &str)]) -> Self {
        let dimensions =
            dimensions.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())));
        Self { namespace: namespace.to_owned(), name: name.to_owned(), dimensions: dimensions.collect() }
    }

    /// Whether it is one of AWS's own.
    #[must_use]
    pub fn is_of_aws(&self) -> bool {
        self.namespace.starts_with("AWS/")
    }
}

/// Returns the names of all alarms.
pub fn alarms() -> impl Iterator<Item = &'static str> {
    of_type(ALARM).chain(of_type(COMPOSITE)).map(|(name, _)| name)
}

/// Returns the names of the alarms that tell somebody.
pub fn telling_alarms() -> impl Iterator<Item = &'static str> {
    alarms().filter(|name| !properties(name)["AlarmActions"].is_null())
}

/// Returns the names of the alarms that a stack has.
pub fn alarms_with(given: Given<'_>) -> impl Iterator<Item = &'static str> {
    alarms().filter(move |name| exists(name, given))
}

/// Returns every metric at which alarms or the dashboard look.
#[must_use]
pub fn looked_at() -> Vec<Metric> {
    let mut metrics = on_dashboard();
    metrics.extend(of_alarms());
    metrics
}

/// Returns every metric at which alarms look.
#[must_use]
pub fn of_alarms() -> Vec<Metric> {
    of_type(ALARM).flat_map(|(name, _)| of_alarm(name)).collect()
}

/// Returns the metrics at which an alarm looks.
#[must_use]
pub fn of_alarm(name: &str) -> Vec<Metric> {
    let alarm = properties(name);
    match alarm["Metrics"].as_array() {
        None => vec![of_statistic(alarm)],
        Some(metrics) => {
            let statistics = metrics.iter().map(|metric| &metric["MetricStat"]["Metric"]);
            statistics.filter(|metric| !metric.is_null()).map(of_statistic).collect()
        }
    }
}

fn of_statistic(given: &Value) -> Metric {
    let dimension =
        |dimension: &Value| (text(&dimension["Name"]).to_owned(), Some(placeholder(&dimension["Value"])));
    Metric {
        namespace: text(&given["Namespace"]).to_owned(),
        name: text(&given["MetricName"]).to_owned(),
        dimensions: elements(&given["Dimensions"]).iter().map(dimension).collect(),
    }
}

/// Returns a dimension's value as the dashboard writes it.
fn placeholder(value: &Value) -> String {
    if value.is_object() { format!("${{{}}}", said(value)) } else { text(value).to_owned() }
}

/// Returns the text of the dashboard of a stack, with placeholders.
#[must_use]
pub fn dashboard(given: Given<'_>) -> String {
    let body = &properties("Dashboard")["DashboardBody"]["Fn::Sub"];
    text(&body[0]).replace("${AlarmWidget}", said(chosen(&body[1]["AlarmWidget"], given)))
}

/// Returns the widgets of the dashboard of a stack.
///
/// # Panics
/// If it is not JSON.
#[must_use]
pub fn widgets(given: Given<'_>) -> Vec<Value> {
    let body: Value = serde_json::from_str(&dashboard(given)).expect("the dashboard is JSON");
    elements(&body["widgets"]).to_vec()
}

/// Returns every metric that the dashboard names.
#[must_use]
pub fn on_dashboard() -> Vec<Metric> {
    let widgets = widgets(&[]);
    let shown = widgets.iter().filter(|widget| widget["type"] == "metric");
    shown.flat_map(|widget| elements(&widget["properties"]["metrics"])).filter_map(of_row).collect()
}

/// Returns the metric of a widget's row; none where it is arithmetic, of metrics that stand beside it.
fn of_row(row: &Value) -> Option<Metric> {
    if let Some(search) = row[0]["expression"].as_str() {
        return of_search(search);
    }
    assert!(row[0].is_string(), "{row} is no metric");
    let [namespace, name, pairs @ ..] =
        &elements(row).iter().filter_map(Value::as_str).collect::<Vec<_>>()[..]
    else {
        panic!("{row} names no metric")
    };
    assert!(pairs.len().is_multiple_of(2), "{row} has a dimension without a value");
    let dimensions: Vec<_> = pairs.chunks(2).map(|pair| (pair[0], pair[1])).collect();
    Some(Metric::of(namespace, name, &dimensions))
}

/// Reads `SEARCH('{NAMESPACE,DIMENSION,…} MetricName="…" DIMENSION="…"', …)`.
fn of_search(expression: &str) -> Option<Metric> {
    let (schema, rest) =
        expression.strip_prefix("SEARCH('{")?.split_once("} ").expect("a search has a schema");
    let terms = rest.split_once('\'').expect("a search is quoted").0;
    let term = |name: &str| {
        let value = terms.split_once(&format!("{name}=\""))?.1;
        Some(value.split_once('"')?.0.to_owned())
    };
    let (namespace, names) = schema.split_once(',').expect("a search has dimensions");
    Some(Metric {
        namespace: namespace.to_owned(),
        name: term("MetricName").expect("a search names a metric"),
        dimensions: names.split(',').map(|name| (name.to_owned(), term(name))).collect(),
    })
}

/// Returns the references in a text: the names within `${…}`, but for what CloudWatch itself fills in.
#[must_use]
pub fn references(text: &str) -> Vec<&str> {
    let names = text.split("${").skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    names.filter(|name| !name.starts_with('!')).collect()
}

/// Returns the names of the alarms on which the composite alarms depend.
#[must_use]
pub fn parts_of_composites() -> BTreeSet<&'static str> {
    let rules = of_type(COMPOSITE).map(|(name, _)| said(&properties(name)["AlarmRule"]));
    rules.flat_map(references).collect()
}
