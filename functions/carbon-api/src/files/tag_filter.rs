//! Filters on tags: `{"key", "value", "negate"}`, joined by `AND` and `OR`, three levels deep at most.

use serde_json::{Value, json};
use shared::model::Tags;

/// Maximum depth of `AND` and `OR` within one another.
const MAX_DEPTH: usize = 3;
/// Maximum number of conditions.
const MAX_CONDITIONS: usize = 100;

/// What tags must be like.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TagFilter {
    /// All of these hold.
    All(Vec<Self>),
    /// One of these holds at least.
    Any(Vec<Self>),
    /// A tag has this value, or has it among its values; or with `negate` it has not.
    Is { key: String, value: Value, negate: bool },
}

impl TagFilter {
    /// Reads `tags_v2`. None where it is not of that form. An empty object holds for every file.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let mut left = MAX_CONDITIONS;
        match value.as_object() {
            Some(fields) if fields.is_empty() => Some(Self::All(Vec::new())),
            _ => Self::read_at(value, 1, &mut left),
        }
    }

    /// Reads `tags`: each key with the value that it must have, or several of which one is enough.
    pub(super) fn of_before(value: &Value) -> Option<Self> {
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

    fn read_at(value: &Value, depth: usize, left: &mut usize) -> Option<Self> {
        let fields = value.as_object()?;
        if let Some(joined) = fields.get("AND").or(fields.get("OR")) {
            if fields.len() != 1 || depth > MAX_DEPTH {
                return None;
            }
            let parts = joined.as_array()?.iter().map(|part| Self::read_at(part, depth + 1, left));
            let parts: Vec<Self> = parts.collect::<Option<_>>()?;
            return Some(if fields.contains_key("AND") { Self::All(parts) } else { Self::Any(parts) });
        }
        *left = left.checked_sub(1)?;
        if fields.keys().any(|name| !["key", "value", "negate"].contains(&name.as_str())) {
            return None;
        }
        let (key, value) = (fields.get("key")?.as_str()?.to_owned(), fields.get("value")?.clone());
        let negate = fields.get("negate").map_or(Some(false), Value::as_bool)?;
        Some(Self::Is { key, value, negate })
    }

    /// Whether it holds for a file with these tags.
    pub(super) fn matches(&self, tags: &Tags) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(tags)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(tags)),
            Self::Is { key, value, negate } => has(tags, key, value) != *negate,
        }
    }
}

fn has(tags: &Tags, key: &str, value: &Value) -> bool {
    match tags.get(key) {
        Some(Value::Array(values)) => values.contains(value) || json!(values) == *value,
        Some(held) => held == value,
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
        TagFilter::read(filter).unwrap().matches(tags.as_object().unwrap())
    }

    #[test]
    fn conditions_are_joined() {
        let tags = json!({"subject": "tao", "authors": ["lao", "zhuang"], "n": 1});
        assert!(holds(&json!({}), &tags));
        assert!(holds(&is("subject", "tao", false), &tags) && !holds(&is("subject", "tao", true), &tags));
        assert!(
            holds(&is("authors", "zhuang", false), &tags) && !holds(&is("authors", "kong", false), &tags)
        );
        assert!(holds(&is("absent", "x", true), &tags) && !holds(&is("absent", "x", false), &tags));
        let deep = json!({"OR": [is("subject", "x", false), {"AND": [is("authors", "lao", false), {"OR": [is("n", "1", false), is("n", "1", true)]}]}]});
        assert!(holds(&deep, &tags));
        assert!(!holds(&json!({"OR": []}), &tags) && holds(&json!({"AND": []}), &tags));
        assert!(holds(&json!({"key": "n", "value": 1}), &tags) && !holds(&is("n", "1", false), &tags));
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
            json!({"AND": {}}),
            json!({"AND": [], "OR": []}),
            json!({"key": "a"}),
            json!({"key": 1, "value": 1}),
            json!({"key": "a", "value": 1, "negate": "no"}),
            json!({"key": "a", "value": 1, "else": 2}),
        ] {
            assert_eq!(TagFilter::read(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn plain_tags_name_what_each_must_be() {
        let holds = |filter: Value| {
            TagFilter::of_before(&filter)
                .unwrap()
                .matches(json!({"a": "x", "b": [1, 2]}).as_object().unwrap())
        };
        assert!(holds(json!({})) && holds(json!({"a": "x", "b": 2})) && holds(json!({"a": ["y", "x"]})));
        assert!(!holds(json!({"a": "y"})) && !holds(json!({"c": "x"})) && !holds(json!({"a": []})));
        assert_eq!(TagFilter::of_before(&json!({"a": {}})), None);
    }
}
