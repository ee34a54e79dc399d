//! Checks of parameters by a JSON Schema, as far as they are known before a run: a text that is one reference may
//! become anything, and other texts with references stay texts.

use serde_json::{Map, Value};

use super::Problem;
use crate::workflows::template::{is_one_reference, uses_of};

/// Returns what is wrong with parameters. The schema is one of an object, and stands alone. Looked at are `type`,
/// `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`, `minimum`, `maximum`, `maxLength`,
/// `anyOf` and `oneOf`; the rest is left to the action.
pub(super) fn problems(place: &str, parameters: &Map<String, Value>, schema: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    of_object(place, parameters, schema, &mut problems);
    problems
}

fn of_object(place: &str, members: &Map<String, Value>, schema: &Value, problems: &mut Vec<Problem>) {
    let properties = schema.get("properties").and_then(Value::as_object);
    let known = |name: &str| properties.and_then(|properties| properties.get(name));
    for (name, value) in members {
        let place = format!("{place}.{name}");
        match (known(name), schema.get("additionalProperties")) {
            (Some(schema), _) => of_value(&place, value, schema, problems),
            (None, Some(Value::Bool(false))) => {
                let names = properties.into_iter().flat_map(Map::keys).map(String::as_str);
                let names = names.collect::<Vec<_>>().join(", ");
                problems.push(Problem::new(place, format!("There is no such parameter. There are {names}.")));
            }
            (None, Some(schema @ Value::Object(_))) => of_value(&place, value, schema, problems),
            (None, _) => {}
        }
    }
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    for name in required.filter_map(Value::as_str).filter(|name| !members.contains_key(*name)) {
        problems.push(Problem::new(format!("{place}.{name}"), "It is missing."));
    }
}

fn of_value(place: &str, value: &Value, schema: &Value, problems: &mut Vec<Problem>) {
    if value.as_str().is_some_and(is_one_reference) {
        return;
    }
    if let Some(alternatives) = alternatives(schema) {
        return of_alternatives(place, value, alternatives, problems);
    }
    if let Some(types) = schema.get("type")
        && !is_of(value, types)
    {
        return problems.push(Problem::new(place, format!("It must be of the type {}.", type_names(types))));
    }
    match value {
        Value::Object(members) => of_object(place, members, schema, problems),
        Value::Array(items) => {
            let schema = schema.get("items").unwrap_or(&Value::Null);
            for (index, item) in items.iter().enumerate() {
                of_value(&format!("{place}[{index}]"), item, schema, problems);
            }
        }
        Value::String(_) if !uses_of("", value).is_empty() => {}
        _ => problems.extend(of_scalar(value, schema).map(|message| Problem::new(place, message))),
    }
}

fn alternatives(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()
}

/// A value must fit one of several schemas: if it fits none, what is wrong with the one that is nearest is told.
fn of_alternatives(place: &str, value: &Value, alternatives: &[Value], problems: &mut Vec<Problem>) {
    let tried = alternatives.iter().map(|schema| {
        let mut problems = Vec::new();
        of_value(place, value, schema, &mut problems);
        problems
    });
    problems.extend(tried.min_by_key(Vec::len).unwrap_or_default());
}

fn is_of(value: &Value, types: &Value) -> bool {
    let is_of_one = |kind: &Value| match kind.as_str() {
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("null") => value.is_null(),
        Some("number") => value.is_number(),
        Some("integer") => value.is_i64() || value.is_u64(),
        _ => true,
    };
    match types {
        Value::Array(types) => types.iter().any(is_of_one),
        kind => is_of_one(kind),
    }
}

fn type_names(types: &Value) -> String {
    match types {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        kind => kind.as_str().unwrap_or_default().to_owned(),
    }
}

/// Returns what is wrong with a value that is no list and no object, as a sentence.
fn of_scalar(value: &Value, schema: &Value) -> Option<String> {
    if let Some(choices) = schema.get("enum").and_then(Value::as_array)
        && !choices.contains(value)
    {
        let choices = choices.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        return Some(format!("It must be one of {choices}."));
    }
    if let Some(only) = schema.get("const")
        && only != value
    {
        return Some(format!("It must be {only}."));
    }
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let (number, length) = (value.as_f64(), value.as_str().map(|text| text.chars().count()));
    if let Some(minimum) = bound("minimum").filter(|minimum| number.is_some_and(|number| number < *minimum)) {
        return Some(format!("It must be at least {minimum}."));
    }
    if let Some(maximum) = bound("maximum").filter(|maximum| number.is_some_and(|number| number > *maximum)) {
        return Some(format!("It must be at most {maximum}."));
    }
    let maximum =
        schema.get("maxLength").and_then(Value::as_u64).and_then(|maximum| usize::try_from(maximum).ok())?;
    length.filter(|length| *length > maximum).map(|_| format!("It must have at most {maximum} characters."))
}
