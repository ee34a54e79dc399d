//! JSON as the template library's values, and back.

use minijinja::{Error, ErrorKind, Value, value::ValueKind};
use serde_json::{Map, Number, Value as Json};

/// Maximum depth of lists and objects in a result.
const DEEPEST: usize = 64;

/// Returns JSON as a value of the library.
pub(super) fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(truth) => Value::from(*truth),
        Json::Number(number) => from_number(number),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => items.iter().map(from_json).collect(),
        Json::Object(members) => {
            Value::from_pairs(members.iter().map(|(name, one)| (name.as_str(), from_json(one))))
        }
    }
}

fn from_number(number: &Number) -> Value {
    match (number.as_i64(), number.as_u64()) {
        (Some(integer), _) => Value::from(integer),
        (None, Some(integer)) => Value::from(integer),
        (None, None) => Value::from(number.as_f64()),
    }
}

/// Rest of the maximum size of a result, in bytes.
pub(super) struct Budget(usize);

impl Budget {
    /// Returns a budget of so many bytes of JSON, roughly.
    pub(super) fn of(bytes: usize) -> Self {
        Self(bytes)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Error> {
        self.0 = self.0.checked_sub(bytes).ok_or_else(|| Error::from(ErrorKind::WriteFailure))?;
        Ok(())
    }
}

/// Returns a value of the library as JSON.
///
/// # Errors
/// Fails if it is undefined or holds something that is, if it is no JSON, or if it exceeds the budget
/// ([`ErrorKind::WriteFailure`]).
pub(super) fn to_json(value: &Value, budget: &mut Budget) -> Result<Json, Error> {
    at_depth(value, 0, budget)
}

fn at_depth(value: &Value, depth: usize, budget: &mut Budget) -> Result<Json, Error> {
    if depth > DEEPEST {
        return Err(no_json("is nested too deeply"));
    }
    budget.spend(1)?;
    match value.kind() {
        ValueKind::Undefined => Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::None => Ok(Json::Null),
        ValueKind::Bool => Ok(Json::Bool(value.is_true())),
        ValueKind::Number => number(value),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            budget.spend(text.len())?;
            Ok(Json::from(text))
        }
        ValueKind::Seq | ValueKind::Iterable => {
            value.try_iter()?.map(|item| at_depth(&item, depth + 1, budget)).collect()
        }
        ValueKind::Map => {
            let mut members = Map::new();
            for name in value.try_iter()? {
                let one = at_depth(&value.get_item(&name)?, depth + 1, budget)?;
                let name = name.as_str().ok_or_else(|| no_json("has a member whose name is no text"))?;
                budget.spend(name.len())?;
                members.insert(name.to_owned(), one);
            }
            Ok(Json::Object(members))
        }
        _ => Err(no_json("is no JSON")),
    }
}

fn number(value: &Value) -> Result<Json, Error> {
    let json = if value.is_integer() {
        let integer = i64::try_from(value.clone()).map(Json::from);
        integer.or_else(|_| u64::try_from(value.clone()).map(Json::from)).ok()
    } else {
        f64::try_from(value.clone()).ok().and_then(Number::from_f64).map(Json::Number)
    };
    json.ok_or_else(|| no_json("is no number of JSON"))
}

fn no_json(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<u64>().prop_map(Json::from),
            any::<f64>().prop_filter("JSON has no infinity", |float| float.is_finite()).prop_map(Json::from),
            ".{0,8}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                prop::collection::btree_map(".{0,4}", inner, 0..4)
                    .prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn json_stays_the_same(json in any_json()) {
            prop_assert_eq!(to_json(&from_json(&json), &mut Budget::of(10_000)).unwrap(), json);
        }
    }

    #[test]
    fn what_is_too_large_or_no_json_is_refused() {
        let kind = |value: &Value, bytes| to_json(value, &mut Budget::of(bytes)).unwrap_err().kind();
        assert_eq!(kind(&from_json(&json!(["aaaa", "bbbb"])), 10), ErrorKind::WriteFailure);
        assert_eq!(kind(&Value::from(f64::NAN), 10), ErrorKind::InvalidOperation);
        assert_eq!(kind(&Value::from(u128::MAX), 10), ErrorKind::InvalidOperation);
        assert_eq!(kind(&Value::from_bytes(vec![1]), 10), ErrorKind::InvalidOperation);
        assert_eq!(kind(&Value::from(vec![Value::UNDEFINED]), 10), ErrorKind::UndefinedError);
        let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(kind(&from_json(&deep), 1000), ErrorKind::InvalidOperation);
    }
}
