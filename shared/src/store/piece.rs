//! Reading a stream of rows piece by piece.

/// A place in a stream of rows: after a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bookmark {
    /// The number.
    pub number: u64,
    /// Whether a row is known to end with it. Then the row that has it is not read again.
    pub ends_row: bool,
}

impl From<u64> for Bookmark {
    fn from(number: u64) -> Self {
        Self { number, ends_row: false }
    }
}

/// Values after a bookmark, in whole rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<T> {
    /// The values, in order.
    pub read: Vec<T>,
    /// Whether nothing came after it when it was read.
    pub is_end: bool,
}
