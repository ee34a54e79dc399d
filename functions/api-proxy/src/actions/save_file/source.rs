//! Where bytes come from, piece by piece.

use bytes::Bytes;
use shared::answer::ApiError;

use super::{object::ObjectSource, web::WebSource};

/// Where bytes come from.
pub(super) enum Source {
    /// They came with the request.
    Bytes(Bytes),
    /// An object of the bucket.
    Object(ObjectSource),
    /// An address of the internet.
    Web(WebSource),
}

impl Source {
    pub(super) fn of_bytes(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }

    /// The next piece: `size` bytes, and less at the end only; then nothing.
    pub(super) async fn piece(&mut self, size: usize) -> Result<Bytes, ApiError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.split_to(size.min(bytes.len()))),
            Self::Object(object) => object.piece(size).await,
            Self::Web(web) => web.piece(size).await,
        }
    }

    /// How many bytes there are in all, where that is known.
    pub(super) fn size(&self) -> Option<u64> {
        match self {
            Self::Bytes(_) => None,
            Self::Object(object) => object.size(),
            Self::Web(web) => web.size(),
        }
    }

    /// What names this very content. Without it another call could not go on.
    pub(super) fn version(&self) -> Option<&str> {
        match self {
            Self::Bytes(_) => None,
            Self::Object(object) => object.version(),
            Self::Web(web) => web.version(),
        }
    }
}

/// 409: the bytes that an earlier call began with are not there any more.
pub(super) fn changed() -> ApiError {
    let message =
        "What is saved has changed meanwhile, or cannot be read from its middle; ask for it without resume.";
    ApiError::new(http::StatusCode::CONFLICT, "source_changed", message)
}
