//! JSON objects that are stored for clients. They are limited, since they are read with every answer that
//! contains them.

use serde_json::Value;
use shared::model::Tags;

use crate::fields::Read;

/// Maximum number of members of one object.
pub(crate) const MAX_MEMBERS: usize = 50;
/// Maximum length of a member's name, in bytes.
const MAX_NAME: usize = 128;
/// Maximum depth of nested objects and lists.
const MAX_DEPTH: usize = 8;

/// Returns a reader of objects that have at most `max_bytes` bytes as JSON.
pub(crate) fn document(max_bytes: usize) -> impl Fn(&Value) -> Read<Tags> {
    move |value| {
        let object = value.as_object().filter(|_| is_bounded(value, MAX_DEPTH));
        let fits = |_: &&Tags| value.to_string().len() <= max_bytes;
        object.filter(fits).cloned().ok_or_else(|| {
            format!(
                "must be an object of at most {max_bytes} bytes, {MAX_DEPTH} levels, and {MAX_MEMBERS} members \
                 in each, with names of 1 to {MAX_NAME} bytes"
            )
        })
    }
}

fn is_bounded(value: &Value, depth: usize) -> bool {
    match value {
        Value::Object(members) => {
            let is_member = |(name, value): (&String, &Value)| {
                (1..=MAX_NAME).contains(&name.len()) && is_bounded(value, depth - 1)
            };
            depth > 0 && members.len() <= MAX_MEMBERS && members.iter().all(is_member)
        }
        Value::Array(values) => depth > 0 && values.iter().all(|value| is_bounded(value, depth - 1)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(levels: usize) -> Value {
        (1..levels).fold(json!({}), |inner, _| json!({"a": inner}))
    }

    #[test]
    fn only_bounded_objects_are_kept() {
        let members = |count: usize| (0..count).map(|one| (one.to_string(), json!(one))).collect::<Value>();
        let text = |length: usize| json!({"a": "x".repeat(length)});
        for good in [
            json!({}),
            json!({"a": null, "b": [1, "x", {"c": true}]}),
            nested(8),
            members(50),
            text(992),
            json!({"n".repeat(128): 1}),
        ] {
            assert_eq!(document(1_000)(&good).map(Value::Object), Ok(good));
        }
        for bad in [
            json!([]),
            json!("x"),
            json!(1),
            json!(true),
            nested(9),
            members(51),
            text(993),
            json!({"": 1}),
            json!({"n".repeat(129): 1}),
            json!({"a": [members(51)]}),
        ] {
            assert!(document(1_000)(&bad).is_err(), "{bad:.60}");
        }
    }
}
