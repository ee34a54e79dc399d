//! Query strings of requests.

use std::{borrow::Cow, ops::RangeInclusive};

use crate::answer::ApiError;

/// Returns the value of a field, if present.
#[must_use]
pub fn field<'a>(query: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut fields = url::form_urlencoded::parse(query.as_bytes());
    fields.find(|(key, _)| key == name).map(|(_, value)| value)
}

/// Returns a number in a range; `usual` if the field is absent.
///
/// # Errors
/// 400 if it is not a number, or out of the range.
pub fn number(query: &str, name: &str, range: RangeInclusive<u64>, usual: u64) -> Result<u64, ApiError> {
    let Some(text) = field(query, name) else { return Ok(usual) };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| digits && range.contains(number));
    number.ok_or_else(|| {
        let message = format!("{name} must be a number from {} to {}.", range.start(), range.end());
        ApiError::invalid("malformed_query", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_its_range_is_read() {
        let read = |query| number(query, "limit", 1..=1000, 200);
        assert_eq!((read(""), read("limit=1"), read("after=7&limit=1000")), (Ok(200), Ok(1), Ok(1000)));
        for query in
            ["limit=", "limit=0", "limit=1001", "limit=-1", "limit=%2B1", "limit=x", "limit=1e3", "limit=1 "]
        {
            assert!(read(query).is_err(), "{query}");
        }
    }
}
