//! Search Folders: one page of `files/search_v2` for folders by their names, or the next one after a cursor.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::answer::ApiError;

use super::{
    account::Account,
    answer::{Answer, found},
    parameters::invalid,
    paths::FolderPath,
};

/// Maximum number of matches per page, as at Dropbox.
const MOST: u32 = 1_000;
/// Maximum length of a search text, in characters, as at Dropbox.
const LONGEST: usize = 1_000;

/// Parameters of Search Folders.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SearchFolders {
    /// The name, or the beginning of a word of it.
    #[schemars(length(min = 1, max = 1000))]
    folder_name: Option<String>,
    /// The folder to search below: its path or its id. Everywhere where it is missing.
    folder: Option<FolderPath>,
    /// Maximum number of matches on a page; 100 if it is missing.
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<u32>,
    /// The cursor of the page before, where its `has_more` is true; no other parameter beside it.
    cursor: Option<String>,
}

pub(crate) async fn run(given: SearchFolders, account: &Account<'_>) -> Answer {
    let mut page = match (&given.cursor, &given.folder_name) {
        (Some(cursor), None) if given.folder.is_none() && given.limit.is_none() => {
            account.ask("2/files/search/continue_v2", &json!({"cursor": cursor})).await?
        }
        (None, Some(name)) => account.ask("2/files/search_v2", &argument(&given, name)?).await?,
        _ => return Err(invalid("Search for folderName, or go on after cursor, which stands alone.").into()),
    };
    if let Some(matches) = page["matches"].as_array_mut() {
        matches.retain(is_folder);
    }
    Ok(found(&page))
}

fn argument(given: &SearchFolders, name: &str) -> Result<Value, ApiError> {
    if name.trim().is_empty() || name.chars().count() > LONGEST {
        return Err(invalid("The parameter folderName must be a text of 1 to 1000 characters."));
    }
    let mut options = json!({
        "path": given.folder.as_ref().map(FolderPath::as_str).unwrap_or_default(),
        "filename_only": true,
        "file_categories": [{".tag": "folder"}],
    });
    if let Some(limit) = given.limit {
        if !(1..=MOST).contains(&limit) {
            return Err(invalid("The parameter limit must be a number from 1 to 1000."));
        }
        options["max_results"] = json!(limit);
    }
    Ok(json!({"query": name, "options": options}))
}

/// Whether a match is a folder. Dropbox was asked for folders only, but a file among them must not be
/// returned.
fn is_folder(found: &Value) -> bool {
    found.pointer("/metadata/metadata/.tag").and_then(Value::as_str) == Some("folder")
}
