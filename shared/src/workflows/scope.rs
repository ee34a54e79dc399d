//! Names that references may use at a step: to check them when a workflow is saved, and for completion after `{{`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{
    Document, StepKind, examples,
    placed::{self, Placed},
    template::{Reference, Segment},
};

/// Something that references may name at a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InScope {
    /// The reference, such as `trigger.file.path`.
    pub reference: String,
    /// Its type: `text`, `number`, `boolean`, `list`, `object` or `any`.
    pub kind: &'static str,
    /// Description; empty if the name says it.
    pub description: String,
    /// An example; absent if it may be anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
}

/// Maximum number of entries of a list of what is in scope. 50 steps have fewer.
const MOST: usize = 2_000;

/// Returns what references may name at the step with the id `at`, or at the step that is at the place `at` or
/// around it, such as `steps[2].then[0].parameters.path`; `None` if there is no such step.
#[must_use]
pub fn in_scope(document: &Document, at: &str) -> Option<Vec<InScope>> {
    let placed = placed::find(document, at)?;
    let scope = Scope::of(document, &placed);
    let mut found = Vec::new();
    for (root, example) in &scope.examples {
        let reference = Reference { root: root.clone(), path: Vec::new() };
        scope.list(&reference, example, &mut found);
    }
    found.truncate(MOST);
    Some(found)
}

/// Examples of what references may name, by first names, and what is said about it.
#[derive(Debug, Default)]
pub(super) struct Scope {
    examples: BTreeMap<String, Value>,
    descriptions: BTreeMap<String, String>,
}

impl Scope {
    /// Returns what the references of a step may name.
    pub(super) fn of(document: &Document, placed: &Placed<'_>) -> Self {
        let mut scope = Self::default();
        scope.examples.insert("trigger".to_owned(), examples::of_trigger(&document.trigger));
        scope.examples.insert("settings".to_owned(), examples::of_settings(&document.settings));
        scope.examples.extend(examples::of_run().map(|(name, example)| (name.to_owned(), example)));
        for setting in &document.settings {
            scope.describe(format!("settings.{}", setting.id), &setting.title);
        }
        let steps = placed.steps_in_scope();
        // A draft's step may have no id yet.
        let named = steps.iter().filter(|step| !step.id.is_empty());
        let outputs = named.map(|step| (step.id.clone(), examples::of_step(step)));
        scope.examples.insert("steps".to_owned(), Value::Object(outputs.collect()));
        for step in steps {
            let about = step.description.clone().unwrap_or_else(|| about(&step.kind));
            scope.describe(format!("steps.{}", step.id), &about);
        }
        for around in &placed.around {
            if let StepKind::ForEach { name, .. } = &around.step.kind {
                scope.examples.insert(name.clone(), Value::Null);
                scope.describe(name.clone(), &format!("The item of the for-each {}.", around.step.id));
            }
        }
        scope
    }

    fn describe(&mut self, reference: String, about: &str) {
        self.descriptions.insert(reference, about.to_owned());
    }

    fn list(&self, reference: &Reference, example: &Value, found: &mut Vec<InScope>) {
        let text = reference.to_string();
        found.push(InScope {
            kind: kind(example),
            description: self.description(&text),
            example: Some(example.clone()).filter(|example| !example.is_null() && !example.is_object()),
            reference: text,
        });
        for (name, example) in example.as_object().into_iter().flatten() {
            let mut inner = reference.clone();
            inner.path.push(Segment::Name(name.clone()));
            self.list(&inner, example, found);
        }
    }

    fn description(&self, reference: &str) -> String {
        let known =
            || DESCRIPTIONS.iter().find(|(name, _)| *name == reference).map(|(_, about)| (*about).to_owned());
        self.descriptions.get(reference).cloned().or_else(known).unwrap_or_default()
    }

