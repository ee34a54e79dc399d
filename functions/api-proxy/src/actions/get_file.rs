//! Get File by Name, and Download File: a file's bytes, a link to them, or its metadata.
//!
//! A folder has at most one file of a name, but several folders below it may each have one: then the action
//! is refused and lists them. A new file is found by a search only some time after it was written, but in its
//! own folder at once.

use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::answer::ApiError;

use super::{
    account::Account,
    answer::{Answer, found},
    failure::Failure,
    parameters::invalid,
    paths::{FilePath, FolderPath, Name},
};

/// Number of matches per page of the search.
const PAGE: u32 = 1_000;
/// Maximum number of pages of a search: Dropbox finds at most 10,000 matches.
const PAGES: usize = 12;
/// Maximum number of files that are listed if several match.
const NAMED: usize = 20;

/// Parameters of Get File by Name and of Download File.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetFile {
    /// The whole name of the file, such as report.pdf, in `folder`; or else path.
    #[serde(alias = "name")]
    file_name: Option<Name>,
    /// The folder in which fileName is: its path or its id. The root where it is missing.
    folder: Option<FolderPath>,
    /// Whether to look in the folders below, too. Where several files have the name, the action is refused,
    /// and names them.
    #[serde(default)]
    include_subfolders: bool,
    /// The file's path, its id, or one of its revisions as rev:…; or else fileName.
    path: Option<FilePath>,
    /// Kind of the answer; content if it is missing.
    #[serde(default, rename = "return")]
    returned: Returned,
}

/// Form of the answer.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Returned {
    /// The file's bytes, with Dropbox's metadata in the header `Dropbox-API-Result`.
    #[default]
    Content,
    /// The metadata, and a link to the bytes that Dropbox serves for four hours.
    Link,
    /// The metadata alone.
    Metadata,
}

pub(crate) async fn run(given: GetFile, account: &Account<'_>) -> Answer {
    let path = match (given.path, &given.file_name) {
        (Some(path), None) if given.folder.is_none() && !given.include_subfolders => path.as_str().to_owned(),
        (None, Some(name)) => {
            let folder = given.folder.unwrap_or_default();
            if given.include_subfolders {
                the_one_below(&folder, name, account).await?
            } else {
                folder.join(name, account).await?
            }
        }
        _ => return Err(invalid("Name the file by path, or by fileName and folder.").into()),
    };
    let argument = json!({"path": path});
    match given.returned {
        Returned::Content => account.download("2/files/download", &argument).await,
        Returned::Link => account.pass_on("2/files/get_temporary_link", &argument).await,
        Returned::Metadata => Ok(found(&metadata(&argument, account).await?)),
    }
}

async fn metadata(argument: &Value, account: &Account<'_>) -> Result<Value, Failure> {
    let metadata = account.ask("2/files/get_metadata", argument).await?;
    if metadata[".tag"] == "file" {
        return Ok(metadata);
    }
    let message = "What is named is no file; name a file.";
    Err(ApiError::new(StatusCode::CONFLICT, "not_a_file", message).into())
}

/// Returns the id of the only file of this name below a folder.
async fn the_one_below(folder: &FolderPath, name: &Name, account: &Account<'_>) -> Result<String, Failure> {
    let mut named = files_below(folder, name, account).await?;
    match named.as_slice() {
        [] => {
            let message =
                "No file of this name was found; one that is new is found by a search only after a while.";
            Err(ApiError::not_found("file_not_found", message).into())
        }
        [only] => Ok(only["id"].as_str().unwrap_or_default().to_owned()),
        several => {
            let message =
                format!("{} files have this name; name one of `matches` by its id in path.", several.len());
            named.truncate(NAMED);
            let error = ApiError::new(StatusCode::CONFLICT, "several_files", message);
            Err(Failure::from(error).with("matches", named))
        }
    }
}

/// Returns the files of this name below a folder, each once: a search may repeat itself.
async fn files_below(folder: &FolderPath, name: &Name, account: &Account<'_>) -> Result<Vec<Value>, Failure> {
    let options = json!({"path": folder.as_str(), "filename_only": true, "max_results": PAGE});
    let argument = json!({"query": name.as_str(), "options": options});
    let mut page = account.ask("2/files/search_v2", &argument).await?;
    let mut files: Vec<Value> = Vec::new();
    for _ in 0..PAGES {
        for entry in page["matches"].as_array_mut().map(std::mem::take).unwrap_or_default() {
            let file = entry.pointer("/metadata/metadata").cloned().unwrap_or_default();
            let is_named =
                file[".tag"] == "file" && file["name"].as_str().is_some_and(|other| name.is(other));
            if is_named && files.iter().all(|other| other["id"] != file["id"]) {
                files.push(file);
            }
        }
        match page["cursor"].as_str().filter(|_| page["has_more"] == true) {
            Some(cursor) => {
                let argument = json!({"cursor": cursor});
                page = account.ask("2/files/search/continue_v2", &argument).await?;
            }
            None => return Ok(files),
        }
    }
    Ok(files)
}
