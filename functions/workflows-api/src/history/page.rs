//! Beginning of the page to which `nextLink` leads.

use std::{fmt, str::FromStr};

use shared::model::RunId;

/// The beginning of a page, as `<offset>.<total>.<run>`. The total is empty if nobody has counted to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    /// The run after which it begins.
    pub(super) after: RunId,
    /// Number of executions before it.
    pub(super) offset: u64,
    /// Number of all, when the first page was read.
    pub(super) total: Option<u64>,
}

impl fmt::Display for Page {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total.map(|total| total.to_string()).unwrap_or_default();
        write!(formatter, "{}.{total}.{}", self.offset, self.after)
    }
}

impl FromStr for Page {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '.');
        let (Some(offset), Some(total), Some(after)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(());
        };
        let total = if total.is_empty() { None } else { Some(total.parse().map_err(drop)?) };
        Ok(Self { after: after.parse().map_err(drop)?, offset: offset.parse().map_err(drop)?, total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_it_is_written() {
        for total in [None, Some(14_295)] {
            let page = Page { after: RunId::random(), offset: 100, total };
            assert_eq!(page.to_string().parse(), Ok(page));
        }
        for wrong in ["", "100", "100.5", "x.5.0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a", "100.5.x"] {
            assert_eq!(wrong.parse::<Page>(), Err(()), "{wrong}");
        }
    }
}
