//! List Files: one page of `files/list_folder`, or the next one after a cursor.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{account::Account, answer::Answer, parameters::invalid, paths::FolderPath};

/// Maximum number of entries per page, as at Dropbox.
const MOST: u32 = 2_000;

/// Parameters of List Files.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ListFiles {
    /// The folder: its path or its id. The root where it is missing.
    folder: Option<FolderPath>,
    /// Whether to list what is in its folders, too.
    recursive: Option<bool>,
    /// Whether to list what was deleted, too.
    include_deleted: Option<bool>,
    /// About how many entries a page has; Dropbox decides where it is missing.
    #[schemars(range(min = 1, max = 2000))]
    limit: Option<u32>,
    /// The cursor of the page before, where its `has_more` is true; no other parameter beside it.
    cursor: Option<String>,
}

pub(crate) async fn run(given: ListFiles, account: &Account<'_>) -> Answer {
    let begins = given.folder.is_some()
        || given.recursive.is_some()
        || given.include_deleted.is_some()
        || given.limit.is_some();
    match given.cursor {
        Some(_) if begins => Err(invalid("A cursor stands alone: it says what is listed.").into()),
        Some(cursor) => account.pass_on("2/files/list_folder/continue", &json!({"cursor": cursor})).await,
        None => first_page(&given, account).await,
    }
}

async fn first_page(given: &ListFiles, account: &Account<'_>) -> Answer {
    let mut argument = json!({
        "path": given.folder.as_ref().map(FolderPath::as_str).unwrap_or_default(),
        "recursive": given.recursive.unwrap_or_default(),
        "include_deleted": given.include_deleted.unwrap_or_default(),
    });
    if let Some(limit) = given.limit {
        if !(1..=MOST).contains(&limit) {
            return Err(invalid("The parameter limit must be a number from 1 to 2000.").into());
        }
        argument["limit"] = json!(limit);
    }
    account.pass_on("2/files/list_folder", &argument).await
}
