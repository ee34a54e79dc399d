//! Content of an https address, read as it arrives.

use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use http::StatusCode;
use shared::{
    answer::ApiError,
    egress::{Download, FetchError, PublicUrl, Web},
};

use super::{progress::Progress, source::changed};

type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, FetchError>> + Send>>;

/// A download from an offset.
pub(super) struct WebSource {
    pieces: Pieces,
    /// Bytes that have arrived and are not read yet: less than a piece, plus the last chunk of the network.
    buffer: BytesMut,
    size: Option<u64>,
    version: Option<String>,
}

impl WebSource {
    /// Requests the content of the address.
    pub(super) async fn open(web: &Web, url: &str, progress: Option<&Progress>) -> Result<Self, ApiError> {
        let url = PublicUrl::parse(url).map_err(|error| refused(&FetchError::NotAllowed(error)))?;
        let download = match progress {
            None => web.download(&url).await,
            Some(progress) => web.resume(&url, &progress.version, progress.offset).await,
        };
        Ok(Self::of(download.map_err(|error| refused(&error))?))
    }

    fn of(download: Download) -> Self {
        let (size, version) = (download.size, download.version.clone());
        Self { pieces: Box::pin(download.into_stream()), buffer: BytesMut::new(), size, version }
    }

    pub(super) async fn piece(&mut self, size: usize) -> Result<Bytes, ApiError> {
        while self.buffer.len() < size {
            match self.pieces.next().await {
                Some(piece) => self.buffer.extend_from_slice(&piece.map_err(|error| refused(&error))?),
                None => break,
            }
        }
        Ok(self.buffer.split_to(size.min(self.buffer.len())).freeze())
    }

    pub(super) fn size(&self) -> Option<u64> {
        self.size
    }

    pub(super) fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }
}

/// Returns the error for an address that gives no bytes. It does not repeat the address, which may contain a
/// signature.
fn refused(error: &FetchError) -> ApiError {
    match error {
        FetchError::NotAllowed(why) => {
            let message =
                format!("The address in file.url, or one that it redirects to, is not called: {why}.");
            ApiError::invalid("url_not_allowed", message)
        }
        FetchError::TooManyRedirects => {
            ApiError::invalid("url_not_allowed", "The address in file.url redirects and redirects.")
        }
        FetchError::Refused(status) => {
            let message = format!("The address in file.url answers with status {}.", status.as_u16());
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "source_refused", message)
        }
        FetchError::Unreachable(why) => {
            tracing::info!(%why, "a caller's address gives no bytes");
            let message = "The address in file.url cannot be reached on the public internet, or broke off.";
            ApiError::new(StatusCode::BAD_GATEWAY, "source_unreachable", message)
        }
        FetchError::NotResumable => changed(),
    }
}
