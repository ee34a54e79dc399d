//! Problems with an upload session.

/// Reason why a session does not accept or return bytes.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The session does not exist, or has expired.
    NotFound,
    /// It has another number of bytes: this one.
    IncorrectOffset(u64),
    /// It accepts no more bytes.
    Closed,
    /// The service failed.
    Internal(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}