    /// Checks that a reference can exist.
    ///
    /// # Errors
    /// Returns a sentence that says what does not exist, and what does.
    pub(super) fn check(&self, reference: &Reference) -> Result<(), String> {
        let roots = self.examples.keys().map(String::as_str);
        let Some(mut value) = self.examples.get(&reference.root) else {
            return Err(format!("`{}` does not exist here. There are {}.", reference.root, listed(roots)));
        };
        if reference.root == "steps" && reference.first_name().is_none() {
            return Err("`steps` must be followed by a step's id, as in `steps.search`.".to_owned());
        }
        let mut known = Reference { root: reference.root.clone(), path: Vec::new() };
        for segment in &reference.path {
            value = inside(value, segment).map_err(|instead| {
                let missing = Reference {
                    root: known.root.clone(),
                    path: [&*known.path, std::slice::from_ref(segment)].concat(),
                };
                format!("`{missing}` does not exist here: {}.", instead.clause(&known))
            })?;
            known.path.push(segment.clone());
        }
        Ok(())
    }
}

/// Returns the example of what a segment leads to.
fn inside<'a>(value: &'a Value, segment: &Segment) -> Result<&'a Value, Instead<'a>> {
    match (value, segment) {
        (Value::Null, _) => Ok(&Value::Null),
        (Value::Object(members), Segment::Name(name)) => {
            members.get(name).ok_or_else(|| Instead::Members(members.keys().map(String::as_str).collect()))
        }
        (Value::Array(items), Segment::Index(_)) => Ok(items.first().unwrap_or(&Value::Null)),
        _ => Err(Instead::Kind(kind(value))),
    }
}

