//! Schemas of OpenAPI 3.0, compiled as schemas of JSON Schema 2020-12.
//!
//! Of what the description uses, the two differ in this: `nullable` is the type `null` there, and beside `$ref` nothing
//! counts in OpenAPI. Besides, an object may only have members that its schema names, if that names any and does not say
//! which others there may be: developers of applications read of no others.

use boon::{Compiler, Draft, ErrorKind, SchemaIndex, ValidationError};
use serde_json::{Map, Value, json};

/// Address of the schemas, for references between them.
const PLACE: &str = "file:///openapi.json";
/// Path of common schemas.
const COMMON: &str = "#/components/schemas/";
/// Keywords with a schema for parts of the value.
const PARTS: [&str; 2] = ["items", "additionalProperties"];
/// Keywords with schemas for the value itself.
const ALTERNATIVES: [&str; 3] = ["allOf", "anyOf", "oneOf"];
/// Keywords that are not for a validator, or are read beside another one.
const SILENT: [&str; 4] = ["nullable", "description", "example", "default"];

/// A body's schema.
#[derive(Debug, Clone, Copy)]
pub(super) struct BodyIndex(usize);

/// Schemas of bodies, to be compiled together.
pub(super) struct Bodies {
    common: Map<String, Value>,
    bodies: Vec<Value>,
}

/// Compiled schemas of bodies.
pub(super) struct Schemas {
    schemas: boon::Schemas,
    bodies: Vec<SchemaIndex>,
}

impl Bodies {
    /// Creates an empty set, whose schemas may refer to these.
    pub(super) fn new(common: &Value) -> Self {
        Self { common: common.as_object().cloned().unwrap_or_default(), bodies: Vec::new() }
    }

    /// Adds a body's schema.
    pub(super) fn add(&mut self, schema: &Value) -> BodyIndex {
        self.bodies.push(self.whole(schema));
        BodyIndex(self.bodies.len() - 1)
    }

    /// Compiles the schemas.
    ///
    /// # Panics
    /// If one of them is not valid.
    pub(super) fn compiled(self) -> Schemas {
        let common: Map<_, _> =
            self.common.iter().map(|(name, schema)| (name.clone(), self.translated(schema))).collect();
        let count = self.bodies.len();
        let document = json!({"components": {"schemas": common}, "bodies": self.bodies});
        let (mut compiler, mut schemas) = (Compiler::new(), boon::Schemas::new());
        compiler.set_default_draft(Draft::V2020_12);
        compiler.enable_format_assertions();
        compiler.add_resource(PLACE, document).expect("the place is an address");
        let mut compile = |index| {
            let compiled = compiler.compile(&format!("{PLACE}#/bodies/{index}"), &mut schemas);
            compiled.unwrap_or_else(|error| panic!("no valid schema: {error:#}"))
        };
        let bodies = (0..count).map(&mut compile).collect();
        Schemas { schemas, bodies }
    }

    /// Translates the schema of a whole value: that of a body, a member or an item.
    fn whole(&self, schema: &Value) -> Value {
        let mut translated = self.translated(schema);
        if self.names_members(schema) {
            translated["unevaluatedProperties"] = json!(false);
        }
        translated
    }

    /// Translates a schema that may say only a part of what holds for a value.
    fn translated(&self, schema: &Value) -> Value {
        if let Some(reference) = schema.get("$ref") {
            return json!({"$ref": reference});
        }
        let Some(keywords) = schema.as_object() else { return schema.clone() };
        let spoken = keywords.iter().filter(|(name, _)| !SILENT.contains(&name.as_str()));
        let translated: Map<_, _> =
            spoken.map(|(name, value)| (name.clone(), self.keyword(name, value))).collect();
        if schema["nullable"] == true {
            json!({"anyOf": [{"type": "null"}, translated]})
        } else {
            Value::Object(translated)
        }
    }

