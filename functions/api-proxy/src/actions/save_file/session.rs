//! Uploads a file to Dropbox, piece by piece.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;
use shared::{
    answer::ApiError,
    dropbox::{BLOCK, ContentHasher},
};
use tokio::time::{Instant, timeout};

use super::{
    progress::Progress,
    sent::{Sent, is_there, of_session},
    source::Source,
};
use crate::actions::failure::Failure;

/// Size of a piece, in bytes: whole blocks of the content hash, and far below Dropbox's limit of 150 MiB per
/// request. Each request counts against a limit on some team plans.
pub(super) const PIECE: usize = 2 * BLOCK;
/// Maximum size of a file at Dropbox, in bytes (2^41 - 2^22).
const LARGEST: u64 = 2_199_019_061_248;
/// Timeout of the first piece of a call.
const PATIENCE: Duration = Duration::from_secs(120);

/// Destination of the pieces.
#[async_trait]
pub(super) trait Sink: Sync {
    /// Uploads a whole file in one request. Here and below, `hash` is the content hash of `bytes`.
    async fn upload(&self, commit: &Value, hash: &str, bytes: Bytes) -> Result<Value, Failure>;

    /// Begins an upload session with its first bytes, and returns its id.
    async fn start(&self, hash: &str, bytes: Bytes) -> Result<String, Failure>;

    /// Appends bytes at an offset.
    async fn append(&self, session: &str, offset: u64, hash: &str, bytes: Bytes) -> Result<(), Failure>;

    /// Appends the last bytes, and creates the file.
    async fn finish(
        &self,
        session: &str,
        offset: u64,
        commit: &Value,
        hash: &str,
        bytes: Bytes,
    ) -> Result<Value, Failure>;
}

/// State of an upload at the end of a call.
#[derive(Debug)]
pub(super) enum State {
    /// Finished; with Dropbox's metadata of the file.
    Saved(Value),
    /// Out of time.
    Unfinished { progress: Progress, size: Option<u64> },
}

/// A file that is being saved.
pub(super) struct Saving<'a, S> {
    pub(super) sink: &'a S,
    /// Path and write mode of the file.
    pub(super) commit: &'a Value,
    /// Time after which no further piece is begun.
    pub(super) deadline: Instant,
    /// Size of a piece, in bytes: whole blocks.
    pub(super) piece: usize,
}

impl<S: Sink> Saving<'_, S> {
    /// Sends pieces until the file is complete or the time is up. A failure after the session began has
    /// `resume`, with which another call can continue.
    pub(super) async fn run(&self, mut source: Source, progress: Option<Progress>) -> Result<State, Failure> {
        let mut sent = Sent::after(progress);
        let mut has_begun = false;
        loop {
            check_size(source.size(), sent.offset)?;
            let piece = match self.next_piece(&mut source, has_begun).await {
                Ok(Some(piece)) => piece,
                Ok(None) => return sent.unfinished(&source),
                Err(error) => return Err(sent.resumable(error, &source)),
            };
            has_begun = true;
            if piece.len() < self.piece {
                let offset = sent.offset;
                let before = sent.progress(&source);
                let saved = self.end(&mut sent, piece).await;
                return saved.map(State::Saved).map_err(|error| of_session(error, before, offset));
            }
            self.send(&mut sent, piece).await.map_err(|error| sent.resumable(error, &source))?;
            if Instant::now() >= self.deadline {
                return sent.unfinished(&source);
            }
        }
    }

    /// Reads the next piece. Returns `None` if the time is up before it is complete.
    async fn next_piece(&self, source: &mut Source, has_begun: bool) -> Result<Option<Bytes>, Failure> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let time = if has_begun { left } else { left.max(PATIENCE) };
        match timeout(time, source.piece(self.piece)).await {
            Ok(piece) => Ok(Some(piece?)),
            Err(_) if has_begun => Ok(None),
            Err(_) => Err(too_slow().into()),
        }
    }

    /// Sends a piece that is not the last.
    async fn send(&self, sent: &mut Sent, piece: Bytes) -> Result<(), Failure> {
        let hash = hash_of(&piece);
        match &sent.session {
            None => sent.session = Some(self.sink.start(&hash, piece.clone()).await?),
            Some(session) => self.append(session, sent.offset, &hash, &piece).await?,
        }
        sent.hasher.update(&piece);
        sent.offset += piece.len() as u64;
        Ok(())
    }

    /// Appends a piece. If no answer comes it is sent again, because Dropbox appends bytes at an offset only
    /// once.
    async fn append(&self, session: &str, offset: u64, hash: &str, piece: &Bytes) -> Result<(), Failure> {
        let again = match self.sink.append(session, offset, hash, piece.clone()).await {
            Err(failure) if failure.status().is_server_error() => {
                self.sink.append(session, offset, hash, piece.clone()).await
            }
            answer => answer,
        };
        match again {
            Err(failure) if is_there(&failure, offset + piece.len() as u64) => Ok(()),
            answer => answer,
        }
    }

    /// Sends the last piece, which may be empty, and compares the hash of Dropbox's file with that of the
    /// bytes read.
    async fn end(&self, sent: &mut Sent, piece: Bytes) -> Result<Value, Failure> {
        let hash = hash_of(&piece);
        sent.hasher.update(&piece);
        let metadata = match &sent.session {
            None => self.sink.upload(self.commit, &hash, piece).await?,
            Some(session) => self.sink.finish(session, sent.offset, self.commit, &hash, piece).await?,
        };
        let expected = sent.hasher.clone().finish();
        match metadata["content_hash"].as_str() {
            Some(arrived) if arrived != expected => Err(other_bytes().into()),
            _ => Ok(metadata),
        }
    }
}

fn hash_of(bytes: &[u8]) -> String {
    let mut hasher = ContentHasher::new();
    hasher.update(bytes);
    hasher.finish()
}

fn check_size(size: Option<u64>, sent: u64) -> Result<(), ApiError> {
    if size.unwrap_or(sent) <= LARGEST {
        return Ok(());
    }
    let message = format!("A file at Dropbox has at most {LARGEST} bytes.");
    Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "file_too_large", message))
}

fn too_slow() -> ApiError {
    let message = format!("Less than {PIECE} bytes came within {} s.", PATIENCE.as_secs());
    ApiError::new(StatusCode::GATEWAY_TIMEOUT, "source_too_slow", message)
}

fn other_bytes() -> ApiError {
    let message = "What Dropbox has is not what was sent; look at the file, and save it again.";
    ApiError::new(StatusCode::BAD_GATEWAY, "content_hash_mismatch", message)
}

#[cfg(test)]
mod tests;
