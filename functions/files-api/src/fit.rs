//! Limits the size of lists in answers.

use serde_json::Value;

/// Maximum size of a list in an answer, in bytes. Lambda's limit is 6 MB, and a single path may have several
/// KB.
const LIMIT: usize = 4_000_000 - 1_000;

/// Returns as many values as fit in one answer, from the first on, and at least one if there are any.
pub(crate) fn fitting(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut size = 0;
    let mut fitting = Vec::new();
    for value in values {
        size += value.to_string().len() + 1;
        if size > LIMIT && !fitting.is_empty() {
            break;
        }
        fitting.push(value);
    }
    fitting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_what_fits_and_one_at_least() {
        let values = |count: usize, size: usize| (0..count).map(move |_| Value::String("x".repeat(size)));
        assert_eq!(fitting(values(0, 1)).len(), 0);
        assert_eq!(fitting(values(1000, 100)).len(), 1000);
        assert_eq!(fitting(values(5, 1_500_000)).len(), 2);
        assert_eq!(fitting(values(2, 9_000_000)).len(), 1);
    }
}
