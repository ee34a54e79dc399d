//! DynamoDB requests, as far as the simulation interprets them.

use local_adapters::DynamoAnswer;
use serde_json::{Value, json};

/// Returns the operation and its subject, without anything that differs between runs of a seed.
pub(super) fn describe(operation: &str, request: &Value) -> (String, String) {
    let key = |row: &Value| {
        let part = |name: &str| row[name]["S"].as_str().unwrap_or_default();
        format!("{}/{}", part("pk"), part("sk"))
    };
    let about = match operation {
        "PutItem" => key(&request["Item"]),
        "TransactWriteItems" => key(&request["TransactItems"][0]["Put"]["Item"]),
        "Query" => values(&request["ExpressionAttributeValues"]),
        "BatchGetItem" => {
            batch(request).map(|keys| format!("{} {}", key(&keys[0]), keys.len())).unwrap_or_default()
        }
        _ => key(&request["Key"]),
    };
    let index = request.get("IndexName").is_some();
    (if index { format!("{operation}Index") } else { operation.to_owned() }, about)
}

/// Joins the text values of a query, by name. Its numbers are times and are left out.
fn values(values: &Value) -> String {
    let values = values.as_object().into_iter().flatten();
    values.filter_map(|(_, value)| value["S"].as_str()).collect::<Vec<_>>().join("/")
}

fn batch(request: &Value) -> Option<&Vec<Value>> {
    request["RequestItems"].as_object()?.values().next()?["Keys"].as_array()
}

/// Returns the response without the later half of its rows, whose keys it lists as unprocessed.
pub(super) fn unprocessed(request: &[u8], answer: DynamoAnswer) -> DynamoAnswer {
    let request: Value = serde_json::from_slice(request).unwrap_or_default();
    let mut body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let Some(keys) = batch(&request).filter(|keys| keys.len() > 1) else { return answer };
    let Some(table) = request["RequestItems"].as_object().and_then(|tables| tables.keys().next()) else {
        return answer;
    };
    let left = &keys[keys.len() / 2..];
    if let Some(rows) = body["Responses"][table].as_array_mut() {
        rows.retain(|row| !left.iter().any(|key| key["pk"] == row["pk"] && key["sk"] == row["sk"]));
    }
    body["UnprocessedKeys"] = json!({table: {"Keys": left, "ConsistentRead": true}});
    DynamoAnswer { body: body.to_string(), ..answer }
}
