//! Filters by tags: `{"OR": [{"key": …, "value": …, "negate": false}, {"AND": […]}]}`.

use serde_json::Value;

use crate::fields::{Read, WrongField};

/// Maximum depth of groups within groups.
const MAX_DEPTH: usize = 3;
/// Maximum number of conditions in a group.
const MAX_CONDITIONS: usize = 100;

/// Which tags a data source must have.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TagFilter {
    /// All of these.
    And(Vec<TagFilter>),
    /// Any of these.
    Or(Vec<TagFilter>),
    /// A tag of this name with this value, or none.
    Tag { key: String, value: Value, negate: bool },
}

impl TagFilter {
    /// Whether these tags are wanted.
    pub(crate) fn takes(&self, tags: &Value) -> bool {
        match self {
            Self::And(all) => all.iter().all(|one| one.takes(tags)),
            Self::Or(any) => any.iter().any(|one| one.takes(tags)),
            Self::Tag { key, value, negate } => (tags.get(key) == Some(value)) != *negate,
        }
    }
}

/// Reads a filter; an empty object is none.
pub(super) fn read(value: &Value) -> Read<Option<TagFilter>> {
    if value.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(None);
    }
    group(value, MAX_DEPTH).map(Some).ok_or_else(|| {
        let message = "a filter is {\"AND\": […]} or {\"OR\": […]} of {key, value, negate} or of further groups, 3 deep";
        vec![WrongField::new(message, "value_error.tag_filter")]
    })
}

fn group(value: &Value, depth: usize) -> Option<TagFilter> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    let (kind, conditions) = members.iter().next()?;
    let conditions = conditions.as_array().filter(|all| (1..=MAX_CONDITIONS).contains(&all.len()))?;
    let read =
        |one: &Value| condition(one).or_else(|| group(one, depth.checked_sub(1).filter(|left| *left > 0)?));
    let conditions = conditions.iter().map(read).collect::<Option<Vec<_>>>()?;
    match kind.as_str() {
        "AND" => Some(TagFilter::And(conditions)),
        "OR" => Some(TagFilter::Or(conditions)),
        _ => None,
    }
}

fn condition(value: &Value) -> Option<TagFilter> {
    let key = value.get("key")?.as_str()?.to_owned();
    let negate = value.get("negate").map_or(Some(false), Value::as_bool)?;
    Some(TagFilter::Tag { key, value: value.get("value")?.clone(), negate })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn groups_take_what_they_say() {
        let filter = json!({"OR": [
            {"key": "team", "value": "a"},
            {"AND": [{"key": "team", "value": "b", "negate": false}, {"key": "old", "value": true, "negate": true}]},
        ]});
        let filter = read(&filter).unwrap().unwrap();
        for (tags, taken) in [
            (json!({"team": "a"}), true),
            (json!({"team": "b"}), true),
            (json!({"team": "b", "old": true}), false),
            (json!({"team": ["a"]}), false),
            (json!({}), false),
        ] {
            assert_eq!(filter.takes(&tags), taken, "{tags}");
        }
    }

    #[test]
    fn an_empty_filter_is_none_and_what_is_no_filter_is_refused() {
        assert_eq!(read(&json!({})), Ok(None));
        let deep = json!({"OR": [{"OR": [{"OR": [{"OR": [{"key": "a", "value": 1}]}]}]}]});
        for wrong in [
            json!([]),
            json!("x"),
            json!({"a": 1}),
            json!({"OR": []}),
            json!({"OR": [1]}),
            json!({"OR": [{"key": 1, "value": 1}]}),
            json!({"OR": [{"key": "a"}]}),
            json!({"OR": [{"key": "a", "value": 1, "negate": "no"}]}),
            json!({"OR": [{"key": "a", "value": 1}], "AND": []}),
            deep,
        ] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }
}
