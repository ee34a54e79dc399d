//! A cost that is paid once, and one that is paid for each file.

use super::counts::Counts;

/// What a flow over files counts, as a line over their number.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Line {
    /// However many there are.
    pub(super) fixed: Counts,
    /// For each.
    pub(super) each: Counts,
}

impl Line {
    /// The line through two measurements, of two different numbers.
    pub(super) fn through(few: (f64, &Counts), many: (f64, &Counts)) -> Self {
        let each = many.1.minus(few.1).times(1.0 / (many.0 - few.0));
        Self { fixed: few.1.minus(&each.times(few.0)), each }
    }

    /// What so many count.
    pub(super) fn at(&self, number: f64) -> Counts {
        self.fixed.plus(&self.each.times(number))
    }
}
