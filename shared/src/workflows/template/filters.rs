//! Filters that the template library has not, or has in another form.

use base64::{Engine, engine::general_purpose::STANDARD};
use minijinja::{
    Error, ErrorKind, Value, filters as builtin,
    value::{Kwargs, ValueKind},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::json::{Budget, to_json};
use crate::workflows::limits::LARGEST_OUTPUT;

/// Makes filters of the library refuse what does not exist, which they take for something empty.
macro_rules! of_what_exists {
    ($($name:ident: $result:ty),*) => {
        $(pub(super) fn $name(value: &Value) -> Result<$result, Error> {
            if value.is_undefined() {
                return Err(Error::from(ErrorKind::UndefinedError));
            }
            builtin::$name(value)
        })*
    };
}

of_what_exists! { first: Value, items: Value, length: usize, lines: Value, reverse: Value }

/// `list | last`: the last item.
pub(super) fn last(value: &Value) -> Result<Value, Error> {
    first(&reverse(value)?)
}

/// `x | json`: compact JSON.
pub(super) fn json(value: &Value) -> Result<String, Error> {
    Ok(to_json(value, &mut Budget::of(LARGEST_OUTPUT))?.to_string())
}

/// `x | base64`: the bytes of a text in Base64, with padding.
pub(super) fn base64(text: &str) -> String {
    STANDARD.encode(text)
}

/// Characters to escape: all but those that RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `x | url_encode`: a text as a part of an address: everything but letters, digits, `-`, `_`, `.` and `~` as
/// `%XX`.
pub(super) fn url_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// `path | basename`: the last name of a path.
pub(super) fn basename(path: &str) -> String {
    split(path).1.to_owned()
}

/// `path | dirname`: the path of the folder around; empty for the root, as Dropbox writes it.
pub(super) fn dirname(path: &str) -> String {
    split(path).0.to_owned()
}

/// `path | extension`: what follows the last dot of the last name, in small letters, without the dot; empty if
/// there is no dot, or only one at the beginning.
pub(super) fn extension(path: &str) -> String {
    match split(path).1.rsplit_once('.') {
        Some((name, extension)) if !name.is_empty() => extension.to_lowercase(),
        _ => String::new(),
    }
}

fn split(path: &str) -> (&str, &str) {
    let path = path.trim_end_matches('/');
    path.rsplit_once('/').unwrap_or(("", path))
}

/// `number | times(other)`: the product of two numbers.
pub(super) fn times(number: &Value, other: &Value) -> Result<Value, Error> {
    if ![number, other].iter().all(|value| value.kind() == ValueKind::Number) {
        return Err(Error::new(ErrorKind::InvalidOperation, "`times` takes numbers"));
    }
    match (i64::try_from(number.clone()), i64::try_from(other.clone())) {
        (Ok(one), Ok(other)) => one
            .checked_mul(other)
            .map(Value::from)
            .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "the product is too large")),
        _ => Ok(Value::from(f64::try_from(number.clone())? * f64::try_from(other.clone())?)),
    }
}

/// `list | sum`, `list | sum(attribute="size")`: the sum of numbers, or of that member of each item.
#[expect(clippy::needless_pass_by_value, reason = "the library passes named arguments so")]
pub(super) fn sum(list: &Value, kwargs: Kwargs) -> Result<Value, Error> {
    let attribute: Option<&str> = kwargs.get("attribute")?;
    kwargs.assert_all_used()?;
    let numbers = match attribute {
        Some(attribute) => members(list, attribute, "sum")?,
        None => items_of(list, "sum")?.collect(),
    };
    numbers.into_iter().try_fold(Value::from(0), |sum, number| added(&sum, &number))
}

fn added(one: &Value, other: &Value) -> Result<Value, Error> {
    if other.kind() != ValueKind::Number {
        return Err(Error::new(ErrorKind::InvalidOperation, "`sum` takes numbers"));
    }
    match (i64::try_from(one.clone()), i64::try_from(other.clone())) {
        (Ok(one), Ok(other)) => one
            .checked_add(other)
            .map(Value::from)
            .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "the sum is too large")),
        _ => Ok(Value::from(f64::try_from(one.clone())? + f64::try_from(other.clone())?)),
    }
}

/// `list | map(attribute="name")`: that member of each item, which must have it.
#[expect(clippy::needless_pass_by_value, reason = "the library passes named arguments so")]
pub(super) fn map(list: &Value, kwargs: Kwargs) -> Result<Vec<Value>, Error> {
    let attribute: &str = kwargs.get("attribute")?;
    kwargs.assert_all_used()?;
    members(list, attribute, "map")
}

fn members(list: &Value, attribute: &str, filter: &str) -> Result<Vec<Value>, Error> {
    let missing = || Error::new(ErrorKind::InvalidOperation, format!("an item has no `{attribute}`"));
    items_of(list, filter)?
        .map(|item| member(item, attribute).filter(|member| !member.is_undefined()).ok_or_else(missing))
        .collect()
}

fn items_of(list: &Value, filter: &str) -> Result<impl Iterator<Item = Value> + use<>, Error> {
    if list.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if !matches!(list.kind(), ValueKind::Seq | ValueKind::Iterable) {
        return Err(Error::new(ErrorKind::InvalidOperation, format!("`{filter}` takes a list")));
    }
    list.try_iter()
}

/// Returns a member by its way: names with full stops in between.
fn member(item: Value, way: &str) -> Option<Value> {
    way.split('.').try_fold(item, |value, name| value.get_attr(name).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_a_name_a_folder_and_an_extension() {
        for (path, name, folder, end) in [
            ("/Reports/2026/Plan.v2.PDF", "Plan.v2.PDF", "/Reports/2026", "pdf"),
            ("/Reports/", "Reports", "", ""),
            ("/a", "a", "", ""),
            ("a.txt", "a.txt", "", "txt"),
            ("/x/.profile", ".profile", "/x", ""),
            ("", "", "", ""),
            ("/", "", "", ""),
        ] {
            assert_eq!(basename(path), name, "{path}");
            assert_eq!(dirname(path), folder, "{path}");
            assert_eq!(extension(path), end, "{path}");
        }
    }

    #[test]
    fn texts_are_encoded() {
        assert_eq!(base64("Grüße"), "R3LDvMOfZQ==");
        assert_eq!(url_encode("/a b&c=ü*~-._+%7E"), "%2Fa%20b%26c%3D%C3%BC%2A~-._%2B%257E");
    }
}
