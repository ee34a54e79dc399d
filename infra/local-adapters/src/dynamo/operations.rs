//! Dispatch of operations by name.

use dynoxide::{Database, DynoxideError, Result, actions::transact_write_items::TransactWriteItemsRequest};
use serde::{Serialize, de::DeserializeOwned};

/// Runs an operation: JSON in, JSON out.
pub(super) fn run(database: &Database, operation: &str, body: &[u8]) -> Result<String> {
    match operation {
        "BatchGetItem" => call(body, |request| database.batch_get_item(request)),
        "BatchWriteItem" => call(body, |request| database.batch_write_item(request)),
        "CreateTable" => call(body, |request| database.create_table(request)),
        "DeleteItem" => call(body, |request| database.delete_item(request)),
        "DescribeTable" => call(body, |request| database.describe_table(request)),
        "GetItem" => call(body, |request| database.get_item(request)),
        "PutItem" => call(body, |request| database.put_item(request)),
        "Query" => call(body, |request| database.query(request)),
        "Scan" => call(body, |request| database.scan(request)),
        "TransactGetItems" => call(body, |request| database.transact_get_items(request)),
        "TransactWriteItems" => call(body, |request| transact(database, request)),
        "UpdateItem" => call(body, |request| database.update_item(request)),
        "UpdateTable" => call(body, |request| database.update_table(request)),
        "UpdateTimeToLive" => call(body, |request| database.update_time_to_live(request)),
        other => {
            Err(DynoxideError::ValidationException(format!("{other} is not wired to the embedded database")))
        }
    }
}

/// Returns the request with an option that makes the response include the consumed units, also those of the
/// indexes.
pub(super) fn asking_for_units(body: &[u8]) -> Vec<u8> {
    let Ok(mut request) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(body) else {
        return body.to_vec();
    };
    request.insert("ReturnConsumedCapacity".to_owned(), "INDEXES".into());
    serde_json::Value::Object(request).to_string().into_bytes()
}

/// Runs a transaction without its token. The SDK gives every transaction a token, so that one whose response
/// was lost is not applied twice. No response is lost within a process, and the database would search all
/// tokens of ten minutes for each transaction.
fn transact(database: &Database, mut request: TransactWriteItemsRequest) -> Result<impl Serialize + use<>> {
    request.client_request_token = None;
    database.transact_write_items(request)
}

fn call<Q: DeserializeOwned, A: Serialize>(body: &[u8], run: impl FnOnce(Q) -> Result<A>) -> Result<String> {
    let request = serde_json::from_slice(body)
        .map_err(|error| DynoxideError::SerializationException(error.to_string()))?;
    let answer = run(request)?;
    serde_json::to_string(&answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
