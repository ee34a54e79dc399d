//! YAML with the short forms of CloudFormation's intrinsic functions.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};
use serde_saphyr::Tagged;

/// A node with its short forms written out: `!Ref X` as `{"Ref": "X"}`, `!GetAtt X.Arn` as `{"Fn::GetAtt": "X.Arn"}`.
pub(crate) struct Node(pub(crate) Value);

/// A node without its tag.
struct Content(Value);

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Tagged(Content(value), tag) = Tagged::deserialize(deserializer)?;
        Ok(Self(match tag.as_deref().and_then(|tag| tag.strip_prefix('!')) {
            Some(name @ ("Ref" | "Condition")) => one(name.to_owned(), value),
            Some(name) => one(format!("Fn::{name}"), value),
            None => value,
        }))
    }
}

fn one(name: String, value: Value) -> Value {
    Value::Object(Map::from_iter([(name, value)]))
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyContent).map(Self)
    }
}

struct AnyContent;

impl<'de> Visitor<'de> for AnyContent {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("YAML")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Node(value)) = sequence.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut mapping: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Node(value))) = mapping.next_entry::<String, Node>()? {
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Value {
        serde_saphyr::from_str::<Node>(text).unwrap().0
    }

    #[test]
    fn short_forms_are_written_out_at_any_depth() {
        let given = "a: !Ref X\nb: [!GetAtt X.Arn, 1, 'yes', true, 2.5]\nc: !If [Is, {d: !Sub 'x${Y}'}, !Ref 'AWS::NoValue']\n";
        let written = json!({
            "a": {"Ref": "X"},
            "b": [{"Fn::GetAtt": "X.Arn"}, 1, "yes", true, 2.5],
            "c": {"Fn::If": ["Is", {"d": {"Fn::Sub": "x${Y}"}}, {"Ref": "AWS::NoValue"}]},
        });
        assert_eq!(read(given), written);
        assert_eq!(
            read("a: !Not [!Equals [!Ref X, '']]\n"),
            json!({"a": {"Fn::Not": [{"Fn::Equals": [{"Ref": "X"}, ""]}]}})
        );
        assert_eq!(read("a: !Sub |\n  {\"b\": 1}\n"), json!({"a": {"Fn::Sub": "{\"b\": 1}\n"}}));
    }
}
