//! The JSON Schema of documents.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::Document;

/// Returns the JSON Schema of documents, in draft 2020-12.
#[must_use]
pub fn document_schema() -> Value {
    let mut schema =
        SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Document>().to_value();
    on_one_line(&mut schema);
    if let Some(step) = schema.pointer_mut("/$defs/Step") {
        close(step);
    }
    schema
}

/// Lets a step have its own members and those of its kind, and no others. Generated, each kind refuses what it does
/// not have itself, and so every step.
fn close(step: &mut Value) {
    let kinds = step.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten();
    for members in kinds.filter_map(Value::as_object_mut) {
        members.remove("additionalProperties");
    }
    if let Some(members) = step.as_object_mut() {
        members.remove("additionalProperties");
        members.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
    }
}

/// Puts descriptions on one line each.
fn on_one_line(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            members.values_mut().for_each(on_one_line);
        }
        Value::Array(items) => items.iter_mut().for_each(on_one_line),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_its_own_members_and_those_of_its_kind() {
        let schema = document_schema();
        let step = &schema["$defs"]["Step"];
        assert_eq!(step["unevaluatedProperties"], false, "{step:#}");
        assert!(step["properties"]["continue_on_error"].is_object(), "{step:#}");
        let kinds = step["oneOf"].as_array().unwrap();
        assert_eq!(kinds.len(), 7);
        for kind in kinds {
            assert!(kind.get("additionalProperties").is_none(), "{kind:#}");
            assert!(kind["properties"]["type"]["const"].is_string(), "{kind:#}");
        }
    }

    #[test]
    fn the_schema_names_and_describes_every_member() {
        let schema = document_schema();
        assert_eq!(schema["required"], serde_json::json!(["name", "trigger", "steps"]));
        let text = schema.to_string();
        for word in
            ["every_minutes", "continue_on_error", "for_each", "file.ready", "PATCH", "min_size", "else"]
        {
            assert!(text.contains(&format!("\"{word}\"")), "{word}: {schema:#}");
        }
        for (name, member) in schema["properties"].as_object().unwrap() {
            assert!(member["description"].is_string() || member["$ref"].is_string(), "{name}");
        }
    }
}
