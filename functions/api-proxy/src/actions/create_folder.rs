//! Create Folder: `files/create_folder_v2`, which also creates missing parent folders.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{
    account::Account,
    answer::Answer,
    parameters::invalid,
    paths::{FolderPath, Name, NewPath},
};

/// Parameters of Create Folder.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateFolder {
    /// The path of the new folder, such as /Reports/2026; or else folderName.
    path: Option<NewPath>,
    /// The name of the new folder, in `folder`; or else path.
    #[serde(alias = "name")]
    folder_name: Option<Name>,
    /// The folder in which folderName is made: its path or its id. The root where it is missing.
    folder: Option<FolderPath>,
    /// Whether to take another name where this one is taken. Without it the action is refused then.
    #[serde(default)]
    autorename: bool,
}

pub(crate) async fn run(given: CreateFolder, account: &Account<'_>) -> Answer {
    let path = match (&given.path, &given.folder_name) {
        (Some(path), None) if given.folder.is_none() => path.as_str().to_owned(),
        (None, Some(name)) => given.folder.unwrap_or_default().join(name, account).await?,
        _ => return Err(invalid("Name the folder by path, or by folderName and folder.").into()),
    };
    account.pass_on("2/files/create_folder_v2", &json!({"path": path, "autorename": given.autorename})).await
}
