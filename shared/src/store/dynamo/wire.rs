//! Rows in the JSON of DynamoDB's own protocol, in which each value names its type: `{"S": "text"}`.

use std::{collections::HashMap, fmt};

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

use super::table::Row;

/// A row.
pub(super) struct WireRow(pub(super) Row);

struct WireValue(AttributeValue);

struct WireBytes(Blob);

/// A value with its type.
#[derive(Deserialize)]
enum Typed {
    S(String),
    N(String),
    #[serde(rename = "BOOL")]
    Bool(bool),
    #[serde(rename = "NULL")]
    Null(bool),
    M(WireRow),
    L(WireList),
    #[serde(rename = "SS")]
    Texts(Vec<String>),
    #[serde(rename = "NS")]
    Numbers(Vec<String>),
    B(WireBytes),
    #[serde(rename = "BS")]
    Byteses(Vec<WireBytes>),
}

struct WireList(Vec<AttributeValue>);

impl<'de> Deserialize<'de> for WireValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Typed::deserialize(deserializer)? {
            Typed::S(text) => AttributeValue::S(text),
            Typed::N(number) => AttributeValue::N(number),
            Typed::Bool(flag) => AttributeValue::Bool(flag),
            Typed::Null(is_null) => AttributeValue::Null(is_null),
            Typed::M(WireRow(members)) => AttributeValue::M(members),
            Typed::L(WireList(values)) => AttributeValue::L(values),
            Typed::Texts(texts) => AttributeValue::Ss(texts),
            Typed::Numbers(numbers) => AttributeValue::Ns(numbers),
            Typed::B(WireBytes(bytes)) => AttributeValue::B(bytes),
            Typed::Byteses(all) => {
                AttributeValue::Bs(all.into_iter().map(|WireBytes(bytes)| bytes).collect())
            }
        }))
    }
}

impl<'de> Deserialize<'de> for WireBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(|bytes| Self(Blob::new(bytes))).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for WireRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

impl<'de> Deserialize<'de> for WireList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Values)
    }
}

/// Reads members straight into a row: a map of [`WireValue`] would have to be built twice.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = WireRow;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names with values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<WireRow, A::Error> {
        let mut row = HashMap::with_capacity(16);
        while let Some((name, WireValue(value))) = members.next_entry()? {
            row.insert(name, value);
        }
        Ok(WireRow(row))
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = WireList;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<WireList, A::Error> {
        let mut list = Vec::new();
        while let Some(WireValue(value)) = values.next_element()? {
            list.push(value);
        }
        Ok(WireList(list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(row: &str) -> Option<Row> {
        serde_json::from_str(row).ok().map(|WireRow(row)| row)
    }

    /// The examples are those of AWS's reference of `AttributeValue`.
    #[test]
    fn values_of_all_types_are_read() {
        let text = |text: &str| text.to_owned();
        let blob = |bytes: &str| Blob::new(bytes.as_bytes());
        for (json, value) in [
            (r#"{"S": "Hello"}"#, AttributeValue::S(text("Hello"))),
            (r#"{"S": ""}"#, AttributeValue::S(String::new())),
            (r#"{"N": "123.45"}"#, AttributeValue::N(text("123.45"))),
            (
                r#"{"B": "dGhpcyB0ZXh0IGlzIGJhc2U2NC1lbmNvZGVk"}"#,
                AttributeValue::B(blob("this text is base64-encoded")),
            ),
            (
                r#"{"SS": ["Giraffe", "Hippo" ,"Zebra"]}"#,
                AttributeValue::Ss(vec![text("Giraffe"), text("Hippo"), text("Zebra")]),
            ),
            (r#"{"NS": ["42.2", "-19"]}"#, AttributeValue::Ns(vec![text("42.2"), text("-19")])),
            (r#"{"BS": ["U3Vubnk=", "UmFpbnk="]}"#, AttributeValue::Bs(vec![blob("Sunny"), blob("Rainy")])),
            (
                r#"{"M": {"Name": {"S": "Joe"}, "Age": {"N": "35"}}}"#,
                AttributeValue::M(HashMap::from([
                    (text("Name"), AttributeValue::S(text("Joe"))),
                    (text("Age"), AttributeValue::N(text("35"))),
                ])),
            ),
            (
                r#"{"L": [ {"S": "Cookies"} , {"L": []}]}"#,
                AttributeValue::L(vec![AttributeValue::S(text("Cookies")), AttributeValue::L(Vec::new())]),
            ),
            (r#"{"NULL": true}"#, AttributeValue::Null(true)),
            (r#"{"BOOL": false}"#, AttributeValue::Bool(false)),
        ] {
            let row = read(&format!(r#"{{"value": {json}}}"#));
            assert_eq!(row, Some(Row::from([(text("value"), value)])), "{json}");
        }
    }

    #[test]
    fn what_is_no_value_is_not_read() {
        for json in [
            r#""Hello""#,
            "{}",
            r#"{"s": "Hello"}"#,
            r#"{"N": 1}"#,
            r#"{"B": "%"}"#,
            r#"{"S": "a", "N": "1"}"#,
        ] {
            assert_eq!(read(&format!(r#"{{"value": {json}}}"#)), None, "{json}");
        }
    }
}
