//! `DELETE …/sdk/integrations/{integration}`: disconnects an account, as `DELETE …/connections/{connection}`
//! does.

use serde_json::json;
use shared::{
    answer::ApiError,
    linking::disconnect,
    model::{Connection, ConnectionStatus},
};

use crate::{
    ParagonApi,
    answer::{Answer, accepted},
    find, headers,
    request::AuthorizedRequest,
};

/// Disconnects a connection. All later requests see that at once; the worker then revokes the tokens and
/// removes what was mirrored. Idempotent.
pub(crate) async fn uninstall(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    find::integration(request.caller.project, request.named())?;
    let connection = match headers::credential(request.headers)? {
        Some(id) => find::connection(api, request, id).await?,
        None => only(api, request).await?,
    };
    disconnect(api.store.as_ref(), &api.requests, api.clock.as_ref(), &connection).await?;
    Ok(accepted(&json!({"id": connection.id, "status": "disconnected"})))
}

/// Returns the user's only connection. If there are several, none is guessed, because the request may repeat
/// one whose answer was lost.
async fn only(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Result<Connection, ApiError> {
    let mut all = api.store.connections_of_user(request.caller.project, &request.caller.user).await?;
    all.retain(|one| one.status != ConnectionStatus::Disconnected);
    match all.pop() {
        Some(only) if all.is_empty() => Ok(only),
        Some(_) => Err(find::ambiguous()),
        None => Err(find::no_credential()),
    }
}
