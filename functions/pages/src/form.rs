//! Fields of forms and queries.

use std::borrow::Cow;

use url::form_urlencoded;

/// Returns the first value of a name, unless it is empty.
pub(crate) fn field(encoded: &[u8], name: &str) -> Option<String> {
    fields(encoded, name).next().filter(|value| !value.is_empty())
}

/// Returns all values of a name.
pub(crate) fn fields<'a>(encoded: &'a [u8], name: &'a str) -> impl Iterator<Item = String> + 'a {
    let named = move |(key, value): (Cow<'a, str>, Cow<'a, str>)| (key == name).then(|| value.into_owned());
    form_urlencoded::parse(encoded).filter_map(named)
}
