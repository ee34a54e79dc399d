//! Half-written documents, as an editor has them between two keystrokes: what can be read of one.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Document, Setting, Step, StepKind, Trigger};
use crate::delivery::{EventType, Filter};

/// Reads what can be read of a document, for [`in_scope`](super::in_scope) only.
///
/// Steps keep their places; a step that cannot be read keeps its id, the steps in it and, as far as it is known, its
/// kind.
#[must_use]
pub fn draft(json: &Value) -> Document {
    Document {
        name: String::new(),
        description: None,
        trigger: trigger(&json["trigger"]),
        settings: items(&json["settings"]).iter().filter_map(read::<Setting>).collect(),
        enabled_by_default: false,
        steps: steps(&json["steps"]),
    }
}

/// Reads a trigger. One that cannot be read counts as any event of the types that it names, or of all types.
fn trigger(json: &Value) -> Trigger {
    if let Some(trigger) = read(json) {
        return trigger;
    }
    match json["type"].as_str() {
        Some("application_event") => Trigger::ApplicationEvent { name: text(&json["name"]) },
        Some("request") => Trigger::Request {},
        Some("schedule") => Trigger::Schedule { every_minutes: 0, at_minute: 0 },
        _ => {
            let types: BTreeSet<EventType> =
                items(&json["filter"]["types"]).iter().filter_map(read).collect();
            Trigger::Event { filter: Filter { types, ..Filter::default() } }
        }
    }
}

fn steps(json: &Value) -> Vec<Step> {
    items(json).iter().map(step).collect()
}

fn step(json: &Value) -> Step {
    read(json).unwrap_or_else(|| Step {
        id: text(&json["id"]),
        // Empty rather than none: nothing is made up about it.
        description: Some(text(&json["description"])),
        attempts: None,
        continue_on_error: json["continue_on_error"] == true,
        kind: kind(json),
    })
}

/// Returns the kind of a step by its type, or else by the lists of steps that it has.
fn kind(json: &Value) -> StepKind {
    let has = |list: &str| json[list].is_array();
    match json["type"].as_str() {
        Some("condition") => condition(json),
        Some("for_each") => for_each(json),
        Some("http") => shortest(json!({"type": "http", "url": ""})),
        Some("delay") => StepKind::Delay { seconds: Value::Null },
        Some("response") => shortest(json!({"type": "response"})),
        _ if has("then") || has("else") => condition(json),
        _ if has("steps") => for_each(json),
        // Its output may be anything, as a step's of which nothing is known.
        _ => StepKind::Action { action: text(&json["action"]), parameters: Map::new() },
    }
}

fn condition(json: &Value) -> StepKind {
    StepKind::Condition {
        condition: String::new(),
        then: steps(&json["then"]),
        otherwise: steps(&json["else"]),
    }
}

fn for_each(json: &Value) -> StepKind {
    let name = json["as"].as_str().filter(|name| !name.is_empty()).unwrap_or("item").to_owned();
    StepKind::ForEach { items: String::new(), name, steps: steps(&json["steps"]) }
}

fn shortest(json: Value) -> StepKind {
    serde_json::from_value(json).expect("it has all members that a step of its type needs")
}

fn read<T: serde::de::DeserializeOwned>(json: &Value) -> Option<T> {
    serde_json::from_value(json.clone()).ok()
}

fn items(json: &Value) -> &[Value] {
    json.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflows::in_scope;

    fn whole() -> Value {
        json!({
            "name": "test",
            "trigger": {"type": "event", "filter": {"types": ["file.ready"]}},
            "settings": [{"id": "folder", "title": "Target folder", "type": "folder"}],
            "steps": [
                {"id": "search", "type": "action", "action": "DROPBOX_SEARCH_FOLDERS", "description": "Look for it."},
                {"id": "each", "type": "for_each", "items": "{{ steps.search.matches }}", "as": "match", "steps": [
                    {"id": "if", "type": "condition", "if": "{{ match.x }}", "then": [
                        {"id": "post", "type": "http", "url": "https://example.com"},
                    ], "else": [{"id": "no", "type": "response"}]},
                    {"id": "second", "type": "delay", "seconds": 5},
                ]},
                {"id": "last", "type": "dropbox", "route": "files/list_folder"},
            ],
        })
    }

    fn references(document: &Value, at: &str) -> Option<Vec<String>> {
        let listed = in_scope(&draft(document), at)?;
        Some(listed.into_iter().map(|one| one.reference).collect())
    }

    #[test]
    fn a_whole_document_has_the_scope_that_it_has() {
        let document: Document = serde_json::from_value(whole()).unwrap();
        for at in ["search", "post", "no", "second", "last"] {
            assert_eq!(in_scope(&draft(&whole()), at), in_scope(&document, at), "{at}");
        }
    }

    /// Removes or replaces each value of a document, one after the other, as a person may write it.
    #[test]
    fn whatever_is_half_written_the_other_steps_stay_in_scope() {
        let mut places = Vec::new();
        pointers("", &whole(), &mut places);
        assert!(places.len() > 30, "{places:?}");
        for place in places {
            for instead in [Value::Null, json!(""), json!(17), json!({"unknown": []}), json!([{}])] {
                let mut document = whole();
                *document.pointer_mut(&place).unwrap() = instead.clone();
                // These decide whether the step `last` exists.
                if !["/steps", "/steps/2", "/steps/2/id"].contains(&place.as_str()) {
                    let seen = references(&document, "last").unwrap();
                    assert!(seen.iter().any(|one| one == "trigger.time"), "{place} {instead}: {seen:?}");
                    assert!(!seen.iter().any(|one| one.ends_with('.')), "{place} {instead}: {seen:?}");
                    let is_search = place.starts_with("/steps/0") && place != "/steps/0/type";
                    let keeps_its_id = !["/steps/0", "/steps/0/id"].contains(&place.as_str());
                    if !is_search || keeps_its_id {
                        assert!(seen.iter().any(|one| one == "steps.search"), "{place} {instead}: {seen:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_step_that_is_begun_is_completed_by_its_place() {
        let begun = json!({"steps": [
            {"id": "first", "type": "htt"},
            {"type": "for_each", "steps": [{"type": "http", "url": "https://example.com/{{ "}]},
        ]});
        let seen = references(&begun, "steps[1].steps[0].url").unwrap();
        for one in ["item", "steps.first", "trigger.file.path", "user.id"] {
            assert!(seen.iter().any(|reference| reference == one), "{one}: {seen:?}");
        }
        for nothing in [json!({}), json!({"steps": {}}), json!({"steps": [{}]})] {
            assert_eq!(references(&nothing, "steps[1]"), None, "{nothing}");
        }
    }

    fn pointers(at: &str, value: &Value, found: &mut Vec<String>) {
        let inner: Vec<(String, &Value)> = match value {
            Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
            }
            _ => Vec::new(),
        };
        for (name, value) in inner {
            let place = format!("{at}/{name}");
            pointers(&place, value, found);
            found.push(place);
        }
    }
}
