//! `POST …/sdk/actions`: what a user can choose from in a field of a form, page by page: the folders, or the files, in a
//! folder, or those that a search finds. In Paragon's form, by the keys that `…/sdk/integrations` names.

use serde_json::{Map, Value, json};
use shared::answer::ApiError;

use super::{
    account::Account,
    answer::{Answer, found},
    failure::Failure,
    paths::FolderPath,
};

/// Entries that Dropbox is asked for in one call, as it allows of a search.
const PAGE: u32 = 1_000;
/// Maximum number of calls for one page: of folders, the first entries may all be files.
const MAX_CALLS: usize = 5;
/// Maximum length of what is searched for, in characters, as at Dropbox.
const MAX_SEARCH: usize = 1_000;
/// Maximum length of a cursor. Bytes.
const MAX_CURSOR: usize = 8 * 1024;
/// What cursors of ours begin with, by what goes on after them.
const LISTING: &str = "list:";
const SEARCHING: &str = "search:";

/// What is chosen from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Folders,
    Files,
}

impl Source {
    /// What Dropbox calls an entry of it.
    fn tag(self) -> &'static str {
        match self {
            Self::Folders => "folder",
            Self::Files => "file",
        }
    }
}

/// What is asked for.
#[derive(Debug)]
pub(crate) struct FieldOptions {
    source: Source,
    folder: String,
    /// What is searched for; empty: everything in the folder is listed.
    search: String,
    /// Where a page before ended.
    cursor: Option<Cursor>,
}

#[derive(Debug, PartialEq, Eq)]
enum Cursor {
    Listing(String),
    Searching(String),
}

impl FieldOptions {
    /// Reads a body. The names are the SDK's; what it sends beside them is passed over.
    pub(crate) fn read(body: &[u8]) -> Result<Self, ApiError> {
        let malformed = |_| ApiError::invalid("malformed_body", "The body must be a JSON object.");
        let body: Map<String, Value> = serde_json::from_slice(body).map_err(malformed)?;
        match body.get("action") {
            None => {}
            Some(action) if action == "dropbox" => {}
            Some(_) => return Err(wrong("action", "must be dropbox")),
        }
        let source = match body.get("sourceKey").and_then(Value::as_str) {
            Some("folders") => Source::Folders,
            Some("files") => Source::Files,
            _ => return Err(wrong("sourceKey", "must be folders or files")),
        };
        let page = match body.get("paginationParameters") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(page)) => page.clone(),
            Some(_) => return Err(wrong("paginationParameters", "must be an object")),
        };
        Ok(Self {
            source,
            folder: folder(body.get("parameters"))?,
            search: search(&page)?,
            cursor: cursor(&page)?,
        })
    }

    /// The route and the argument of the first call.
    fn first(&self) -> (&'static str, Value) {
        match &self.cursor {
            Some(Cursor::Listing(cursor)) => go_on(false, cursor),
            Some(Cursor::Searching(cursor)) => go_on(true, cursor),
            None if self.search.is_empty() => {
                ("2/files/list_folder", json!({"path": self.folder, "limit": PAGE}))
            }
            None => {
                let mut options = json!({"path": self.folder, "filename_only": true, "max_results": PAGE});
                if self.source == Source::Folders {
                    options["file_categories"] = json!([{".tag": "folder"}]);
                }
                ("2/files/search_v2", json!({"query": self.search, "options": options}))
            }
        }
    }

    /// Whether it is a search that is begun or goes on.
    fn searches(&self) -> bool {
        match &self.cursor {
            Some(cursor) => matches!(cursor, Cursor::Searching(_)),
            None => !self.search.is_empty(),
        }
    }
}

