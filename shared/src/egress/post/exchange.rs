//! Answers whose body is wanted.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use reqwest::Response;
use tokio::time::{Instant, timeout_at};

use super::{PostError, reason, retry_after::retry_after};
use crate::model::{Clock, SystemClock};

/// An answer with its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchanged {
    /// Its status, which may be a redirect.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Time to wait before the next request, if the receiver asks for it (`Retry-After`); at most a day.
    pub retry_after: Option<Duration>,
    /// The body, or its beginning.
    pub body: Bytes,
    /// Whether the body is longer.
    pub is_cut: bool,
}

/// Reads an answer whose headers have arrived, with at most `limit` bytes of its body.
pub(super) async fn read(
    mut response: Response,
    deadline: Instant,
    limit: usize,
) -> Result<Exchanged, PostError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let retry_after = retry_after(&headers, SystemClock.now());
    let mut body = Vec::new();
    while body.len() <= limit {
        let piece = timeout_at(deadline, response.chunk()).await.map_err(|_| PostError::Timeout)?;
        let Some(piece) = piece.map_err(reason)? else { break };
        body.extend_from_slice(&piece);
    }
    let is_cut = body.len() > limit;
    body.truncate(limit);
    Ok(Exchanged { status, headers, retry_after, body: body.into(), is_cut })
}
