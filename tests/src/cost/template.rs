//! Values from the template: memory, default parameters, and what a stack has for given parameters.

use template_tests::{
    choices::{Given, exists},
    files::TEMPLATE,
    metrics::{ALARM, of_alarm},
    template::{of_type, properties},
};

/// Returns the memory of a function, in GB.
pub(super) fn memory_gb(function: &str) -> Option<f64> {
    Some(properties(function)["MemorySize"].as_f64()? / 1024.0)
}

/// Returns the default of a numeric parameter.
pub(super) fn parameter(name: &str) -> Option<f64> {
    TEMPLATE["Parameters"][name]["Default"].as_f64()
}

/// Returns the number of metrics at which a stack's alarms look.
pub(super) fn alarm_metrics(given: Given<'_>) -> f64 {
    made(ALARM, given).flat_map(of_alarm).map(|_| 1.0).sum()
}

/// Returns the number of a stack's resources of a type.
pub(super) fn resources(kind: &str, given: Given<'_>) -> f64 {
    made(kind, given).map(|_| 1.0).sum()
}

/// Returns the names of a stack's resources of a type.
fn made(kind: &str, given: Given<'_>) -> impl Iterator<Item = &'static str> {
    of_type(kind).map(|(name, _)| name).filter(move |name| exists(name, given))
}
