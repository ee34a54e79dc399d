//! `files/download` and `files/export`.

use http::header::{HeaderValue, RANGE};
use reqwest::{Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ARGUMENT, Dropbox, DropboxError, Host, Session, client::succeeded};
use crate::model::{ItemId, Rev};

/// Header with the JSON of a content route's answer.
const RESULT: &str = "dropbox-api-result";

/// An export, to be streamed.
#[derive(Debug)]
pub struct Export {
    /// The answer with its bytes.
    pub response: Response,
    /// Dropbox's content hash of the bytes, if it has one.
    pub content_hash: Option<String>,
    /// Number of bytes, if Dropbox reports it.
    pub size: Option<u64>,
}

#[derive(Deserialize)]
struct ExportAnswer {
    export_metadata: ExportMetadata,
}

#[derive(Deserialize)]
struct ExportMetadata {
    export_hash: Option<String>,
    size: Option<u64>,
}

impl Dropbox {
    /// Downloads one revision from an offset on, as a stream.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn download_rev(
        &self,
        session: &Session,
        rev: &Rev,
        from: u64,
    ) -> Result<Response, DropboxError> {
        self.download(session, &format!("rev:{rev}"), from).await
    }

    /// Downloads the current content of a file from an offset on, as a stream.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn download_item(
        &self,
        session: &Session,
        id: &ItemId,
        from: u64,
    ) -> Result<Response, DropboxError> {
        self.download(session, id.as_str(), from).await
    }

    /// Exports a file that cannot be downloaded, in a format that Dropbox offers for it; without `format`, in
    /// the one that Dropbox chooses.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn export(
        &self,
        session: &Session,
        id: &ItemId,
        format: Option<&str>,
    ) -> Result<Export, DropboxError> {
        let mut argument = json!({"path": id.as_str()});
        if let Some(format) = format {
            argument["export_format"] = json!(format);
        }
        let request = self.content_request(session, "/2/files/export", &argument)?;
        let response = succeeded(self.send(request).await?).await?;
        let answer =
            response.headers().get(RESULT).and_then(|value| serde_json::from_slice(value.as_bytes()).ok());
        let about = answer.map(|answer: ExportAnswer| answer.export_metadata);
        let (content_hash, size) = about.map_or((None, None), |about| (about.export_hash, about.size));
        Ok(Export { response, content_hash, size })
    }

    async fn download(&self, session: &Session, path: &str, from: u64) -> Result<Response, DropboxError> {
        let mut request = self.content_request(session, "/2/files/download", &json!({"path": path}))?;
        if from > 0 {
            let range = HeaderValue::from_str(&format!("bytes={from}-"))
                .map_err(|error| DropboxError::Unavailable(error.to_string()))?;
            request.headers_mut().insert(RANGE, range);
        }
        let response = succeeded(self.send(request).await?).await?;
        if from > 0 && response.status() != StatusCode::PARTIAL_CONTENT {
            return Err(DropboxError::Unavailable("the range was not obeyed".to_owned()));
        }
        Ok(response)
    }

    fn content_request(
        &self,
        session: &Session,
        path: &str,
        argument: &Value,
    ) -> Result<reqwest::Request, DropboxError> {
        let mut request = self.session_request(self.hosts().url(Host::Content, path), session)?;
        // Revisions, ids and formats are ASCII, so the JSON is a valid header value without escaping.
        let argument = HeaderValue::from_str(&argument.to_string())
            .map_err(|_| DropboxError::NotFound("malformed id".to_owned()))?;
        request.headers_mut().insert(ARGUMENT, argument);
        Ok(request)
    }
}
