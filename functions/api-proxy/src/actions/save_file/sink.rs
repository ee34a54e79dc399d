//! The account as the destination of pieces: Dropbox's routes for uploads.

use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use shared::answer::ApiError;

use super::session::Sink;
use crate::actions::{account::Account, failure::Failure};

#[async_trait]
impl Sink for Account<'_> {
    async fn upload(&self, commit: &Value, hash: &str, bytes: Bytes) -> Result<Value, Failure> {
        let mut argument = commit.clone();
        argument["content_hash"] = json!(hash);
        Account::upload(self, "2/files/upload", &argument, bytes).await
    }

    async fn start(&self, hash: &str, bytes: Bytes) -> Result<String, Failure> {
        let argument = json!({"close": false, "content_hash": hash});
        let started = Account::upload(self, "2/files/upload_session/start", &argument, bytes).await?;
        let unnamed = || {
            let message = "Dropbox began an upload session without a name; ask again.";
            ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_unreadable", message)
        };
        Ok(started["session_id"].as_str().map(str::to_owned).ok_or_else(unnamed)?)
    }

    async fn append(&self, session: &str, offset: u64, hash: &str, bytes: Bytes) -> Result<(), Failure> {
        let cursor = json!({"session_id": session, "offset": offset});
        let argument = json!({"cursor": cursor, "close": false, "content_hash": hash});
        Account::upload(self, "2/files/upload_session/append_v2", &argument, bytes).await.map(drop)
    }

    async fn finish(
        &self,
        session: &str,
        offset: u64,
        commit: &Value,
        hash: &str,
        bytes: Bytes,
    ) -> Result<Value, Failure> {
        let cursor = json!({"session_id": session, "offset": offset});
        let argument = json!({"cursor": cursor, "commit": commit, "content_hash": hash});
        Account::upload(self, "2/files/upload_session/finish", &argument, bytes).await
    }
}
