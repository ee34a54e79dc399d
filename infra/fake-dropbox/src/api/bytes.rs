//! Streaming of a part of a file in constant memory.

use std::{fs::File, io};

use axum::body::Body;
use bytes::BytesMut;
use futures_util::stream;
use http::{HeaderMap, header::RANGE};
use tokio::io::AsyncReadExt;

use super::failure::Failure;

const PIECE: usize = 64 * 1024;

/// A range of bytes, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// First byte.
    pub(crate) first: u64,
    /// Last byte.
    pub(crate) last: u64,
}

impl Range {
    /// Returns the range that a request for a file of `size` bytes asks for. An invalid header asks for the
    /// whole file.
    pub(crate) fn read(headers: &HeaderMap, size: u64) -> Result<Option<Self>, Failure> {
        let header = headers.get(RANGE).and_then(|header| header.to_str().ok());
        let Some((first, last)) = header.and_then(ends) else { return Ok(None) };
        let range = match (first, last) {
            (Some(first), last) => Self { first, last: last.unwrap_or(u64::MAX).min(size.saturating_sub(1)) },
            (None, Some(count)) if count > 0 => {
                Self { first: size.saturating_sub(count), last: size.saturating_sub(1) }
            }
            (None, _) => return Err(Failure::Range(size)),
        };
        if range.first < size { Ok(Some(range)) } else { Err(Failure::Range(size)) }
    }

    /// Returns the number of bytes in the range.
    pub(crate) fn length(self) -> u64 {
        self.last - self.first + 1
    }

    /// Returns the value of the header `Content-Range`, for a file of `size` bytes.
    pub(crate) fn content_range(self, size: u64) -> String {
        format!("bytes {}-{}/{size}", self.first, self.last)
    }
}

/// Parses the two ends of "bytes=first-last", one of which may be missing.
fn ends(header: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    let end = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    let ends = (end(first)?, end(last)?);
    match ends {
        (None, None) => None,
        (Some(first), Some(last)) if last < first => None,
        _ => Some(ends),
    }
}

/// Streams the next `length` bytes of `file`. If the file has fewer, the response breaks off, so that the
/// client notices.
pub(crate) fn stream(file: File, length: u64) -> Body {
    let file = tokio::fs::File::from_std(file);
    Body::from_stream(stream::try_unfold((file, length), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let want = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        let mut piece = BytesMut::with_capacity(want);
        let got = (&mut file).take(want as u64).read_buf(&mut piece).await?;
        if got == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        Ok(Some((piece.freeze(), (file, left - got as u64))))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(header: &'static str, size: u64) -> Option<(u64, u64)> {
        let headers = HeaderMap::from_iter([(RANGE, http::HeaderValue::from_static(header))]);
        Range::read(&headers, size).unwrap().map(|range| (range.first, range.last))
    }

    #[test]
    fn ranges_are_cut_at_the_end_of_the_file() {
        assert_eq!(range("bytes=2-4", 10), Some((2, 4)));
        assert_eq!(range("bytes=2-", 10), Some((2, 9)));
        assert_eq!(range("bytes=2-99", 10), Some((2, 9)));
        assert_eq!(range("bytes=-3", 10), Some((7, 9)));
        assert_eq!(range("bytes=4-2", 10), None);
        assert_eq!(range("lines=1-2", 10), None);
    }

    #[test]
    fn a_range_that_begins_after_the_end_cannot_be_given() {
        for (header, size) in [("bytes=10-", 10), ("bytes=0-", 0), ("bytes=-0", 10)] {
            let headers = HeaderMap::from_iter([(RANGE, http::HeaderValue::from_static(header))]);
            assert!(matches!(Range::read(&headers, size), Err(Failure::Range(_))), "{header}");
        }
    }
}
