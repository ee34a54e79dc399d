//! `pagination`: the requested part of a list.

use crate::fields::{Fields, whole};

/// Default length of a page.
const DEFAULT_LIMIT: i64 = 10;
/// Maximum length of a page.
const MAX_LIMIT: i64 = 250;
/// Maximum number of entries that are skipped before a page.
const MAX_OFFSET: i64 = 10_000_000;

/// A part of a list.
pub(crate) struct Page {
    pub(crate) limit: usize,
    pub(crate) offset: usize,
}

impl Page {
    /// Reads the field `pagination`.
    pub(crate) fn read(fields: &mut Fields) -> Self {
        fields.object("pagination", |page| {
            let limit = page.optional("limit", whole(1..=MAX_LIMIT)).unwrap_or(DEFAULT_LIMIT);
            let offset = page.optional("offset", whole(0..=MAX_OFFSET)).unwrap_or_default();
            let size = |number: i64| usize::try_from(number).unwrap_or_default();
            Self { limit: size(limit), offset: size(offset) }
        })
    }

    /// Cuts this part out of a whole list.
    pub(crate) fn cut<T>(&self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.offset).take(self.limit).collect()
    }
}
