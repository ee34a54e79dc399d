//! Display paths: each folder in the case of its own name, since Dropbox promises the case of the last name
//! only.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap, HashSet},
};

use serde::{Deserialize, Serialize};
use shared::{
    dropbox::Entry,
    model::{Item, ItemKind, Metadata},
};

use super::{Known, present};

/// Names of the folders on a page, by lower-cased path.
pub(super) struct Names(HashMap<String, String>);

impl Names {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let folders = present(entries).filter(|metadata| metadata.kind == ItemKind::Folder);
        Self(folders.map(|metadata| (metadata.path_lower.clone(), metadata.name.clone())).collect())
    }

    /// Returns an item's display path: below the path of its folder as stored, or else as named on this page,
    /// or else as in Dropbox's own display path.
    pub(super) fn display<'a>(
        &self,
        at: impl Fn(&str) -> Option<Known<'a>>,
        metadata: &'a Metadata,
    ) -> String {
        let lower = metadata.path_lower.rsplit_once('/').map_or("", |(folder, _)| folder);
        let displayed = metadata.path_display.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{}/{}", self.folder(&at, lower, displayed), metadata.name)
    }

    fn folder<'a>(
        &self,
        at: &impl Fn(&str) -> Option<Known<'a>>,
        lower: &str,
        displayed: &'a str,
    ) -> Cow<'a, str> {
        if let Some(stored) = at(lower) {
            return Cow::Borrowed(&stored.metadata.path_display);
        }
        let Some((lower_above, lower_name)) = lower.rsplit_once('/') else { return Cow::Borrowed(displayed) };
        let (shown_above, shown_name) = displayed.rsplit_once('/').unwrap_or(("", lower_name));
        let name = self.0.get(lower).map_or(shown_name, String::as_str);
        Cow::Owned(format!("{}/{name}", self.folder(at, lower_above, shown_above)))
    }
}

/// Finds the folders with items whose display path does not begin with the folder's own, and those that are not
/// stored.
///
/// It keeps only the folders' paths, not the items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisplayPaths {
    /// Display paths of folders, by lower-cased path.
    folders: HashMap<String, String>,
    /// Parent folders as they appear in items' paths: lower-cased path and display path.
    above: HashSet<(String, String)>,
}

impl DisplayPaths {
    /// Adds stored items.
    pub fn add(&mut self, items: &[Item]) {
        for Metadata { kind, path_lower, path_display, .. } in items.iter().map(|item| &item.metadata) {
            if *kind == ItemKind::Folder {
                self.folders.insert(path_lower.clone(), path_display.clone());
            }
            if let (Some((lower, _)), Some((displayed, _))) =
                (path_lower.rsplit_once('/'), path_display.rsplit_once('/'))
            {
                self.above.insert((lower.to_owned(), displayed.to_owned()));
            }
        }
    }

    /// Returns the folders to correct, and those that are not stored, by lower-cased path.
    #[must_use]
    pub fn end(self) -> (BTreeSet<String>, BTreeSet<String>) {
        let Self { folders, above } = self;
        let (mut to_correct, mut missing) = (BTreeSet::new(), BTreeSet::new());
        for (lower, displayed) in above {
            match folders.get(&lower) {
                Some(own) if *own == displayed => {}
                Some(_) => drop(to_correct.insert(lower)),
                None if lower.is_empty() => {}
                None => drop(missing.insert(lower)),
            }
        }
        (to_correct, missing)
    }
}