/// Existing members, or the kind of the value, in place of a name that does not exist.
enum Instead<'a> {
    Members(Vec<&'a str>),
    Kind(&'static str),
}

impl Instead<'_> {
    /// Returns what `of` has or is, as a clause.
    fn clause(&self, of: &Reference) -> String {
        match self {
            Self::Members(names) if names.is_empty() => format!("`{of}` has nothing"),
            Self::Members(names) => format!("`{of}` has {}", listed(names.iter().copied())),
            Self::Kind(kind) => format!("`{of}` is a {kind}"),
        }
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn kind(example: &Value) -> &'static str {
    match example {
        Value::Null => "any",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

fn about(kind: &StepKind) -> String {
    match kind {
        StepKind::Action { action, .. } => format!("The answer of {action}."),
        StepKind::Dropbox { route, .. } => format!("Dropbox's answer to {route}."),
        StepKind::Http { .. } => "The answer to the request.".to_owned(),
        StepKind::Condition { .. } => "Which way it went.".to_owned(),
        StepKind::ForEach { .. } => "How many items there are.".to_owned(),
        StepKind::Delay { .. } => "Until when it waited.".to_owned(),
        StepKind::Response { .. } => "What was answered.".to_owned(),
    }
}

/// Descriptions of references that do not depend on the document.
const DESCRIPTIONS: &[(&str, &str)] = &[
    ("trigger", "What the run was started with."),
    ("trigger.type", "The event's type, `request` or `schedule`."),
    ("trigger.time", "When it happened, in ISO 8601."),
    ("trigger.user", "The user, by your own id."),
    ("trigger.connection", "Id of the connection in which it happened."),
    ("trigger.file", "The file after what happened to it; for a deleted one, its last state."),
    ("trigger.file.path", "The path as it is displayed."),
    ("trigger.file.path_lower", "The path in small letters, by which paths are compared."),
    ("trigger.file.size", "Size in bytes."),
    ("trigger.file.rev", "The revision."),
    ("trigger.folder", "The folder after what happened to it; for a deleted one, its last state."),
    ("trigger.folder.path", "The path as it is displayed."),
    ("trigger.item", "The same as `trigger.file` or `trigger.folder`."),
    ("trigger.content", "State of the file's bytes in the bucket."),
    ("trigger.content.key", "Key of the bytes in the bucket."),
    ("trigger.from", "The path before it was moved, in small letters."),
    ("trigger.why", "`deleted`, `moved_out` or `deselected`."),
    ("trigger.number", "Number of the change in the connection's log."),
    ("trigger.body", "The request's body."),
    ("trigger.query", "The request's query."),
    ("trigger.payload", "The payload of the application's event."),
    ("settings", "What the user has filled in."),
    ("steps", "What steps before this one have returned, by their ids."),
    ("user.id", "The user, by your own id."),
    ("connection.id", "Id of the connection in which the steps are done."),
    ("run.id", "Id of the run."),
    ("run.started_at", "When the run started, in ISO 8601."),
    ("step.idempotency_key", "The same for each attempt of this step in this run, and for no other."),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Document {
        serde_json::from_value(json!({
            "name": "test",
            "trigger": {"type": "event", "filter": {"types": ["file.ready"]}},
            "settings": [{"id": "folder", "title": "Target folder", "type": "folder"}],
            "steps": [
                {"id": "search", "type": "action", "action": "SEARCH", "description": "Look for it."},
                {"id": "each", "type": "for_each", "items": "{{ steps.search.matches }}", "as": "match", "steps": [
                    {"id": "if", "type": "condition", "if": "{{ match.x }}", "then": [
                        {"id": "post", "type": "http", "url": "https://example.com"},
                    ]},
                    {"id": "second", "type": "delay", "seconds": 5},
                ]},
                {"id": "last", "type": "response"},
            ],
        }))
        .unwrap()
    }

    fn names(at: &str) -> Vec<String> {
        in_scope(&document(), at).unwrap().into_iter().map(|one| one.reference).collect()
    }

    #[test]
    fn a_step_sees_what_is_before_and_around_it() {
        let steps = |at: &str| -> Vec<String> {
            let names = names(at);
            let steps = names.iter().filter_map(|name| name.strip_prefix("steps."));
            steps.filter(|rest| !rest.contains('.')).map(ToOwned::to_owned).collect()
        };
        for (at, expected) in [
            ("search", vec![]),
            ("each", vec!["search"]),
            ("if", vec!["each", "search"]),
            ("post", vec!["each", "if", "search"]),
            ("second", vec!["each", "if", "search"]),
            ("last", vec!["each", "search"]),
            ("steps[1].steps[0].then[0].headers.accept", vec!["each", "if", "search"]),
            ("steps[1].items", vec!["search"]),
        ] {
            assert_eq!(steps(at), expected, "{at}");
            assert_eq!(
                names(at).contains(&"match".to_owned()),
                at.contains("steps[1].steps") || ["if", "post", "second"].contains(&at)
            );
        }
        assert_eq!(in_scope(&document(), "nowhere"), None);
        assert_eq!(in_scope(&document(), "steps[17]"), None);
    }

    #[test]
    fn what_is_in_scope_is_described() {
        let found = in_scope(&document(), "last").unwrap();
        let of = |reference: &str| {
            let one = found.iter().find(|one| one.reference == reference).unwrap();
            (one.kind, one.description.as_str(), one.example.clone())
        };
        assert_eq!(
            of("trigger.file.path"),
            ("text", "The path as it is displayed.", Some(json!("/New/Report.pdf")))
        );
        assert_eq!(
            of("trigger.file"),
            ("object", "The file after what happened to it; for a deleted one, its last state.", None)
        );
        assert_eq!(of("trigger.content.key").0, "text");
        assert_eq!(of("settings.folder"), ("text", "Target folder", Some(json!("/Reports"))));
        assert_eq!(of("steps.search"), ("any", "Look for it.", None));
        assert_eq!(of("steps.each.count").2, Some(json!(3)));
    }

    #[test]
    fn every_description_is_of_something() {
        let types: Vec<&str> = crate::delivery::EventType::ALL.iter().map(|one| one.as_str()).collect();
        let mut all = Vec::new();
        for trigger in [json!({"type": "event", "filter": {"types": types}}), json!({"type": "request"})] {
            let document: Document = serde_json::from_value(json!({
                "name": "test", "trigger": trigger, "steps": [{"id": "a", "type": "response"}],
            }))
            .unwrap();
            all.extend(in_scope(&document, "a").unwrap());
        }
        for (name, about) in DESCRIPTIONS {
            assert!(all.iter().any(|one| one.reference == *name && one.description == *about), "{name}");
        }
    }
}
