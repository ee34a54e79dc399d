//! Argument of a search.

use serde::Deserialize;
use serde_json::Value;

use super::{Search, category::FileCategory, words};
use crate::api::{argument, caller::Caller, error::SearchError, failure::Failure, listing, path::LISTED};

const LONGEST_QUERY: usize = 1_000;
const DEFAULT_RESULTS: usize = 100;
const MOST_RESULTS: usize = 1_000;

/// Argument of `search_v2`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchArg {
    query: String,
    options: Option<SearchOptions>,
    #[serde(rename = "match_field_options")]
    _match_field_options: Option<Value>,
    #[serde(rename = "include_highlights")]
    _include_highlights: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SearchOptions {
    path: Option<String>,
    max_results: usize,
    #[serde(deserialize_with = "argument::optional_union")]
    order_by: Option<OrderBy>,
    #[serde(deserialize_with = "argument::union")]
    file_status: FileStatus,
    /// Ignored, because only names are searched.
    #[serde(rename = "filename_only")]
    _filename_only: bool,
    file_extensions: Option<Vec<String>>,
    #[serde(deserialize_with = "argument::optional_unions")]
    file_categories: Option<Vec<FileCategory>>,
    #[serde(rename = "account_id")]
    _account_id: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
enum OrderBy {
    #[default]
    Relevance,
    LastModifiedTime,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
enum FileStatus {
    #[default]
    Active,
    Deleted,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            path: None,
            max_results: DEFAULT_RESULTS,
            order_by: None,
            file_status: FileStatus::default(),
            _filename_only: false,
            file_extensions: None,
            file_categories: None,
            _account_id: None,
        }
    }
}

impl SearchArg {
    /// Validates the argument.
    pub(crate) fn read(&self, caller: &Caller) -> Result<Search, Failure> {
        let (query, options) = (&self.query, self.options.clone().unwrap_or_default());
        if query.chars().count() > LONGEST_QUERY {
            let about = format!("query: '{query}' is longer than {LONGEST_QUERY} characters");
            return Err(Failure::Argument(about));
        }
        let max_results = options.max_results;
        if !(1..=MOST_RESULTS).contains(&max_results) {
            let about = format!("options: max_results: {max_results} is not within 1 and {MOST_RESULTS}");
            return Err(Failure::Argument(about));
        }
        let words = words(query);
        if words.is_empty() {
            let invalid_argument = "There is nothing to search for.";
            return Err(Failure::endpoint(SearchError::InvalidArgument { invalid_argument }));
        }
        Ok(Search {
            words,
            folder_lower: folder(caller, options.path.as_deref().unwrap_or_default())?,
            max_results,
            by_time: options.order_by == Some(OrderBy::LastModifiedTime),
            deleted: options.file_status == FileStatus::Deleted,
            extensions: extensions(&options.file_extensions.unwrap_or_default()),
            categories: options.file_categories.unwrap_or_default(),
        })
    }
}

/// Returns the key of the folder to search in.
fn folder(caller: &Caller, path: &str) -> Result<String, Failure> {
    let error = |path| SearchError::Path { path };
    let path = LISTED.read("options: path", path, &caller.view.namespaces);
    let locator = path.map_err(|problem| Failure::reading(problem, error))?;
    let folder = listing::folder(caller, &locator, error)?;
    Ok(folder.map(|folder| folder.path_lower).unwrap_or_default())
}

fn extensions(given: &[String]) -> Vec<String> {
    given.iter().map(|extension| extension.trim_start_matches('.').to_lowercase()).collect()
}
