//! References in the texts of a JSON value.

use serde_json::Value;

use super::{
    Malformed, Reference,
    environment::{ENVIRONMENT, FILTERS, TESTS},
    reference,
    text::{self, Part},
};

/// Whether a text is one reference and nothing else.
#[must_use]
pub fn is_one_reference(text: &str) -> bool {
    matches!(text::split(text).as_deref(), Ok([Part::Expression(_)]))
}

/// A use of references in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Use {
    /// The place of the text, such as `parameters.path`.
    pub place: String,
    /// References of one of its expressions, or the error in the text.
    pub references: Result<Vec<Reference>, Malformed>,
}

/// Returns the uses of references in a JSON value that is at `place`: one for each expression, and for each text
/// that is malformed.
#[must_use]
pub fn uses_of(place: &str, value: &Value) -> Vec<Use> {
    let mut uses = Vec::new();
    gather(place, value, &mut uses);
    uses
}

fn gather(place: &str, value: &Value, uses: &mut Vec<Use>) {
    match value {
        Value::String(text) => uses.extend(of_text(place, text)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                gather(&format!("{place}[{index}]"), item, uses);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
                gather(&place, member, uses);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn of_text(place: &str, text: &str) -> Vec<Use> {
    let of = |references| Use { place: place.to_owned(), references };
    match text::split(text) {
        Err(malformed) => vec![of(Err(malformed))],
        Ok(parts) => {
            let expressions = parts.into_iter().filter_map(|part| match part {
                Part::Expression(expression) => Some(expression),
                Part::Plain(_) => None,
            });
            expressions.map(|expression| of(of_expression(expression))).collect()
        }
    }
}

fn of_expression(expression: &str) -> Result<Vec<Reference>, Malformed> {
    let uses = reference::uses(expression)?;
    if let Some(filter) = uses.filters.iter().find(|filter| !FILTERS.contains(filter)) {
        let offered = FILTERS.join(", ");
        return Err(Malformed::new(format!(
            "has the filter `{filter}`, which there is not; there are {offered}"
        )));
    }
    if let Some(test) = uses.tests.iter().find(|test| !TESTS.contains(test)) {
        let offered = TESTS.join(", ");
        return Err(Malformed::new(format!(
            "has the test `{test}`, which there is not; there are {offered}"
        )));
    }
    match ENVIRONMENT.compile_expression(expression) {
        Ok(_) => Ok(uses.references),
        Err(error) => {
            let detail = error.detail().unwrap_or("it cannot be read");
            Err(Malformed::new(format!("has the reference `{expression}`, which is malformed: {detail}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_expression_of_a_value_has_its_place() {
        let value = json!({
            "path": "/{{ trigger.file.name }}-{{ settings.x }}",
            "list": [1, "{{ item | upper }}", "plain", "{{ broken"],
        });
        let uses = uses_of("parameters", &value);
        let told: Vec<(String, String)> = uses
            .into_iter()
            .map(|one| {
                let what = match one.references {
                    Ok(references) => references.iter().map(ToString::to_string).collect(),
                    Err(malformed) => malformed.to_string(),
                };
                (one.place, what)
            })
            .collect();
        let expected = [
            ("parameters.list[1]", "item"),
            ("parameters.list[3]", "has a `{{` without its `}}`"),
            ("parameters.path", "trigger.file.name"),
            ("parameters.path", "settings.x"),
        ];
        assert_eq!(told, expected.map(|(place, what)| (place.to_owned(), what.to_owned())));
    }

    #[test]
    fn what_there_is_not_is_named() {
        for (text, why) in [
            ("{{ a | shout }}", "the filter `shout`"),
            ("{{ a is loud }}", "the test `loud`"),
            ("{{ a b }}", "`a b`, which is malformed"),
            ("{{ a. }}", "malformed"),
            ("{{ a = b }}", "malformed"),
        ] {
            let Err(error) = &uses_of("x", &json!(text))[0].references else { panic!("{text}") };
            assert!(error.to_string().contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn one_reference_is_one_reference() {
        assert!(is_one_reference("{{ a.b | default([]) }}"));
        for text in ["", "a", "{{ a", "{{ a }}{{ b }}", " {{ a }}", "{{ a }}."] {
            assert!(!is_one_reference(text), "{text}");
        }
    }

    fn expression() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "[a-d](\\.[a-d]|\\[0\\]|\\[\"k\"\\]){0,3}",
            Just("1".to_owned()),
            Just("'a.b'".to_owned()),
            Just("true".to_owned()),
        ];
        leaf.prop_recursive(3, 24, 3, |inner| {
            let pair = (inner.clone(), inner.clone());
            prop_oneof![
                (pair.clone(), prop::sample::select(vec!["+", "~", "==", "and", "or", "in", "not in", "//"]))
                    .prop_map(|((one, other), sign)| format!("({one} {sign} {other})")),
                (pair.clone(), inner.clone())
                    .prop_map(|((one, test), other)| format!("({one} if {test} else {other})")),
                inner.clone().prop_map(|one| format!("({one} is not defined)")),
                pair.clone().prop_map(|(one, other)| format!("({one} | default({other}))")),
                pair.clone().prop_map(|(one, other)| format!("[{one}, {other}]")),
                pair.prop_map(|(one, other)| format!("{{\"k\": {one}, {other}: 1}}")),
                inner.prop_map(|one| format!("({one}).d | map(attribute=\"b\")")),
            ]
        })
    }

    proptest! {
        /// The library's own analysis, which knows no indexes, has the same first names.
        #[test]
        fn the_library_finds_the_same_names(expression in expression()) {
            let compiled = ENVIRONMENT.compile_expression(&expression).unwrap();
            let theirs: BTreeSet<String> = compiled.undeclared_variables(false).into_iter().collect();
            let ours: BTreeSet<String> =
                of_expression(&expression).unwrap().into_iter().map(|reference| reference.root).collect();
            prop_assert_eq!(ours, theirs, "{}", expression);
        }
    }
}
