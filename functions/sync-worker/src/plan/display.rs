//! The path as people see it: each folder in the case of its own name, since Dropbox promises the last one only.

use std::collections::HashMap;

use shared::{dropbox::Entry, model::Facts};

use super::View;

/// The names of the folders that a page tells of, by lower-cased path.
pub(super) struct Names(HashMap<String, String>);

impl Names {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let name = |entry: &Entry| match entry {
            Entry::Present { facts, .. } => Some((facts.path_lower.clone(), facts.name.clone())),
            Entry::Deleted(_) => None,
        };
        Self(entries.iter().filter_map(name).collect())
    }

    /// How an item is shown: below its folder as we hold it, or as this page tells of it, or as Dropbox shows it.
    pub(super) fn display(&self, view: &View, facts: &Facts) -> String {
        let lower = facts.path_lower.rsplit_once('/').map_or("", |(folder, _)| folder);
        let shown = facts.path_display.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{}/{}", self.folder(view, lower, shown), facts.name)
    }

    fn folder(&self, view: &View, lower: &str, shown: &str) -> String {
        let held = view.paths.get(lower).and_then(|id| view.items.get(id));
        if let Some(held) = held.filter(|held| held.facts.path_lower == lower) {
            return held.facts.path_display.clone();
        }
        let Some((lower_above, lower_name)) = lower.rsplit_once('/') else { return shown.to_owned() };
        let (shown_above, shown_name) = shown.rsplit_once('/').unwrap_or(("", lower_name));
        let name = self.0.get(lower).map_or(shown_name, String::as_str);
        format!("{}/{name}", self.folder(view, lower_above, shown_above))
    }
}
