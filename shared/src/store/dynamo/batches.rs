//! Batch writes, for rows that no condition guards.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, PutRequest, WriteRequest};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Dynamo, backoff::Backoff, items::PARALLEL, table::failed};
use crate::store::StoreError;

/// Maximum number of writes in one `BatchWriteItem`.
const BATCH: usize = 25;

impl Dynamo {
    /// Makes all writes, in any order, in as many calls as needed. No two of them may be to the same row.
    pub(super) async fn write_all(&self, writes: Vec<WriteRequest>) -> Result<(), StoreError> {
        let batches: Vec<Vec<WriteRequest>> = writes.chunks(BATCH).map(<[WriteRequest]>::to_vec).collect();
        let calls = stream::iter(batches).map(|writes| self.write_batch(writes));
        calls.buffer_unordered(PARALLEL).try_collect().await
    }

    async fn write_batch(&self, mut left: Vec<WriteRequest>) -> Result<(), StoreError> {
        let mut backoff = Backoff::default();
        loop {
            let asked = left.len();
            let request = self.client.batch_write_item().request_items(&self.table, left);
            let answer = request.send().await.map_err(failed)?;
            left = answer.unprocessed_items.unwrap_or_default().remove(&self.table).unwrap_or_default();
            let Some(first) = left.first() else { return Ok(()) };
            backoff.wait(left.len() < asked, key_of(first)).await?;
        }
    }
}

/// Returns the key of the row that is written; for a new row, the whole row.
fn key_of(write: &WriteRequest) -> Option<&HashMap<String, AttributeValue>> {
    let deleted = write.delete_request().map(DeleteRequest::key);
    deleted.or_else(|| write.put_request().map(PutRequest::item))
}
