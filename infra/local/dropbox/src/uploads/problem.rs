//! Why a session does not take or give bytes.

/// Why a session does not take or give bytes.
#[derive(Debug)]
pub(crate) enum Problem {
    /// There is no such session, or not any more.
    NotFound,
    /// It holds another number of bytes: this one.
    IncorrectOffset(u64),
    /// It takes no more bytes.
    Closed,
    /// The service failed.
    Internal(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}
