//! Get Folder by ID: `files/get_metadata` of a folder.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    account::Account,
    answer::{Answer, found},
    folders,
    paths::FolderId,
};

/// Parameters of Get Folder by ID.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetFolder {
    /// The folder's id at Dropbox, such as `id:a4ayc_80_OEAAAAAAAAAXw`.
    #[serde(alias = "id")]
    folder_id: FolderId,
}

pub(crate) async fn run(given: GetFolder, account: &Account<'_>) -> Answer {
    Ok(found(&folders::metadata(given.folder_id.as_str(), account).await?))
}
