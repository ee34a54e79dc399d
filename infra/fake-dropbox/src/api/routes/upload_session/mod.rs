//! Routes below `files/upload_session/`.

mod append;
mod finish;
mod start;

pub(crate) use append::append;
pub(crate) use finish::finish;
pub(crate) use start::start;

use axum::body::Body;
use tokio::task::spawn_blocking;

use crate::{
    api::{caller::Caller, failure::Failure, receiving::receive},
    uploads::{Owner, Piece},
};

/// Receives all bytes of a request before the session is checked, because a response before their end may not
/// reach the client.
async fn receive_piece(caller: &Caller, body: Body, expected: Option<&str>) -> Result<Piece, Failure> {
    let service = caller.service.clone();
    let (piece, file) = spawn_blocking(move || service.uploads.piece()).await??;
    receive(body, file, expected).await?;
    Ok(piece)
}

fn owner(caller: &Caller) -> Owner<'_> {
    Owner { app: &caller.app.key, account: caller.account.profile.namespace }
}
