//! Writes in batches, for rows that no condition guards.

use aws_sdk_dynamodb::types::WriteRequest;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Dynamo, items::PARALLEL, table::failed};
use crate::store::StoreError;

/// `BatchWriteItem` takes at most this many writes.
const BATCH: usize = 25;

impl Dynamo {
    /// Makes all writes, in any order, in as many calls as it takes. No two may be of the same row.
    pub(super) async fn write_all(&self, writes: Vec<WriteRequest>) -> Result<(), StoreError> {
        let batches: Vec<Vec<WriteRequest>> = writes.chunks(BATCH).map(<[WriteRequest]>::to_vec).collect();
        let calls = stream::iter(batches).map(|writes| self.write_batch(writes));
        calls.buffer_unordered(PARALLEL).try_collect().await
    }

    async fn write_batch(&self, mut left: Vec<WriteRequest>) -> Result<(), StoreError> {
        while !left.is_empty() {
            let request = self.client.batch_write_item().request_items(&self.table, left);
            let answer = request.send().await.map_err(failed)?;
            left = answer.unprocessed_items.unwrap_or_default().remove(&self.table).unwrap_or_default();
        }
        Ok(())
    }
}
