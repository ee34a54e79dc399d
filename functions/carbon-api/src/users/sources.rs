//! Sources with automatic sync: a list, or the word `ALL`.

use serde_json::{Value, json};
use shared::model::UserSettings;

use crate::fields::{Read, list, one_of};

/// Carbon's names of sources, and whether each is Dropbox. The others may be listed, but have no effect.
const SOURCES: &[(&str, bool)] = &[
    ("DROPBOX", true),
    ("GOOGLE_CLOUD_STORAGE", false),
    ("GOOGLE_DRIVE", false),
    ("NOTION", false),
    ("NOTION_DATABASE", false),
    ("INTERCOM", false),
    ("ONEDRIVE", false),
    ("SHAREPOINT", false),
    ("CONFLUENCE", false),
    ("BOX", false),
    ("ZENDESK", false),
    ("ZOTERO", false),
    ("S3", false),
    ("AZURE_BLOB_STORAGE", false),
    ("GMAIL", false),
    ("OUTLOOK", false),
    ("SERVICENOW", false),
    ("WEB_SCRAPE", false),
    ("RSS_FEED", false),
    ("FRESHDESK", false),
    ("GITBOOK", false),
    ("SALESFORCE", false),
    ("GITHUB", false),
    ("SLACK", false),
    ("GURU", false),
    ("GONG", false),
    ("DOCUMENT360", false),
];

/// Reads whether Dropbox is among the sources. An empty list contains none.
pub(super) fn include_dropbox(value: &Value) -> Read<bool> {
    if value == "ALL" {
        return Ok(true);
    }
    let sources = list(0..=SOURCES.len(), one_of(SOURCES))(value)?;
    Ok(sources.contains(&true))
}

/// Returns the sources with automatic sync.
pub(crate) fn followed(dropbox: bool) -> &'static [&'static str] {
    if dropbox { &["DROPBOX"] } else { &[] }
}

/// Returns the chosen limits.
pub(super) fn limits(settings: UserSettings) -> Value {
    let limits = [("max_files", settings.max_files), ("max_files_per_upload", settings.max_files_per_upload)];
    limits.into_iter().filter_map(|(name, files)| Some((name.to_owned(), json!(files?)))).collect()
}
