//! Metadata of folders, with a check that the given path or id is a folder's.

use http::StatusCode;
use serde_json::{Value, json};
use shared::answer::ApiError;

use super::{account::Account, failure::Failure};

/// Returns Dropbox's metadata of the folder with this path or id.
pub(crate) async fn metadata(path: &str, account: &Account<'_>) -> Result<Value, Failure> {
    let metadata = account.ask("2/files/get_metadata", &json!({"path": path})).await?;
    if metadata[".tag"] == "folder" { Ok(metadata) } else { Err(not_a_folder()) }
}

/// Returns a folder's id.
pub(crate) async fn id(path: &str, account: &Account<'_>) -> Result<String, Failure> {
    text(&metadata(path, account).await?, "id")
}

/// Returns a folder's path.
pub(crate) async fn path(id: &str, account: &Account<'_>) -> Result<String, Failure> {
    text(&metadata(id, account).await?, "path_display")
}

fn text(metadata: &Value, member: &str) -> Result<String, Failure> {
    metadata[member].as_str().map(str::to_owned).ok_or_else(not_a_folder)
}

/// 409: the path or id is not a folder's (for instance a file's), or the folder is not mounted.
fn not_a_folder() -> Failure {
    let message = "What is named is no folder of this account's tree; name a folder.";
    ApiError::new(StatusCode::CONFLICT, "not_a_folder", message).into()
}
