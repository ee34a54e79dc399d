//! `files/download`.

use http::header::HeaderValue;
use reqwest::Response;
use serde_json::json;

use super::{Dropbox, DropboxError, Host, client::succeeded};
use crate::model::{AccessToken, ItemId, Rev};

/// The header with the argument of content routes.
const ARGUMENT: &str = "dropbox-api-arg";

impl Dropbox {
    /// The bytes of one revision, to be streamed.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn download_rev(&self, token: &AccessToken, rev: &Rev) -> Result<Response, DropboxError> {
        self.download(token, &format!("rev:{rev}")).await
    }

    /// The bytes of a file as it is now, to be streamed.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn download_item(&self, token: &AccessToken, id: &ItemId) -> Result<Response, DropboxError> {
        self.download(token, id.as_str()).await
    }

    async fn download(&self, token: &AccessToken, path: &str) -> Result<Response, DropboxError> {
        let mut request = self.request(self.hosts().url(Host::Content, "/2/files/download"), token)?;
        // Revisions and ids are ASCII, so the JSON needs no escaping to stand in a header.
        let argument = HeaderValue::from_str(&json!({"path": path}).to_string())
            .map_err(|_| DropboxError::NotFound("malformed id".to_owned()))?;
        request.headers_mut().insert(ARGUMENT, argument);
        succeeded(self.send(request).await?).await
    }
}
