//! Sources of bytes, read piece by piece.

use bytes::Bytes;
use shared::answer::ApiError;

use super::{object::ObjectSource, web::WebSource};

/// A source of bytes.
pub(super) enum Source {
    /// Bytes of the request.
    Bytes(Bytes),
    /// An object of the bucket.
    Object(ObjectSource),
    /// An https address on the public internet.
    Web(WebSource),
}

impl Source {
    pub(super) fn of_bytes(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }

    /// Reads the next piece: `size` bytes, fewer at the end, and none after that.
    pub(super) async fn piece(&mut self, size: usize) -> Result<Bytes, ApiError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.split_to(size.min(bytes.len()))),
            Self::Object(object) => object.piece(size).await,
            Self::Web(web) => web.piece(size).await,
        }
    }

    /// Returns the total number of bytes, if known.
    pub(super) fn size(&self) -> Option<u64> {
        match self {
            Self::Bytes(_) => None,
            Self::Object(object) => object.size(),
            Self::Web(web) => web.size(),
        }
    }

    /// Returns the version of the content, without which another call cannot resume.
    pub(super) fn version(&self) -> Option<&str> {
        match self {
            Self::Bytes(_) => None,
            Self::Object(object) => object.version(),
            Self::Web(web) => web.version(),
        }
    }
}

/// 409: the content with which an earlier call began is not there any more.
pub(super) fn changed() -> ApiError {
    let message =
        "What is saved has changed meanwhile, or cannot be read from its middle; ask for it without resume.";
    ApiError::new(http::StatusCode::CONFLICT, "source_changed", message)
}
