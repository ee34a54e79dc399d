//! Reads of rows by their keys without the SDK's client (`BatchGetItem`).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    Dynamo,
    backoff::Backoff,
    items::{BATCH, Reading},
    keys::Key,
    table::Row,
    wire::WireRow,
};
use crate::{
    aws::{Direct, Unanswered},
    store::StoreError,
};

const OPERATION: &str = "DynamoDB_20120810.BatchGetItem";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    request_items: HashMap<&'a str, TableKeys<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TableKeys<'a> {
    consistent_read: bool,
    keys: Vec<WireKey<'a>>,
}

#[derive(Serialize)]
struct WireKey<'a> {
    pk: Text<'a>,
    sk: Text<'a>,
}

#[derive(Serialize)]
struct Text<'a> {
    #[serde(rename = "S")]
    text: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    responses: HashMap<String, Vec<WireRow>>,
    #[serde(default)]
    unprocessed_keys: HashMap<String, Left>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Left {
    keys: Vec<WireRow>,
}

/// Rows that came, and keys that DynamoDB has left for later.
#[derive(Debug, PartialEq)]
struct Read {
    rows: Vec<Row>,
    left: Vec<Key>,
}

impl Dynamo {
    /// Reads rows by their keys, consistently; each key may be named once. What a direct request does not bring, for
    /// whatever reason, the SDK's client is asked for, which repeats, waits and tells errors apart.
    pub(super) async fn read_directly(
        &self,
        direct: &Direct,
        keys: Vec<Key>,
    ) -> Result<Vec<Row>, StoreError> {
        if keys.len() > BATCH {
            return self.batch(keys, Reading::Consistent).await;
        }
        let Read { mut rows, left } = match attempt(direct, &self.table, &keys).await {
            Ok(read) => read,
            Err(error) => {
                tracing::info!(%error, "rows are asked for once more");
                if matches!(error, Unanswered::Refused(_)) {
                    wait(&keys).await?;
                }
                return self.batch(keys, Reading::Consistent).await;
            }
        };
        if !left.is_empty() {
            wait(&left).await?;
            rows.extend(self.batch(left, Reading::Consistent).await?);
        }
        Ok(rows)
    }
}

/// Waits for a moment before keys are asked for once more.
async fn wait(keys: &[Key]) -> Result<(), StoreError> {
    Backoff::default().wait(true, keys.first().map(Key::attributes).as_ref()).await
}

async fn attempt(direct: &Direct, table: &str, keys: &[Key]) -> Result<Read, Unanswered> {
    let answer = direct.send(OPERATION, request(table, keys)).await?;
    read(&answer, table).ok_or(Unanswered::Unreadable)
}

fn request(table: &str, keys: &[Key]) -> Vec<u8> {
    let text = |text| Text { text };
    let keys = keys.iter().map(|key| WireKey { pk: text(&key.pk), sk: text(&key.sk) }).collect();
    let request_items = HashMap::from([(table, TableKeys { consistent_read: true, keys })]);
    serde_json::to_vec(&Request { request_items }).expect("names and texts can be written as JSON")
}

fn read(answer: &[u8], table: &str) -> Option<Read> {
    let Answer { mut responses, mut unprocessed_keys } = serde_json::from_slice(answer).ok()?;
    let left = unprocessed_keys.remove(table).map(|left| left.keys).unwrap_or_default();
    let left: Vec<Key> = left.into_iter().map(|WireRow(key)| Key::of(&key)).collect::<Option<_>>()?;
    // An answer that says nothing of the table does not say that its rows are missing.
    let rows = responses.remove(table).or_else(|| (!left.is_empty()).then(Vec::new))?;
    Some(Read { rows: rows.into_iter().map(|WireRow(row)| row).collect(), left })
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;
    use serde_json::{Value, json};

    use super::*;

    fn key(pk: &str, sk: &str) -> Key {
        Key { pk: pk.to_owned(), sk: sk.to_owned() }
    }

    fn text(text: &str) -> AttributeValue {
        AttributeValue::S(text.to_owned())
    }

    #[test]
    fn rows_are_asked_for_as_dynamodb_documents_it() {
        let body = request("Table-1", &[key("a#\"\u{fc}\"", "one"), key("b", "two")]);
        let body: Value = serde_json::from_slice(&body).unwrap();
        let keys = json!([
            {"pk": {"S": "a#\"\u{fc}\""}, "sk": {"S": "one"}},
            {"pk": {"S": "b"}, "sk": {"S": "two"}},
        ]);
        assert_eq!(body, json!({"RequestItems": {"Table-1": {"ConsistentRead": true, "Keys": keys}}}));
    }

    /// The answer is of the form that AWS's reference shows.
    #[test]
    fn rows_that_came_and_keys_that_did_not_are_told_apart() {
        let answer = br#"{
            "Responses": {"Table-1": [{"pk": {"S": "a"}, "sk": {"S": "one"}, "n": {"N": "7"}}]},
            "UnprocessedKeys": {"Table-1": {"ConsistentRead": true, "Keys": [{"sk": {"S": "two"}, "pk": {"S": "b"}}]}},
            "ConsumedCapacity": [{"TableName": "Table-1", "CapacityUnits": 3}]
        }"#;
        let row = Row::from([
            ("pk".to_owned(), text("a")),
            ("sk".to_owned(), text("one")),
            ("n".to_owned(), AttributeValue::N("7".to_owned())),
        ]);
        assert_eq!(read(answer, "Table-1"), Some(Read { rows: vec![row], left: vec![key("b", "two")] }));
        let nothing = Some(Read { rows: Vec::new(), left: Vec::new() });
        assert_eq!(read(br#"{"Responses":{"Table-1":[]},"UnprocessedKeys":{}}"#, "Table-1"), nothing);
        let later = br#"{"UnprocessedKeys":{"Table-1":{"Keys":[{"pk":{"S":"b"},"sk":{"S":"two"}}]}}}"#;
        assert_eq!(read(later, "Table-1"), Some(Read { rows: Vec::new(), left: vec![key("b", "two")] }));
    }

    #[test]
    fn an_answer_that_is_not_understood_is_none() {
        for answer in [
            "",
            "null",
            "<html>",
            "{}",
            r#"{"Responses":{"Table-2":[]}}"#,
            r#"{"Responses":{"Table-1":[{"pk":{"X":"of a type to come"}}]}}"#,
            r#"{"Responses":{"Table-1":[{"pk":{"S":"a","N":"1"}}]}}"#,
            r#"{"UnprocessedKeys":{"Table-1":{"Keys":[{"pk":{"S":"a"}}]}}}"#,
        ] {
            assert_eq!(read(answer.as_bytes(), "Table-1"), None, "{answer}");
        }
    }
}
