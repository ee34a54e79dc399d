//! AWS's rules: from sizes to what is billed. The table's own are the embedded database's, which says what a request
//! consumes as DynamoDB does: 4 KB a read unit, half of it where the read need not be consistent; 1 KB a write unit, of
//! the larger of before and after; twice as much in a transaction; what a batch names, each for itself; and for each
//! index that sees a change, the write of its entry, or two where the entry moves.

/// SQS and EventBridge bill each 64 KB as a request and as an event.
const CHUNK: usize = 64 * 1024;
/// SQS takes so many messages in one request.
const BATCH: usize = 10;
/// `shared::content` sends larger objects in parts of this size. Bytes.
const PART: u64 = 8 * 1024 * 1024;

/// The requests that messages cost which are sent in one call: a batch of ten is one, unless it has more than 64 KB.
pub(super) fn sends(bytes: &[usize]) -> usize {
    bytes.chunks(BATCH).map(|batch| chunks(batch.iter().sum())).sum()
}

/// The units of something of so many bytes that is billed by 64 KB.
pub(super) fn chunks(bytes: usize) -> usize {
    bytes.div_ceil(CHUNK).max(1)
}

/// The requests that write an object of so many bytes: one, or a beginning, the parts and an end.
pub(super) fn puts(bytes: u64) -> u64 {
    if bytes <= PART { 1 } else { bytes.div_ceil(PART) + 2 }
}
