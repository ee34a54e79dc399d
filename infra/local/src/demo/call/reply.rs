//! Answers to calls.

use http::StatusCode;
use serde_json::Value;

/// Answer to a call, or why there was none.
#[derive(Debug, Clone, Default)]
pub(in crate::demo) struct Reply {
    /// Number of the call in the log.
    pub(in crate::demo) number: u64,
    /// Status; `None`: there was no answer.
    pub(in crate::demo) status: Option<StatusCode>,
    /// Beginning of the body.
    pub(in crate::demo) bytes: Vec<u8>,
    /// Body, if all of it was read and is JSON; else null.
    pub(in crate::demo) body: Value,
}

impl Reply {
    pub(super) async fn read(mut response: reqwest::Response, limit: usize) -> Self {
        let status = Some(response.status());
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return Self::failed(&error),
            }
            if bytes.len() >= limit {
                bytes.truncate(limit);
                break;
            }
        }
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Self { number: 0, status, bytes, body }
    }

    pub(super) fn failed(error: &reqwest::Error) -> Self {
        let why = if error.is_timeout() { "There was no answer in time." } else { "There was no answer." };
        Self { bytes: why.into(), ..Self::default() }
    }

    pub(in crate::demo) fn is_good(&self) -> bool {
        self.status.is_some_and(|status| status.is_success())
    }

    /// Returns the body as text; `None` if it is none. A character that the limit has cut is left out.
    pub(in crate::demo) fn text(&self) -> Option<&str> {
        text(&self.bytes)
    }

    /// Returns why the call failed, as a sentence; `None` if it has not failed.
    pub(in crate::demo) fn trouble(&self) -> Option<String> {
        if self.is_good() {
            return None;
        }
        let said = |name: &str| self.body[name].as_str().map(str::to_owned);
        let text = || String::from_utf8_lossy(&self.bytes).chars().take(200).collect();
        Some(said("message").or_else(|| said("error_summary")).unwrap_or_else(text))
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok(),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_was_cut_is_left_out() {
        assert_eq!(text("a\u{20ac}".as_bytes()), Some("a\u{20ac}"));
        assert_eq!(text(&"a\u{20ac}".as_bytes()[..3]), Some("a"));
        assert_eq!(text(&[b'a', 255, b'b']), None);
    }

    #[test]
    fn a_refusal_is_told_in_its_own_words() {
        let refused = |body: &str| Reply {
            status: Some(StatusCode::CONFLICT),
            bytes: body.into(),
            body: serde_json::from_str(body).unwrap_or_default(),
            ..Reply::default()
        };
        for (body, trouble) in [
            (r#"{"code": "x", "message": "Not now."}"#, "Not now."),
            (r#"{"error_summary": "path/not_found/"}"#, "path/not_found/"),
            ("<h1>Bad gateway</h1>", "<h1>Bad gateway</h1>"),
        ] {
            assert_eq!(refused(body).trouble().as_deref(), Some(trouble));
        }
        assert_eq!(Reply { status: Some(StatusCode::OK), ..Reply::default() }.trouble(), None);
    }
}
