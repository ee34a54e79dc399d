//! The place that a page of the chooser shows.

use url::form_urlencoded;

use crate::form::field;

/// Longest text that is searched for, in characters.
const LONGEST_SEARCH: usize = 200;
/// Longest id, in bytes.
const LONGEST_ID: usize = 256;

/// Whether a text can be a Dropbox id of a file or folder.
pub(super) fn is_id(text: &str) -> bool {
    text.starts_with("id:") && text.len() <= LONGEST_ID && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A place: a folder, one of its later parts, or the results of a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Dropbox id of the folder; absent for the root.
    pub(super) folder: Option<String>,
    /// Dropbox's cursor of a later part of a large folder.
    pub(super) after: Option<String>,
    /// Text that is searched for.
    pub(super) find: Option<String>,
    /// Whether too much was ticked before.
    pub(super) too_many: bool,
}

impl Place {
    /// Reads a place from a query.
    pub(super) fn of_query(query: &[u8]) -> Self {
        Self {
            folder: field(query, "folder").filter(|id| is_id(id)),
            after: field(query, "after"),
            find: field(query, "q").map(|text| text.chars().take(LONGEST_SEARCH).collect()),
            too_many: field(query, "note").is_some_and(|note| note == "too_many"),
        }
    }

    /// Returns the query of the place, with its `?`, or nothing for the root.
    pub(super) fn to_query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let fields = [("folder", &self.folder), ("after", &self.after), ("q", &self.find)];
        for (name, value) in fields {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        if self.too_many {
            query.append_pair("note", "too_many");
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }

    /// Returns a folder's place; the root's for none.
    pub(super) fn folder(folder: Option<String>) -> Self {
        Self { folder, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let places = [
            Place::default(),
            Place::folder(Some("id:a+b&c".to_owned())),
            Place { folder: Some("id:a".into()), after: Some("A&B=".into()), ..Place::default() },
            Place { find: Some("größe & maße".into()), too_many: true, ..Place::default() },
        ];
        for place in places {
            assert_eq!(Place::of_query(place.to_query().trim_start_matches('?').as_bytes()), place);
        }
        assert_eq!(Place::of_query(b"folder=/path&after="), Place::default());
        let long = format!("folder=id:{}&q={}", "a".repeat(300), "b".repeat(300));
        let place = Place::of_query(long.as_bytes());
        assert_eq!((place.folder, place.find.unwrap().len()), (None, LONGEST_SEARCH));
    }
}
