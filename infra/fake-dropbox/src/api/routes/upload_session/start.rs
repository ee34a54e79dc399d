//! `files/upload_session/start`.

use axum::body::Body;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use super::{owner, receive_piece};
use crate::api::{argument, caller::Caller, failure::Failure};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartArg {
    #[serde(default)]
    close: bool,
    #[serde(default, deserialize_with = "argument::union")]
    session_type: SessionType,
    content_hash: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
enum SessionType {
    #[default]
    Sequential,
    Concurrent,
}

#[derive(Debug, Serialize)]
pub(crate) struct Started {
    session_id: String,
}

/// Starts a session, optionally with its first bytes.
pub(crate) async fn start(caller: Caller, arg: StartArg, body: Body) -> Result<Started, Failure> {
    if let SessionType::Concurrent = arg.session_type {
        let about = "session_type: this service has no concurrent sessions, only sequential ones";
        return Err(Failure::Argument(about.to_owned()));
    }
    let piece = receive_piece(&caller, body, arg.content_hash.as_deref()).await?;
    let begun = spawn_blocking(move || caller.service.uploads.start(owner(&caller), &piece, arg.close));
    Ok(Started { session_id: begun.await?? })
}
