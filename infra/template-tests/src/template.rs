//! Resources of the template.

use serde_json::{Map, Value};

use crate::files::TEMPLATE;

/// Type of the functions.
pub const FUNCTION: &str = "AWS::Serverless::Function";
/// Type of the queues.
pub const QUEUE: &str = "AWS::SQS::Queue";
/// Type of the mappings of queues to functions.
pub const MAPPING: &str = "AWS::Lambda::EventSourceMapping";

/// Returns all resources.
#[must_use]
pub fn resources() -> &'static Map<String, Value> {
    members(&TEMPLATE["Resources"])
}

/// Returns the resources of a type, with their names.
pub fn of_type(kind: &str) -> impl Iterator<Item = (&'static str, &'static Value)> {
    resources()
        .iter()
        .filter(move |(_, resource)| resource["Type"] == kind)
        .map(|(name, one)| (name.as_str(), one))
}

/// Returns the names of the functions.
pub fn functions() -> impl Iterator<Item = &'static str> {
    of_type(FUNCTION).map(|(name, _)| name)
}

/// Returns the properties of a resource.
#[must_use]
pub fn properties(name: &str) -> &'static Value {
    &TEMPLATE["Resources"][name]["Properties"]
}

/// Returns the environment variables of a function.
#[must_use]
pub fn variables(function: &str) -> &'static Value {
    &properties(function)["Environment"]["Variables"]
}

/// Returns the name of a function's role.
///
/// # Panics
/// If the role is not a resource of the template.
#[must_use]
pub fn role_of(function: &str) -> &'static str {
    resource_of(&properties(function)["Role"])
}

/// Returns the name of the resource whose ARN this is.
///
/// # Panics
/// If it is no ARN of a resource.
#[must_use]
pub fn resource_of(arn: &Value) -> &str {
    text(&arn["Fn::GetAtt"]).strip_suffix(".Arn").unwrap_or_else(|| panic!("{arn} is no ARN of a resource"))
}

/// Returns what an intrinsic function says, `!Ref X` and `!Sub X` as X, or a text itself.
///
/// # Panics
/// If it is neither.
#[must_use]
pub fn said(value: &Value) -> &str {
    value
        .as_object()
        .and_then(|function| function.values().next())
        .unwrap_or(value)
        .as_str()
        .unwrap_or_else(|| panic!("{value} says nothing"))
}

/// Returns a text.
///
/// # Panics
/// If it is none.
#[must_use]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// Returns a number.
///
/// # Panics
/// If it is none, or negative.
#[must_use]
pub fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Returns the members of an object.
///
/// # Panics
/// If it is none.
#[must_use]
pub fn members(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("{value} is no object"))
}

/// Returns the elements of a list, or a single value as its only element.
#[must_use]
pub fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// Returns the texts of a list, or a single text as the only one.
///
/// # Panics
/// If one is no text.
#[must_use]
pub fn texts(value: &Value) -> Vec<&str> {
    elements(value).iter().map(text).collect()
}
