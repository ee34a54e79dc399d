//! `POST /revoke_access_token`: disconnects an account.

use http::Response;
use lambda_http::Body;
use serde_json::json;
use shared::{
    model::{Connection, Lane, WalkReason},
    queue::RequestError,
};

use crate::{
    CarbonApi,
    answer::{Refusal, found},
    data_sources::{connection_with_id, data_source_id},
    fields::Fields,
    request::Asked,
};

/// At once for everybody who asks; the worker ends the tokens at Dropbox and removes what was mirrored. Said twice is said
/// once.
pub(crate) async fn revoke(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(asked.body)?;
    let id = data_source_id(&mut fields);
    let id = fields.end(id)?;
    let connection = connection_with_id(api, asked, id, true).await?;
    disconnect(api, &connection).await?;
    Ok(found(&json!({"success": true})))
}

/// Disconnects a connection, and lets the worker do the rest.
pub(crate) async fn disconnect(api: &CarbonApi, connection: &Connection) -> Result<(), Refusal> {
    let queued: Result<_, RequestError> = if api.purges.disconnect(connection, api.clock.now()).await? {
        api.requests.walk(connection.into(), Lane::Changes, WalkReason::Disconnected).await
    } else {
        return Ok(());
    };
    queued?;
    Ok(())
}
