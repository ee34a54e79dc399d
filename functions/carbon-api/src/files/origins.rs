//! The selections by which files were mirrored, with the clients' labels.

use std::collections::HashMap;

use shared::model::{ConnectionId, ItemId, Label, Record, Target};

use crate::{CarbonApi, answer::Refusal};

/// Labels of a connection's selections, and the paths of their targets.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Origins {
    everything: Option<Label>,
    /// Labels by lower-cased path.
    places: Vec<(String, Label)>,
}

impl Origins {
    /// Reads where the targets are.
    pub(super) async fn of(
        api: &CarbonApi,
        connection: ConnectionId,
        labels: HashMap<Target, Label>,
    ) -> Result<Self, Refusal> {
        let ids: Vec<ItemId> = labels.keys().filter_map(Target::item).cloned().collect();
        let stored = api.store.items(connection, &ids).await?;
        Ok(Self::new(labels, |id| stored.get(id).map(|item| item.metadata.path_lower.as_str())))
    }

    /// Finds the targets among all records of the connection.
    pub(super) fn among(records: &[Record], labels: HashMap<Target, Label>) -> Self {
        let metadata = records.iter().map(|record| &record.item.metadata);
        let stored: HashMap<&ItemId, &str> =
            metadata.map(|metadata| (&metadata.id, metadata.path_lower.as_str())).collect();
        Self::new(labels, |id| stored.get(id).copied())
    }

    fn new<'a>(mut labels: HashMap<Target, Label>, path_of: impl Fn(&ItemId) -> Option<&'a str>) -> Self {
        let everything = labels.remove(&Target::Everything);
        let place = |(target, label): (Target, Label)| Some((path_of(target.item()?)?.to_owned(), label));
        Self { everything, places: labels.into_iter().filter_map(place).collect() }
    }

    /// Returns the label of the nearest selection at or above a path.
    pub(super) fn label(&self, path: &str) -> Option<&Label> {
        let is_in = |place: &str| {
            path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let nearest =
            self.places.iter().filter(|(place, _)| is_in(place)).max_by_key(|(place, _)| place.len());
        nearest.map(|(_, label)| label).or(self.everything.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(request: &str) -> Label {
        Label { request_id: Some(request.to_owned()), ..Label::default() }
    }

    #[test]
    fn a_file_is_of_the_selection_that_is_nearest_above_it() {
        let places = [("/a", "folder"), ("/a/b/c.txt", "file")];
        let places = places.map(|(place, request)| (place.to_owned(), label(request))).to_vec();
        let origins = Origins { everything: Some(label("account")), places };
        for (path, request) in [
            ("/a", "folder"),
            ("/a/x", "folder"),
            ("/a/b/c.txt", "file"),
            ("/a/b/c.txt2", "folder"),
            ("/ab", "account"),
        ] {
            assert_eq!(origins.label(path), Some(&label(request)), "{path}");
        }
        assert_eq!(Origins::default().label("/a"), None);
    }
}
