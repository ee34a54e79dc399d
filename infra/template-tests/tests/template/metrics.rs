//! Metrics: alarms and dashboard look at those that the code counts.

use std::collections::{BTreeMap, BTreeSet};

use shared::metrics::{DIMENSIONS, Metric, NAMESPACE};
use template_tests::{
    files::{sources, text},
    metrics::{looked_at, on_dashboard, telling_alarms},
};

use crate::environment::binary_of;

/// Returns the names of all metrics, with their units.
fn table() -> BTreeMap<String, String> {
    Metric::ALL.iter().map(|metric| (metric.name().to_owned(), metric.unit().as_str().to_owned())).collect()
}

/// Returns the source that a function counts in: its own, and that of tokens where it has any.
fn sources_of(binary: &str) -> String {
    let own = sources(&format!("functions/{binary}/src"));
    if own.contains("tokens") { own + &sources("shared/src/tokens") } else { own }
}

/// Returns the rows of README's tables whose first cell is a name in quotes: the name, and the second cell.
fn rows_of_readme() -> Vec<(String, String)> {
    let text = text("README.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    rows.map(|(name, rest)| (name.to_owned(), rest.split(" |").next().unwrap_or_default().to_owned()))
        .collect()
}

#[test]
fn every_metric_of_ours_that_is_looked_at_exists() {
    let (table, sets) = (table(), DIMENSIONS.map(BTreeSet::from));
    let ours: Vec<_> = looked_at().into_iter().filter(|metric| !metric.is_of_aws()).collect();
    assert!(ours.len() > 30);
    for metric in ours {
        assert_eq!(metric.namespace, NAMESPACE, "{metric:?}");
        assert!(table.contains_key(&metric.name), "{metric:?}");
        let dimensions = metric.dimensions.keys().map(String::as_str).collect();
        assert!(sets.contains(&dimensions), "{metric:?}");
        assert_eq!(metric.dimensions["Stack"].as_deref(), Some("${AWS::StackName}"), "{metric:?}");
    }
}

#[test]
fn a_metric_is_looked_for_in_a_function_that_counts_it() {
    let mut counted = BTreeMap::new();
    for metric in looked_at() {
        let Some(Some(function)) = metric.dimensions.get("Function") else { continue };
        let binary = binary_of(function.trim_start_matches("${").trim_end_matches('}'));
        let sources = counted.entry(binary).or_insert_with(|| sources_of(binary));
        assert!(sources.contains(&format!("Metric::{}", metric.name)), "{binary}: {metric:?}");
    }
    assert!(counted.len() > 5);
}

#[test]
fn every_metric_of_ours_is_on_the_dashboard() {
    let shown = on_dashboard().into_iter().filter(|metric| metric.namespace == NAMESPACE);
    assert_eq!(shown.map(|metric| metric.name).collect::<BTreeSet<_>>(), table().into_keys().collect());
}

#[test]
fn readme_has_every_metric_with_its_unit() {
    let units: BTreeSet<_> = table().into_values().collect();
    let rows = rows_of_readme().into_iter().filter(|(_, unit)| units.contains(unit));
    assert_eq!(rows.collect::<BTreeMap<_, _>>(), table());
}

#[test]
fn readme_has_every_alarm_that_tells_somebody() {
    let rows = rows_of_readme().into_iter().map(|(name, _)| name).filter(|name| name.ends_with("Alarm"));
    assert_eq!(rows.collect::<BTreeSet<_>>(), telling_alarms().map(str::to_owned).collect());
}
