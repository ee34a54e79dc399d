//! AWS's billing rules: from sizes to billed units. Those of the table are in the embedded database, which
//! reports consumed capacity as DynamoDB does: a read unit per 4 KB, half of it for an eventually consistent
//! read; a write unit per 1 KB, of the larger of the old and new row; twice as much in a transaction; each
//! row of a batch by itself; and for each index that a change affects, the write of its entry, or two if the
//! entry moves.

/// Bytes that SQS bills as one request, and EventBridge as one event.
const CHUNK: usize = 64 * 1024;
/// Largest number of messages in one request to SQS.
const BATCH: usize = 10;
/// Part size of uploads in `shared::content`, in bytes; larger objects are sent in parts.
const PART: u64 = 8 * 1024 * 1024;

/// Returns the billed requests for messages that are sent in one call: one per batch of ten, unless the batch
/// has more than 64 KB.
pub(super) fn sends(bytes: &[usize]) -> usize {
    bytes.chunks(BATCH).map(|batch| chunks(batch.iter().sum())).sum()
}

/// Returns the units for a number of bytes that is billed by 64 KB.
pub(super) fn chunks(bytes: usize) -> usize {
    bytes.div_ceil(CHUNK).max(1)
}

/// Returns the requests that write an object: one, or one per part plus the start and the end of the upload.
pub(super) fn puts(bytes: u64) -> u64 {
    if bytes <= PART { 1 } else { bytes.div_ceil(PART) + 2 }
}