/// Gives one page, with at least one record where there are more.
pub(crate) async fn run(asked: FieldOptions, account: &Account<'_>) -> Answer {
    let searches = asked.searches();
    let (mut route, mut argument) = asked.first();
    let (mut records, mut next) = (Vec::new(), None);
    for _ in 0..MAX_CALLS {
        let page = account.ask(route, &argument).await.map_err(keeps_signed_in)?;
        let entries =
            page[if searches { "matches" } else { "entries" }].as_array().cloned().unwrap_or_default();
        let metadata = entries.iter().map(|one| if searches { &one["metadata"]["metadata"] } else { one });
        records.extend(metadata.filter_map(|one| record(asked.source, one)));
        let cursor = page["cursor"].as_str().filter(|_| page["has_more"] == true);
        next = cursor.map(str::to_owned);
        match &next {
            Some(cursor) if records.is_empty() => (route, argument) = go_on(searches, cursor),
            _ => break,
        }
    }
    let next = next.map(|cursor| format!("{}{cursor}", if searches { SEARCHING } else { LISTING }));
    Ok(found(&json!({"output": {"records": records, "nextPageCursor": next}})))
}

fn go_on(searches: bool, cursor: &str) -> (&'static str, Value) {
    let route = if searches { "2/files/search/continue_v2" } else { "2/files/list_folder/continue" };
    (route, json!({"cursor": cursor}))
}

/// An entry as people and forms have it: its path, and its id, which stays when it is moved.
fn record(source: Source, metadata: &Value) -> Option<Value> {
    let is_one = metadata[".tag"] == source.tag();
    let (label, value) = (metadata["path_display"].as_str()?, metadata["id"].as_str()?);
    is_one.then(|| json!({"label": label, "value": value}))
}

/// The SDK signs its user out at 401 and 403, unless it is told that they are the integration's.
fn keeps_signed_in(failure: Failure) -> Failure {
    if matches!(failure.status().as_u16(), 401 | 403) {
        return failure.with("meta", json!({"isIntegrationError": true}));
    }
    failure
}

/// The folder that the parameters name, in Paragon's form: `[{"key": "folder", "source": {"type": "VALUE", "value": …}}]`.
fn folder(parameters: Option<&Value>) -> Result<String, ApiError> {
    let must = || {
        wrong("parameters", "must be a list of {\"key\": …, \"source\": {\"type\": \"VALUE\", \"value\": …}}")
    };
    let parameters = match parameters {
        None | Some(Value::Null) => return Ok(String::new()),
        Some(Value::Array(parameters)) => parameters,
        Some(_) => return Err(must()),
    };
    let named = parameters.iter().find(|one| one["key"] == "folder").map(|one| &one["source"]["value"]);
    match named {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(folder)) => FolderPath::try_from(folder.clone())
            .map(|folder| folder.as_str().to_owned())
            .map_err(|must| wrong("parameters.folder", &must.to_string())),
        Some(_) => Err(must()),
    }
}

fn search(page: &Map<String, Value>) -> Result<String, ApiError> {
    match page.get("search") {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) if text.chars().count() <= MAX_SEARCH => Ok(text.trim().to_owned()),
        Some(_) => Err(wrong("paginationParameters.search", "must be a text of at most 1000 characters")),
    }
}

/// The SDK's first page is 0.
fn cursor(page: &Map<String, Value>) -> Result<Option<Cursor>, ApiError> {
    let wrong = || wrong("paginationParameters.pageCursor", "must be the nextPageCursor of the page before");
    match page.get("pageCursor") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) if number.as_u64() == Some(0) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) if text.len() <= MAX_CURSOR => {
            let listing = text.strip_prefix(LISTING).map(|rest| Cursor::Listing(rest.to_owned()));
            let searching = || text.strip_prefix(SEARCHING).map(|rest| Cursor::Searching(rest.to_owned()));
            listing.or_else(searching).map(Some).ok_or_else(wrong)
        }
        Some(_) => Err(wrong()),
    }
}

fn wrong(place: &str, must: &str) -> ApiError {
    ApiError::invalid("invalid_field", format!("The field {place} {must}."))
}
