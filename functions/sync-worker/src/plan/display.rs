//! The path as people see it: each folder in the case of its own name, since Dropbox promises the last one only.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

use shared::{
    dropbox::Entry,
    model::{Facts, Item, ItemKind},
};

use super::{Known, present};

/// The names of the folders that a page tells of, by lower-cased path.
pub(super) struct Names(HashMap<String, String>);

impl Names {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let folders = present(entries).filter(|facts| facts.kind == ItemKind::Folder);
        Self(folders.map(|facts| (facts.path_lower.clone(), facts.name.clone())).collect())
    }

    /// How an item is shown: below its folder as we hold it, or as this page tells of it, or as Dropbox shows it.
    pub(super) fn display<'a>(&self, at: impl Fn(&str) -> Option<Known<'a>>, facts: &'a Facts) -> String {
        let lower = facts.path_lower.rsplit_once('/').map_or("", |(folder, _)| folder);
        let shown = facts.path_display.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{}/{}", self.folder(&at, lower, shown), facts.name)
    }

    fn folder<'a>(
        &self,
        at: &impl Fn(&str) -> Option<Known<'a>>,
        lower: &str,
        shown: &'a str,
    ) -> Cow<'a, str> {
        if let Some(held) = at(lower) {
            return Cow::Borrowed(&held.facts.path_display);
        }
        let Some((lower_above, lower_name)) = lower.rsplit_once('/') else { return Cow::Borrowed(shown) };
        let (shown_above, shown_name) = shown.rsplit_once('/').unwrap_or(("", lower_name));
        let name = self.0.get(lower).map_or(shown_name, String::as_str);
        Cow::Owned(format!("{}/{name}", self.folder(at, lower_above, shown_above)))
    }
}

/// The folders in which something is shown by another path than the folder itself, by lower-cased path.
#[must_use]
pub fn shown_otherwise(held: &[Item]) -> BTreeSet<String> {
    let folders = held.iter().map(|item| &item.facts).filter(|facts| facts.kind == ItemKind::Folder);
    let shown: HashMap<&str, &str> =
        folders.map(|facts| (facts.path_lower.as_str(), facts.path_display.as_str())).collect();
    let otherwise = held.iter().filter_map(|item| {
        let (above, _) = item.facts.path_lower.rsplit_once('/')?;
        let (shown_above, _) = item.facts.path_display.rsplit_once('/')?;
        shown.get(above).filter(|folder| **folder != shown_above).map(|_| above.to_owned())
    });
    otherwise.collect()
}
