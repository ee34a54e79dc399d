//! Search by name.
//!
//! Each page is searched at its own time, so an entry may be missed or returned twice between pages, as
//! Dropbox documents for its own search. The contents of files are not searched.

mod arg;
mod category;
mod cursor;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{
    caller::Caller,
    failure::Failure,
    view::{DisplayedEntry, Tree},
    wire::{Match, Metadata, SearchResult},
};
use crate::content::{DropboxPath, Entry, Recorded};
use category::FileCategory;
use cursor::SearchCursor;

pub(crate) use arg::SearchArg;
pub(crate) use cursor::resume;

/// Largest number of matches in a search.
const MOST: usize = 10_000;

/// Parameters of a search.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Search {
    words: Vec<String>,
    folder_lower: String,
    max_results: usize,
    by_time: bool,
    deleted: bool,
    extensions: Vec<String>,
    categories: Vec<FileCategory>,
}

/// A match.
struct Hit {
    displayed: DisplayedEntry,
    is_live: bool,
}

impl Search {
    /// Returns the matches after the first `skip`.
    pub(crate) fn page(self, caller: &Caller, skip: usize) -> Result<SearchResult, Failure> {
        let mut hits = self.run(caller)?;
        if self.by_time {
            let time = |hit: &Hit| hit.displayed.entry.file().map(|file| file.server_modified);
            hits.sort_by_key(|hit| std::cmp::Reverse(time(hit)));
        }
        let next = skip.saturating_add(self.max_results);
        let has_more = hits.len() > next;
        let page = hits.iter().skip(skip).take(self.max_results);
        let matches = page.map(|hit| Match::of_name(hit.metadata())).collect();
        let cursor = has_more.then(|| SearchCursor::new(caller, self, next).encode(caller)).transpose()?;
        Ok(SearchResult { matches, has_more, cursor })
    }

    fn run(&self, caller: &Caller) -> Result<Vec<Hit>, Failure> {
        let top = DropboxPath::parse(&self.folder_lower).unwrap_or_default();
        let base = &caller.view.base;
        let mut hits = Vec::new();
        self.run_in(base, &base.hidden(&top), &mut hits)?;
        for tree in caller.view.mounts.iter().map(|mounted| &mounted.tree) {
            if top.is_within(tree.top()) {
                self.run_in(tree, &tree.hidden(&top), &mut hits)?;
            } else if tree.top().is_within(&top) {
                self.run_in(tree, tree.folder(), &mut hits)?;
            }
        }
        Ok(hits)
    }

    fn run_in(&self, tree: &Tree, folder: &DropboxPath, hits: &mut Vec<Hit>) -> rusqlite::Result<()> {
        let mut after = String::new();
        while hits.len() < MOST {
            let batch = tree.account.journal(|journal| {
                if self.deleted {
                    journal.deleted_below(folder, &after)
                } else {
                    journal.live_below(folder, &after)
                }
            })?;
            let Some(last) = batch.last() else { return Ok(()) };
            after.clone_from(&last.entry.path.lower);
            let found = batch.iter().filter(|recorded| self.matches(recorded));
            hits.extend(
                found.map(|found| Hit { displayed: tree.displayed(&found.entry), is_live: found.is_live() }),
            );
        }
        hits.truncate(MOST);
        Ok(())
    }

    fn matches(&self, Recorded { entry, .. }: &Recorded) -> bool {
        let name = entry.path.lower.rsplit('/').next().unwrap_or_default();
        let has_words = self.words.iter().all(|word| name.contains(word.as_str()));
        has_words && (self.deleted || self.is_of_kind(name, entry))
    }

    /// Whether the entry has one of the requested extensions and categories.
    fn is_of_kind(&self, name: &str, entry: &Entry) -> bool {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let has_extension = || entry.file().is_some() && self.extensions.iter().any(|one| one == extension);
        let has_category = || self.categories.contains(&FileCategory::of(entry.kind(), extension));
        (self.extensions.is_empty() || has_extension()) && (self.categories.is_empty() || has_category())
    }
}

impl Hit {
    fn metadata(&self) -> Metadata {
        if self.is_live { Metadata::from(&self.displayed) } else { Metadata::deleted(&self.displayed.entry) }
    }
}

/// Splits a query into words, normalised like the keys of paths.
fn words(query: &str) -> Vec<String> {
    query.to_lowercase().nfc().collect::<String>().split_whitespace().map(ToOwned::to_owned).collect()
}
