//! Values from the template: memory, default parameters, and alarms.

/// The deployment's template.
const TEMPLATE: &str = include_str!("../../../infra/template.yaml");

/// Returns the memory of a function, in GB.
pub(super) fn memory_gb(function: &str) -> Option<f64> {
    Some(number_in(function, "MemorySize:")? / 1024.0)
}

/// Returns the default of a numeric parameter.
pub(super) fn parameter(name: &str) -> Option<f64> {
    number_in(name, "Default:")
}

/// Returns the number of metrics that alarms use.
pub(super) fn alarm_metrics() -> f64 {
    lines("MetricName:").map(|_| 1.0).sum()
}

/// Returns the number of resources of a type.
pub(super) fn resources(kind: &str) -> f64 {
    lines("Type:").filter(|line| line.ends_with(kind)).map(|_| 1.0).sum()
}

fn lines(beginning: &str) -> impl Iterator<Item = &'static str> {
    TEMPLATE.lines().map(str::trim).filter(move |line| line.starts_with(beginning))
}

/// Returns the number after a word, within the block of a name that is indented by two spaces.
fn number_in(block: &str, word: &str) -> Option<f64> {
    let head = format!("  {block}:");
    let within = |line: &&str| line.is_empty() || line.starts_with("    ") || line.trim().starts_with('#');
    let body = TEMPLATE.lines().skip_while(|line| *line != head).skip(1).take_while(within);
    body.map(str::trim).find_map(|line| line.strip_prefix(word)?.trim().parse().ok())
}
