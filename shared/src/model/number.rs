//! Integers that name connections and items for clients that cannot use UUIDs.

/// Number of bits for the number of an item's creating change.
const CREATION_BITS: u32 = 29;

/// The parts of an integer of at most 53 bits that names a connection or one of its items. JavaScript's
/// numbers represent it exactly.
///
/// The upper 24 bits are the connection's ordinal in its project, from 1. The lower 29 bits are the number of
/// the change that created the item, from 1: enough for more than 500 million changes of one connection. A
/// connection is named by its ordinal alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemNumber {
    /// The connection's ordinal in its project.
    pub ordinal: u32,
    /// The number of the change that created the item.
    pub created: u64,
}

impl ItemNumber {
    /// Largest ordinal of a connection.
    pub const MAX_ORDINAL: u32 = (1 << 24) - 1;
    /// Largest number of a creating change that fits.
    pub const MAX_CREATED: u64 = (1 << CREATION_BITS) - 1;

    /// Returns the integer, unless a part does not fit.
    #[must_use]
    pub fn integer(self) -> Option<u64> {
        let fits = self.ordinal <= Self::MAX_ORDINAL && self.created <= Self::MAX_CREATED;
        fits.then(|| (u64::from(self.ordinal) << CREATION_BITS) | self.created)
    }

    /// Returns the parts of an integer, unless it cannot name anything.
    #[must_use]
    pub fn of(integer: u64) -> Option<Self> {
        let ordinal = u32::try_from(integer >> CREATION_BITS).ok()?;
        let created = integer & Self::MAX_CREATED;
        let is_one = (1..=Self::MAX_ORDINAL).contains(&ordinal) && created > 0;
        is_one.then_some(Self { ordinal, created })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_read_back_and_fits_a_javascript_number() {
        for ordinal in [1, 2, 77, ItemNumber::MAX_ORDINAL] {
            for created in [1, 2, 2_000, ItemNumber::MAX_CREATED] {
                let number = ItemNumber { ordinal, created };
                let integer = number.integer().unwrap();
                assert!(integer < 1 << 53);
                assert_eq!(ItemNumber::of(integer), Some(number));
            }
        }
    }

    #[test]
    fn what_cannot_be_a_number_names_nothing() {
        for integer in [0, 1, ItemNumber::MAX_CREATED, 1 << 29, 1 << 53, u64::MAX] {
            assert_eq!(ItemNumber::of(integer), None, "{integer}");
        }
        assert_eq!(ItemNumber { ordinal: 1, created: 1 << 29 }.integer(), None);
        assert_eq!(ItemNumber { ordinal: 1 << 24, created: 1 }.integer(), None);
    }
}
