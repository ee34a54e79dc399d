//! `files/upload_session/append_v2`.

use axum::body::Body;
use serde::Deserialize;
use tokio::task::spawn_blocking;

use super::{owner, receive_piece};
use crate::{
    api::{caller::Caller, error::SessionError, failure::Failure},
    uploads::Position,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppendArg {
    cursor: Position,
    #[serde(default)]
    close: bool,
    content_hash: Option<String>,
}

/// Adds bytes to a session.
pub(crate) async fn append(caller: Caller, arg: AppendArg, body: Body) -> Result<(), Failure> {
    let piece = receive_piece(&caller, body, arg.content_hash.as_deref()).await?;
    let append = move || caller.service.uploads.append(owner(&caller), &arg.cursor, &piece, arg.close);
    let appended = spawn_blocking(append).await?;
    appended.map_err(|problem| Failure::session(problem, |error: SessionError| error))
}
