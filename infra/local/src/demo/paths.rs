//! Paths of files in events: those about bytes name a file only by its id.

use std::collections::HashMap;

use local_adapters::Published;

/// Maximum number of files that are remembered.
const LIMIT: usize = 10_000;

/// Paths by id, as earlier events have named them.
#[derive(Debug, Default)]
pub(super) struct Paths(HashMap<String, String>);

impl Paths {
    /// Remembers the path in an event of a change.
    pub(super) fn learn(&mut self, event: &Published) {
        let item = &event.detail["item"];
        if let (Some(id), Some(path)) = (item["id"].as_str(), item["path_display"].as_str()) {
            if self.0.len() >= LIMIT {
                self.0.clear();
            }
            self.0.insert(id.to_owned(), path.to_owned());
        }
    }

    /// Returns what an event is about: a path, an id, or nothing.
    pub(super) fn subject(&self, event: &Published) -> String {
        let (item, selection) = (&event.detail["item"], &event.detail["selection"]);
        let target = || selection["id"].as_str().or(selection["what"].as_str());
        let path = item["path_display"].as_str().or_else(|| item.as_str().or_else(target));
        let named = path.and_then(|path| self.0.get(path)).map(String::as_str).or(path);
        named.unwrap_or_default().to_owned()
    }
}

/// Returns the events, oldest first, each with what it is about.
pub(super) fn with_subjects(events: Vec<Published>) -> Vec<(Published, String)> {
    let mut paths = Paths::default();
    let with_subject = |event: Published| {
        paths.learn(&event);
        let subject = paths.subject(&event);
        (event, subject)
    };
    events.into_iter().map(with_subject).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use shared::model::Timestamp;

    use super::*;

    fn published(detail: Value) -> Published {
        Published { position: 1, at: Timestamp(0), id: String::new(), detail_type: String::new(), detail }
    }

    #[test]
    fn bytes_are_those_of_the_file_that_an_earlier_event_has_named() {
        let events = vec![
            published(json!({"item": "id:a"})),
            published(json!({"item": {"id": "id:a", "path_display": "/A.txt"}})),
            published(json!({"item": "id:a"})),
            published(json!({"selection": {"what": "everything"}})),
            published(json!({"selection": {"what": "item", "id": "id:a"}})),
            published(json!({"user": "ada"})),
        ];
        let subjects: Vec<_> = with_subjects(events).into_iter().map(|(_, subject)| subject).collect();
        assert_eq!(subjects, ["id:a", "/A.txt", "/A.txt", "everything", "/A.txt", ""]);
    }
}
