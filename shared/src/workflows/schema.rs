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
    schema
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
