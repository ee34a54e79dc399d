//! The request for a field's options: reads the body, and makes calls to Dropbox of it.

use serde_json::{Map, Value, json};
use shared::answer::ApiError;

use crate::actions::paths::FolderPath;

/// Number of entries requested per call; the maximum for a search.
const PAGE: u32 = 1_000;
/// Maximum length of a search text, in characters, as at Dropbox.
const MAX_SEARCH: usize = 1_000;
/// Maximum length of a cursor, in bytes.
const MAX_CURSOR: usize = 8 * 1024;
/// Prefixes of our cursors, which say whether a listing or a search continues.
const LISTING: &str = "list:";
const SEARCHING: &str = "search:";

/// The kind of entries to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Folders,
    Files,
}

impl Source {
    /// Returns Dropbox's tag for such entries.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Folders => "folder",
            Self::Files => "file",
        }
    }
}

/// A request for a field's options.
#[derive(Debug)]
pub(crate) struct FieldOptions {
    pub(super) source: Source,
    folder: String,
    /// Search text; if empty, everything in the folder is listed.
    search: String,
    /// Cursor at which the previous page ended.
    cursor: Option<Cursor>,
}

#[derive(Debug, PartialEq, Eq)]
enum Cursor {
    Listing(String),
    Searching(String),
}

impl FieldOptions {
    /// Reads a body with the SDK's names. Other members that the SDK sends are ignored.
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

    /// Returns the route and the argument of the first call.
    pub(super) fn first(&self) -> (&'static str, Value) {
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

    /// Whether a search begins or continues.
    pub(super) fn searches(&self) -> bool {
        match &self.cursor {
            Some(cursor) => matches!(cursor, Cursor::Searching(_)),
            None => !self.search.is_empty(),
        }
    }
}

/// Returns the route and the argument of the call for the next page.
pub(super) fn go_on(searches: bool, cursor: &str) -> (&'static str, Value) {
    let route = if searches { "2/files/search/continue_v2" } else { "2/files/list_folder/continue" };
    (route, json!({"cursor": cursor}))
}

/// Returns a cursor of Dropbox's in the caller's form, prefixed with what it continues.
pub(super) fn next_cursor(searches: bool, cursor: &str) -> String {
    format!("{}{cursor}", if searches { SEARCHING } else { LISTING })
}

/// Returns the folder that the parameters name in Paragon's form: `[{"key": "folder", "source": {"type":
/// "VALUE", "value": …}}]`.
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
            .map_err(|must| wrong("parameters.folder", must)),
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

/// Reads the cursor. The SDK sends 0 for the first page.
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
