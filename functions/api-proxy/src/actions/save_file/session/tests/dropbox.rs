//! A fake of Dropbox's upload sessions.

use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{Response, StatusCode};
use serde_json::{Value, json};
use shared::answer::ApiError;

use super::super::{Sink, hash_of};
use crate::actions::failure::Failure;

/// A fake with a single session, and the file that it becomes.
#[derive(Default)]
pub(super) struct Dropbox(Mutex<Recorded>);

#[derive(Default)]
pub(super) struct Recorded {
    pub(super) bytes: BytesMut,
    pub(super) has_session: bool,
    pub(super) saved: Option<Bytes>,
    /// Sizes of all accepted requests, in bytes.
    pub(super) requests: Vec<usize>,
    /// Whether each of the next appends takes effect although its answer is lost; the last one first.
    pub(super) lost: Vec<bool>,
    /// Error with which the next request is refused.
    pub(super) refused: Option<Value>,
}

impl Dropbox {
    pub(super) fn recorded(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().unwrap()
    }

    fn take(&self, hash: &str, bytes: &Bytes) -> Result<(), Failure> {
        let mut recorded = self.recorded();
        if let Some(error) = recorded.refused.take() {
            return Err(refusal(&error));
        }
        assert_eq!(hash, hash_of(bytes), "each request has the hash of its bytes");
        recorded.requests.push(bytes.len());
        recorded.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn file(&self) -> Value {
        let mut recorded = self.recorded();
        let whole = recorded.bytes.split().freeze();
        recorded.has_session = false;
        let metadata = json!({"name": "file", "size": whole.len(), "content_hash": hash_of(&whole)});
        recorded.saved = Some(whole);
        metadata
    }

    fn check_offset(&self, offset: u64) -> Result<(), Value> {
        let recorded = self.recorded();
        let correct = recorded.bytes.len() as u64;
        match recorded.has_session {
            false => Err(json!({".tag": "not_found"})),
            true if offset == correct => Ok(()),
            true => Err(json!({".tag": "incorrect_offset", "correct_offset": correct})),
        }
    }
}

fn refusal(error: &Value) -> Failure {
    let mut answer = Response::new(Bytes::from(json!({"error": error}).to_string()));
    *answer.status_mut() = StatusCode::CONFLICT;
    answer.into()
}

fn lost() -> Failure {
    ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_unreachable", "No answer.").into()
}

#[async_trait]
impl Sink for Dropbox {
    async fn upload(&self, _: &Value, hash: &str, bytes: Bytes) -> Result<Value, Failure> {
        self.take(hash, &bytes)?;
        Ok(self.file())
    }

    async fn start(&self, hash: &str, bytes: Bytes) -> Result<String, Failure> {
        self.take(hash, &bytes)?;
        self.recorded().has_session = true;
        Ok("session".to_owned())
    }

    async fn append(&self, session: &str, offset: u64, hash: &str, bytes: Bytes) -> Result<(), Failure> {
        assert_eq!(session, "session");
        let is_lost = self.recorded().lost.pop();
        if is_lost == Some(false) {
            return Err(lost());
        }
        self.check_offset(offset).map_err(|error| refusal(&error))?;
        self.take(hash, &bytes)?;
        if is_lost == Some(true) { Err(lost()) } else { Ok(()) }
    }

    async fn finish(
        &self,
        session: &str,
        offset: u64,
        _: &Value,
        hash: &str,
        bytes: Bytes,
    ) -> Result<Value, Failure> {
        assert_eq!(session, "session");
        let lookup_failed = |error| refusal(&json!({".tag": "lookup_failed", "lookup_failed": error}));
        self.check_offset(offset).map_err(lookup_failed)?;
        self.take(hash, &bytes)?;
        Ok(self.file())
    }
}