    fn keyword(&self, name: &str, value: &Value) -> Value {
        match value {
            Value::Object(members) if name == "properties" => {
                members.iter().map(|(name, schema)| (name.clone(), self.whole(schema))).collect()
            }
            Value::Array(all) if ALTERNATIVES.contains(&name) => {
                all.iter().map(|schema| self.translated(schema)).collect()
            }
            schema if PARTS.contains(&name) => self.whole(schema),
            value => value.clone(),
        }
    }

    /// Whether a schema names members of an object, itself or by another schema for the same value.
    fn names_members(&self, schema: &Value) -> bool {
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix(COMMON)) {
            return self.common.get(name).is_some_and(|common| self.names_members(common));
        }
        let mut others = ALTERNATIVES.iter().filter_map(|name| schema[name].as_array()).flatten();
        schema["properties"].is_object() || others.any(|other| self.names_members(other))
    }
}

impl Schemas {
    /// Returns what is wrong in a body, each with its place.
    pub(super) fn errors(&self, body: BodyIndex, value: &Value) -> Vec<String> {
        let (mut wrong, mut unnamed) = (Vec::new(), Vec::new());
        if let Err(error) = self.schemas.validate(value, self.bodies[body.0]) {
            add_causes(&error, &mut wrong, &mut unnamed);
        }
        // A member that is wrong also counts as one that is not named.
        if wrong.is_empty() { unnamed } else { wrong }
    }
}

/// Adds the errors without further causes, those of unnamed members apart.
fn add_causes(error: &ValidationError<'_, '_>, wrong: &mut Vec<String>, unnamed: &mut Vec<String>) {
    if matches!(error.kind, ErrorKind::FalseSchema) {
        unnamed.push(format!("at '{}': no such member is described", error.instance_location));
    } else if error.causes.is_empty() {
        wrong.push(format!("at '{}': {}", error.instance_location, error.kind));
    }
    for cause in &error.causes {
        add_causes(cause, wrong, unnamed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(schema: &Value, value: &Value) -> Vec<String> {
        let common = json!({
            "Named": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
            "Any": {"type": "object"},
        });
        let mut bodies = Bodies::new(&common);
        let index = bodies.add(schema);
        bodies.compiled().errors(index, value)
    }

    #[test]
    fn what_a_schema_of_openapi_allows_is_taken_and_nothing_else() {
        let named = json!({"$ref": "#/components/schemas/Named"});
        let extended =
            json!({"allOf": [named, {"properties": {"age": {"type": "integer", "nullable": true}}}]});
        let list = json!({"type": "array", "items": named});
        for (schema, value, is_good) in [
            (&named, json!({"name": "x"}), true),
            (&named, json!({"name": 1}), false),
            (&named, json!({}), false),
            (&named, json!({"name": "x", "age": 1}), false),
            (&extended, json!({"name": "x", "age": 1}), true),
            (&extended, json!({"name": "x", "age": null}), true),
            (&extended, json!({"name": null}), false),
            (&extended, json!({"name": "x", "size": 1}), false),
            (&list, json!([{"name": "x"}, {"name": "y", "age": 1}]), false),
            (&json!({"nullable": true, "allOf": [named]}), json!(null), true),
            (&json!({"$ref": "#/components/schemas/Any"}), json!({"whatever": 1}), true),
            (&json!({"type": "string", "format": "uuid"}), json!("x"), false),
            (&json!({"type": "string", "enum": ["a"], "nullable": true}), json!(null), true),
        ] {
            let errors = errors(schema, &value);
            assert_eq!(errors.is_empty(), is_good, "{schema} {value}: {errors:?}");
        }
    }

    #[test]
    fn an_error_names_its_place() {
        let list = json!({"type": "array", "items": {"$ref": "#/components/schemas/Named"}});
        for (value, start) in [
            (json!([{"name": "x"}, {"name": 1}]), "at '/1/name': "),
            (json!([{"name": "x"}, {"name": "y", "age": 1}]), "at '/1/age': no such member"),
        ] {
            let errors = errors(&list, &value);
            assert!(matches!(&errors[..], [error] if error.starts_with(start)), "{errors:?}");
        }
    }
}
