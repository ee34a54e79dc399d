//! Linear cost model: a fixed cost, and a cost per file.

use super::counts::Counts;

/// Counts of a flow as a linear function of the number of files.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Line {
    /// Counts independent of the number of files.
    pub(super) fixed: Counts,
    /// Counts per file.
    pub(super) each: Counts,
}

impl Line {
    /// Fits the line through two measurements with different numbers of files.
    pub(super) fn through(few: (f64, &Counts), many: (f64, &Counts)) -> Self {
        let each = many.1.minus(few.1).times(1.0 / (many.0 - few.0));
        Self { fixed: few.1.minus(&each.times(few.0)), each }
    }

    /// Returns the counts for a number of files.
    pub(super) fn at(&self, number: f64) -> Counts {
        self.fixed.plus(&self.each.times(number))
    }
}
