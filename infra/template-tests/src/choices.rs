//! Conditions of the template: which resources and values a stack has for given parameters.

use serde_json::Value;

use crate::{
    files::TEMPLATE,
    template::{resources, text},
};

/// Values of parameters; those that are not named have their defaults.
pub type Given<'a> = &'a [(&'a str, &'a str)];

/// Whether a stack has a resource.
///
/// # Panics
/// If it depends on a condition that the template does not have.
#[must_use]
pub fn exists(resource: &str, given: Given<'_>) -> bool {
    resources()[resource].get("Condition").is_none_or(|condition| condition_holds(text(condition), given))
}

/// Returns what `!If` chooses, also where its choice is another one; any other value as it is.
///
/// # Panics
/// If it depends on a condition that the template does not have.
#[must_use]
pub fn chosen<'a>(value: &'a Value, given: Given<'_>) -> &'a Value {
    match value["Fn::If"].as_array().map(Vec::as_slice) {
        Some([condition, then, otherwise]) => {
            chosen(if condition_holds(text(condition), given) { then } else { otherwise }, given)
        }
        _ => value,
    }
}

/// Whether a condition of the template holds.
///
/// # Panics
/// If the template does not have it.
#[must_use]
pub fn condition_holds(condition: &str, given: Given<'_>) -> bool {
    is_so(&TEMPLATE["Conditions"][condition], given)
}

fn is_so(condition: &Value, given: Given<'_>) -> bool {
    match (condition["Fn::Not"].as_array(), condition["Fn::Equals"].as_array().map(Vec::as_slice)) {
        (Some(refused), _) => !is_so(&refused[0], given),
        (_, Some([one, other])) => value(one, given) == value(other, given),
        _ => panic!("{condition} is no condition"),
    }
}

/// Returns the value of a parameter, or a value that is written out.
fn value<'a>(of: &'a Value, given: Given<'a>) -> &'a str {
    let Some(name) = of["Ref"].as_str() else { return text(of) };
    let named = given.iter().find(|(parameter, _)| *parameter == name).map(|(_, value)| *value);
    named.unwrap_or_else(|| text(&TEMPLATE["Parameters"][name]["Default"]))
}
