//! Readers of single values. Each accepts only values of its type and converts nothing: no number in a text,
//! no 1 for true.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::wrong::{Step, WrongField};

/// A value that was read, or all of its errors.
pub(crate) type Read<T> = Result<T, Vec<WrongField>>;

fn wrong<T>(message: impl Into<String>, kind: &'static str) -> Read<T> {
    Err(vec![WrongField::new(message, kind)])
}

/// Returns a reader of texts whose length in bytes is in a range.
pub(crate) fn text(bytes: RangeInclusive<usize>) -> impl Fn(&Value) -> Read<String> {
    move |value| match value.as_str() {
        Some(text) if bytes.contains(&text.len()) => Ok(text.to_owned()),
        Some(_) => {
            let message = format!("ensure this value has {} to {} bytes", bytes.start(), bytes.end());
            wrong(message, "value_error.any_str.length")
        }
        None => wrong("str type expected", "type_error.str"),
    }
}

/// Returns a reader of whole numbers within limits.
pub(crate) fn whole(limits: RangeInclusive<i64>) -> impl Fn(&Value) -> Read<i64> {
    move |value| match value.as_i64() {
        Some(number) if limits.contains(&number) => Ok(number),
        _ if value.is_i64() || value.is_u64() => {
            let message = format!("ensure this value is from {} to {}", limits.start(), limits.end());
            wrong(message, "value_error.number.not_in_range")
        }
        _ => wrong("value is not a valid integer", "type_error.integer"),
    }
}

/// Reads true or false.
pub(crate) fn flag(value: &Value) -> Read<bool> {
    value.as_bool().map_or_else(|| wrong("value could not be parsed to a boolean", "type_error.bool"), Ok)
}

/// Returns a reader of one of several words, which returns what the word stands for.
pub(crate) fn one_of<T: Copy>(words: &'static [(&'static str, T)]) -> impl Fn(&Value) -> Read<T> {
    move |value| {
        let found = value.as_str().and_then(|text| words.iter().find(|(word, _)| *word == text));
        found.map_or_else(
            || {
                let permitted: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                let message =
                    format!("value is not a valid enumeration member; permitted: {}", permitted.join(", "));
                wrong(message, "type_error.enum")
            },
            |(_, meant)| Ok(*meant),
        )
    }
}

/// Returns a reader of lists whose length is in a range.
pub(crate) fn list<T>(
    count: RangeInclusive<usize>,
    read: impl Fn(&Value) -> Read<T>,
) -> impl Fn(&Value) -> Read<Vec<T>> {
    move |value| {
        let Some(values) = value.as_array() else {
            return wrong("value is not a valid list", "type_error.list");
        };
        if !count.contains(&values.len()) {
            let message = format!("ensure this value has {} to {} items", count.start(), count.end());
            return wrong(message, "value_error.list.length");
        }
        let (mut all, mut failures) = (Vec::with_capacity(values.len()), Vec::new());
        for (index, value) in values.iter().enumerate() {
            match read(value) {
                Ok(value) => all.push(value),
                Err(wrong) => {
                    failures.extend(wrong.into_iter().map(|one| one.within(&[Step::Index(index)])));
                }
            }
        }
        if failures.is_empty() { Ok(all) } else { Err(failures) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_texts_and_flags_are_taken_as_they_are_and_not_guessed() {
        assert_eq!(whole(-1..=5)(&json!(-1)), Ok(-1));
        for value in [json!(6), json!(1.0), json!("1"), json!(true), json!([1]), json!(u64::MAX)] {
            assert!(whole(-1..=5)(&value).is_err(), "{value}");
        }
        assert!(text(1..=3)(&json!("äx")).is_ok());
        for value in [json!(""), json!("äxx"), json!(1), json!({})] {
            assert!(text(1..=3)(&value).is_err(), "{value}");
        }
        assert!(flag(&json!(true)).is_ok() && flag(&json!(1)).is_err() && flag(&json!("true")).is_err());
    }

    #[test]
    fn a_word_that_is_not_permitted_is_not_repeated() {
        let read = one_of(&[("DROPBOX", 1), ("ALL", 2)]);
        assert_eq!(read(&json!("ALL")), Ok(2));
        let message = format!("{:?}", read(&json!("<script>")).unwrap_err());
        assert!(message.contains("DROPBOX, ALL") && !message.contains("script"), "{message}");
    }
}
