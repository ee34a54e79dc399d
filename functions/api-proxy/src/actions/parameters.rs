//! Parameters of actions: reads them, and generates their schema from the same type.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared::answer::ApiError;

/// Prefix of the error texts of our own types. All other texts are the parser's, and may quote the value.
const OWN: &str = "must be ";
/// Maximum number of characters of a parameter's name in an answer.
const LONGEST_NAME: usize = 64;

/// Reads an action's parameters. The error contains no part of a value, because a page may display the
/// answer.
pub(crate) fn read<T: DeserializeOwned>(parameters: Value) -> Result<T, ApiError> {
    if !parameters.is_object() {
        return Err(invalid("The parameters must be an object."));
    }
    serde_path_to_error::deserialize(parameters).map_err(|error| invalid(&sentence(&error)))
}

/// 400: a parameter is invalid.
pub(crate) fn invalid(what: &str) -> ApiError {
    ApiError::invalid("invalid_parameters", format!("{what} GET …/actions has the schema of the parameters."))
}

/// Returns what is wrong, as a sentence.
fn sentence(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let (place, text) = (error.path().to_string(), error.inner().to_string());
    let name: String = place.chars().filter(|c| is_of_a_name(*c)).take(LONGEST_NAME).collect();
    if text.starts_with("unknown field") {
        return "There is a parameter that the action does not have.".to_owned();
    }
    match text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        Some(missing) => format!("The parameter {missing} is missing."),
        None if text.starts_with(OWN) => format!("The parameter {name} {text}."),
        None => format!("The parameter {name} has the wrong type, or a value that it cannot have."),
    }
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._[]".contains(c)
}

/// Returns the schema of an action's parameters, in JSON Schema's draft 7: one object, without references and
/// without the draft's address, so that clients can compile it as it is.
pub(crate) fn schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    simplify(&mut schema);
    if let Some(object) = schema.as_object_mut() {
        object.remove("title");
        object.remove("description");
        object.entry("required").or_insert_with(|| json!([]));
    }
    schema
}

/// Simplifies a schema for clients and API Gateway: descriptions on one line, no null for optional members,
/// no widths of numbers, and enumerations as lists of their names.
fn simplify(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(only) = members.get("type").and_then(Value::as_array).and_then(|types| present(types))
            {
                members.insert("type".to_owned(), only);
            }
            if let Some(Value::Array(only)) = members.get("anyOf").cloned() {
                let given: Vec<&Value> = only.iter().filter(|one| one["type"] != "null").collect();
                if let [Value::Object(given)] = given.as_slice() {
                    members.remove("anyOf");
                    let described = members.clone();
                    members.extend(given.clone());
                    members.extend(described);
                }
            }
            if members.get("default") == Some(&Value::Null) {
                members.remove("default");
            }
            if members.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("uint"))
            {
                members.remove("format");
            }
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            members.values_mut().for_each(simplify);
            if let Some((names, told)) =
                members.get("oneOf").and_then(Value::as_array).and_then(|all| named(all))
            {
                let about = members.get("description").and_then(Value::as_str).unwrap_or_default();
                members.insert("description".to_owned(), format!("{about} {told}").into());
                members.insert("type".to_owned(), json!("string"));
                members.insert("enum".to_owned(), names);
                members.remove("oneOf");
            }
        }
        Value::Array(members) => members.iter_mut().for_each(simplify),
        _ => {}
    }
}

/// Returns the names of an enumeration, and the descriptions of all.
fn named(all: &[Value]) -> Option<(Value, String)> {
    let names: Option<Vec<&str>> = all.iter().map(|one| one["const"].as_str()).collect();
    let told = |one: &Value| Some(format!("`{}`: {}", one["const"].as_str()?, one["description"].as_str()?));
    let told: Option<Vec<String>> = all.iter().map(told).collect();
    Some((json!(names?), told?.join(" ")))
}

/// Returns the only type beside null.
fn present(types: &[Value]) -> Option<Value> {
    let given: Vec<&Value> = types.iter().filter(|one| *one != "null").collect();
    if let [only] = given.as_slice() { Some((*only).clone()) } else { None }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::actions::paths::Name;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema and its errors are looked at")]
    struct Sample {
        /// The name.
        file_name: Name,
        /// Number of entries.
        limit: Option<u32>,
        /// Another one.
        other: Option<Name>,
    }

    fn message(parameters: Value) -> String {
        let error = read::<Sample>(parameters).unwrap_err();
        assert_eq!((error.status.as_u16(), error.code), (400, "invalid_parameters"));
        error.message
    }

    #[test]
    fn an_error_names_the_parameter_and_quotes_nothing() {
        for (parameters, expected) in [
            (json!({}), "The parameter fileName is missing."),
            (json!({"fileName": "a", "<b>x</b>": 1}), "There is a parameter that the action does not have."),
            (json!({"fileName": 7}), "The parameter fileName has the wrong type"),
            (json!({"fileName": "<b>/</b>"}), "The parameter fileName must be a name of 1 to 255"),
            (json!({"fileName": "a", "limit": "<b>"}), "The parameter limit has the wrong type"),
            (json!({"fileName": "a", "limit": -1}), "The parameter limit has the wrong type"),
            (json!([]), "must be an object"),
            (json!("text"), "must be an object"),
            (Value::Null, "must be an object"),
        ] {
            let message = message(parameters.clone());
            assert!(message.contains(expected), "{parameters}: {message}");
            assert!(!message.contains('<'), "{message}");
        }
    }

    #[test]
    fn a_schema_stands_alone() {
        let schema = schema::<Sample>();
        assert_eq!(schema["type"], "object");
        assert_eq!(schema["required"], json!(["fileName"]));
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["properties"]["fileName"]["description"], "The name.");
        assert_eq!(schema["properties"]["fileName"]["maxLength"], 255);
        let text = schema.to_string();
        for absent in ["$ref", "$schema", "null", "uint"] {
            assert!(!text.contains(absent), "{absent}: {text}");
        }
    }
}
