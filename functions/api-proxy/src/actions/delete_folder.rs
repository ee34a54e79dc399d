//! Delete Folder: `files/delete_v2` of a folder with everything in it, and of nothing else.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{account::Account, answer::Answer, folders, paths::ItemPath};

/// Parameters of Delete Folder.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteFolder {
    /// The folder to delete with all that is in it: its path or its id. Not the root.
    path: ItemPath,
}

pub(crate) async fn run(given: DeleteFolder, account: &Account<'_>) -> Answer {
    // By its id, so that a file that takes the folder's place meanwhile is not deleted.
    let id = folders::id(given.path.as_str(), account).await?;
    account.pass_on("2/files/delete_v2", &json!({"path": id})).await
}
