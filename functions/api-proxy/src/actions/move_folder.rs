//! Move Folder: `files/move_v2` of a folder, and of nothing else.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{
    account::Account,
    answer::Answer,
    folders,
    paths::{ItemPath, NewPath},
};

/// Parameters of Move Folder.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MoveFolder {
    /// The folder to move: its path or its id. Not the root.
    from_path: ItemPath,
    /// Its new path, with its new name at the end, such as /Archive/2026.
    to_path: NewPath,
    /// Whether to take another name where this one is taken. Without it the action is refused then.
    #[serde(default)]
    autorename: bool,
    /// Whether the folder may pass to another owner by the move, as into a team's folder.
    #[serde(default)]
    allow_ownership_transfer: bool,
}

pub(crate) async fn run(given: MoveFolder, account: &Account<'_>) -> Answer {
    // By its id, so that a file that takes the folder's place meanwhile is not moved.
    let id = folders::id(given.from_path.as_str(), account).await?;
    let argument = json!({
        "from_path": id,
        "to_path": given.to_path.as_str(),
        "autorename": given.autorename,
        "allow_ownership_transfer": given.allow_ownership_transfer,
    });
    account.pass_on("2/files/move_v2", &argument).await
}
