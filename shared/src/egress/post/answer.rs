//! Answers to deliveries.

use std::time::Duration;

use http::StatusCode;
use reqwest::Response;
use tokio::time::{Instant, timeout_at};

use super::retry_after::retry_after;
use crate::model::{Clock, SystemClock};

/// Maximum number of bytes of an answer that are read.
const READ: usize = 64 * 1024;
/// Maximum number of bytes of an answer that are kept.
const KEPT: usize = 1024;

/// An answer to a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status, which may be a redirect.
    pub status: StatusCode,
    /// Time to wait before the next delivery, if the receiver asks for it (`Retry-After`); at most a day.
    pub retry_after: Option<Duration>,
    /// The first KB of the body, without control characters.
    pub excerpt: String,
    /// Time from the beginning of the attempt to the end of the answer.
    pub duration: Duration,
}

/// Reads an answer whose headers have arrived. The status counts: a body that is too long, breaks off, or has not ended
/// at the deadline is kept as far as it came.
pub(super) async fn read(mut response: Response, began: Instant, deadline: Instant) -> Answer {
    let status = response.status();
    let retry_after = retry_after(response.headers(), SystemClock.now());
    let mut kept = Vec::new();
    let mut read = 0;
    while read < READ {
        let Ok(Ok(Some(piece))) = timeout_at(deadline, response.chunk()).await else { break };
        read += piece.len();
        kept.extend_from_slice(&piece[..piece.len().min(KEPT - kept.len())]);
    }
    Answer { status, retry_after, excerpt: excerpt(&kept), duration: began.elapsed() }
}

/// Returns bytes as text in one line. A character that is cut off at the end is left out.
fn excerpt(bytes: &[u8]) -> String {
    let whole = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    };
    let in_one_line = |one: char| if one.is_whitespace() { ' ' } else { one };
    String::from_utf8_lossy(whole).chars().map(in_one_line).filter(|one| !one.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_line_of_text() {
        assert_eq!(excerpt(b"a\r\nb\tc\x1b[31m\0\x7f\xc2\x85"), "a  b c[31m ");
        assert_eq!(excerpt("na\u{ef}ve".as_bytes()), "na\u{ef}ve");
        assert_eq!(excerpt(b"na\xc3"), "na", "cut off");
        assert_eq!(excerpt(b"\xff\xfea"), "\u{fffd}\u{fffd}a");
        assert_eq!(excerpt(b""), "");
    }
}
