//! Filters on tags of files and data sources: conditions `{"key", "value", "negate"}`, joined by `AND` and
//! `OR`. The rules are those that Carbon documents: the top level is `AND` or `OR`, even around a single
//! condition, and groups are nested at most three levels deep. Pure.

use serde_json::{Value, json};
use shared::model::Tags;

use crate::fields::{Read, WrongField};

/// Maximum depth of nested `AND` and `OR`.
const MAX_DEPTH: usize = 3;
/// Maximum number of conditions.
const MAX_CONDITIONS: usize = 100;

/// A filter on tags.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TagFilter {
    /// All of these match.
    All(Vec<Self>),
    /// At least one of these matches.
    Any(Vec<Self>),
    /// A tag has this value, or contains it in its list of values; negated, it does not.
    Is { key: String, value: Value, negate: bool },
}

impl TagFilter {
    /// Reads a filter. Returns `None` for an empty object.
    pub(crate) fn read(value: &Value) -> Read<Option<Self>> {
        if value.as_object().is_some_and(serde_json::Map::is_empty) {
            return Ok(None);
        }
        let mut left = MAX_CONDITIONS;
        Self::group(value, 1, &mut left).map(Some).ok_or_else(wrong)
    }

    /// Reads the older `tags` filter of files: for each key the value that it must have, or a list of which
    /// one is enough. Returns `None` for an empty object.
    pub(crate) fn read_plain(value: &Value) -> Read<Option<Self>> {
        if value.as_object().is_some_and(serde_json::Map::is_empty) {
            return Ok(None);
        }
        Self::plain(value).map(Some).ok_or_else(wrong)
    }

    fn plain(value: &Value) -> Option<Self> {
        let fields = value.as_object().filter(|fields| fields.len() <= MAX_CONDITIONS)?;
        let is = |key: &String, value: &Value| {
            let (key, value) = (key.clone(), value.clone());
            Self::Is { key, value, negate: false }
        };
        let each = |(key, value): (&String, &Value)| match value {
            Value::Array(values) if values.len() <= MAX_CONDITIONS => {
                Some(Self::Any(values.iter().map(|value| is(key, value)).collect()))
            }
            Value::Array(_) | Value::Object(_) => None,
            value => Some(is(key, value)),
        };
        fields.iter().map(each).collect::<Option<_>>().map(Self::All)
    }

    fn group(value: &Value, depth: usize, left: &mut usize) -> Option<Self> {
        let fields = value.as_object().filter(|fields| fields.len() == 1 && depth <= MAX_DEPTH)?;
        let (kind, parts) = fields.iter().next()?;
        let parts = parts.as_array().filter(|parts| !parts.is_empty())?;
        let mut part = |part: &Value| {
            let is_condition = part.get("key").is_some();
            if is_condition { Self::condition(part, left) } else { Self::group(part, depth + 1, left) }
        };
        let parts = parts.iter().map(&mut part).collect::<Option<_>>()?;
        match kind.as_str() {
            "AND" => Some(Self::All(parts)),
            "OR" => Some(Self::Any(parts)),
            _ => None,
        }
    }

    fn condition(value: &Value, left: &mut usize) -> Option<Self> {
        *left = left.checked_sub(1)?;
        let fields = value.as_object()?;
        if fields.keys().any(|name| !["key", "value", "negate"].contains(&name.as_str())) {
            return None;
        }
        let (key, value) = (fields.get("key")?.as_str()?.to_owned(), fields.get("value")?.clone());
        let negate = fields.get("negate").map_or(Some(false), Value::as_bool)?;
        Some(Self::Is { key, value, negate })
    }

    /// Whether these tags match.
    pub(crate) fn matches(&self, tags: &Tags) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(tags)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(tags)),
            Self::Is { key, value, negate } => has(tags, key, value) != *negate,
        }
    }
}

fn wrong() -> Vec<WrongField> {
    let message =
        "a filter is {\"AND\": […]} or {\"OR\": […]} of {key, value, negate} or of further groups, 3 deep";
    vec![WrongField::new(message, "value_error.tag_filter")]
}

fn has(tags: &Tags, key: &str, value: &Value) -> bool {
    match tags.get(key) {
        Some(Value::Array(values)) => values.contains(value) || json!(values) == *value,
        Some(stored) => stored == value,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(key: &str, value: &str, negate: bool) -> Value {
        json!({"key": key, "value": value, "negate": negate})
    }

    fn holds(filter: &Value, tags: &Value) -> bool {
        TagFilter::read(filter).unwrap().unwrap().matches(tags.as_object().unwrap())
    }

    #[test]
    fn conditions_are_joined() {
        let tags = json!({"subject": "tao", "authors": ["lao", "zhuang"], "n": 1});
        let one = |condition: Value| holds(&json!({"AND": [condition]}), &tags);
        assert!(one(is("subject", "tao", false)) && !one(is("subject", "tao", true)));
        assert!(one(is("authors", "zhuang", false)) && !one(is("authors", "kong", false)));
        assert!(one(is("absent", "x", true)) && !one(is("absent", "x", false)));
        assert!(one(json!({"key": "n", "value": 1})) && !one(is("n", "1", false)));
        let deep = json!({"OR": [is("subject", "x", false), {"AND": [is("authors", "lao", false), {"OR": [is("n", "1", false), is("n", "1", true)]}]}]});
        assert!(holds(&deep, &tags));
        assert!(!holds(&json!({"AND": [is("subject", "tao", false), is("subject", "x", false)]}), &tags));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        let mut deep = is("a", "b", false);
        for _ in 0..4 {
            deep = json!({"AND": [deep]});
        }
        let many = json!({"AND": vec![is("a", "b", false); 101]});
        for wrong in [
            deep,
            many,
            json!([]),
            json!("x"),
            json!({"a": 1}),
            is("a", "b", false),
            json!({"AND": {}}),
            json!({"AND": []}),
            json!({"OR": [1]}),
            json!({"OR": [is("a", "b", false)], "AND": [is("a", "b", false)]}),
            json!({"AND": [{"key": "a"}]}),
            json!({"AND": [{"key": 1, "value": 1}]}),
            json!({"AND": [{"key": "a", "value": 1, "negate": "no"}]}),
            json!({"AND": [{"key": "a", "value": 1, "else": 2}]}),
        ] {
            assert!(TagFilter::read(&wrong).is_err(), "{wrong}");
        }
        assert_eq!(TagFilter::read(&json!({})), Ok(None));
    }

    #[test]
    fn plain_tags_name_what_each_must_be() {
        let holds = |filter: Value| {
            let filter = TagFilter::read_plain(&filter).unwrap().unwrap();
            filter.matches(json!({"a": "x", "b": [1, 2]}).as_object().unwrap())
        };
        assert!(holds(json!({"a": "x", "b": 2})) && holds(json!({"a": ["y", "x"]})));
        assert!(!holds(json!({"a": "y"})) && !holds(json!({"c": "x"})) && !holds(json!({"a": []})));
        assert_eq!(TagFilter::read_plain(&json!({})), Ok(None));
        assert!(TagFilter::read_plain(&json!({"a": {}})).is_err());
    }
}
