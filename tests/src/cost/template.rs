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

/// Returns the number of metrics that alarms use, of alarms with one of these conditions.
pub(super) fn alarm_metrics(conditions: &[&str]) -> f64 {
    let alarms = made("AWS::CloudWatch::Alarm", conditions).into_iter().flatten();
    alarms.filter(|line| line.starts_with("MetricName:")).map(|_| 1.0).sum()
}

/// Returns the number of alarms that depend on others, with one of these conditions.
pub(super) fn composite_alarms(conditions: &[&str]) -> f64 {
    made("AWS::CloudWatch::CompositeAlarm", conditions).into_iter().map(|_| 1.0).sum()
}

/// Returns the number of resources of a type.
pub(super) fn resources(kind: &str) -> f64 {
    lines("Type:").filter(|line| line.ends_with(kind)).map(|_| 1.0).sum()
}

/// Returns the lines of each resource of a type whose condition is one of these.
fn made(kind: &str, conditions: &[&str]) -> Vec<Vec<&'static str>> {
    let mut blocks: Vec<Vec<&str>> = Vec::new();
    for line in TEMPLATE.lines() {
        let begins = line.strip_prefix("  ").is_none_or(|rest| !rest.starts_with([' ', '#']));
        if begins {
            blocks.push(Vec::new());
        }
        blocks.last_mut().into_iter().for_each(|block| block.push(line.trim()));
    }
    let says = |block: &[&str], name: &str, values: &[&str]| {
        block.iter().any(|line| line.strip_prefix(name).is_some_and(|value| values.contains(&value)))
    };
    blocks.retain(|block| says(block, "Type: ", &[kind]) && says(block, "Condition: ", conditions));
    blocks
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
