//! Calls to Dropbox for one connection, with its token and root, and none during a pause.

use http::StatusCode;
use shared::{
    answer::{ApiError, needs_reauth, paused},
    dropbox::{Dropbox, DropboxError, Session},
    model::{Connection, ConnectionStatus},
    tokens::TokenError,
};

use crate::{CarbonApi, answer::Refusal};

/// Calls Dropbox; once more with a new token if Dropbox reports the first one as expired.
pub(super) async fn ask<T, F>(
    api: &CarbonApi,
    connection: &Connection,
    call: impl Fn(Dropbox, Session) -> F,
) -> Result<T, Refusal>
where
    F: Future<Output = Result<T, DropboxError>>,
{
    if connection.status != ConnectionStatus::Active {
        return Err(needs_reauth().into());
    }
    let now = api.clock.now();
    if let Some(until) = api.schedules.schedule(connection.id).await?.pause(now) {
        return Err(paused(until.since(now)).into());
    }
    let path_root = connection.root.path_root().map(str::to_owned);
    let token = api.tokens.access(connection).await.map_err(refused)?;
    let session = Session { token, path_root };
    let answer = match call(api.dropbox.clone(), session.clone()).await {
        Err(DropboxError::TokenExpired) => {
            let token = api.tokens.access_instead_of(connection, &session.token).await.map_err(refused)?;
            call(api.dropbox.clone(), Session { token, ..session }).await
        }
        answer => answer,
    };
    if let Err(DropboxError::RateLimited(wait)) = &answer {
        api.schedules.pause(connection.id, api.clock.now().plus(*wait)).await?;
    }
    answer.map_err(failed)
}

fn refused(error: TokenError) -> Refusal {
    ApiError::from(error).into()
}

fn failed(error: DropboxError) -> Refusal {
    match error {
        DropboxError::NeedsReauth(_) => needs_reauth().into(),
        DropboxError::RateLimited(wait) => paused(wait).into(),
        // The item is not a folder, or does not exist.
        DropboxError::NotFound(_) | DropboxError::Refused(409, _) => not_found(),
        error => {
            tracing::warn!(%error, "a listing failed");
            let message = "Dropbox did not answer; ask again in a few seconds.";
            ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_unreachable", message).after(5).into()
        }
    }
}

/// 404: the account has no such folder.
fn not_found() -> Refusal {
    ApiError::not_found("item_not_found", "The account has no such folder.").into()
}
