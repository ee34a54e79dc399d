//! `POST /revoke_access_token`: disconnects an account.

use http::Response;
use lambda_http::Body;
use serde_json::json;
use shared::linking::disconnect;

use crate::{
    CarbonApi,
    answer::{Refusal, found},
    data_sources::{connection_named, data_source_id},
    fields::Fields,
    request::AuthorizedRequest,
};

/// Disconnects a connection. All later requests see that at once; the worker then revokes the tokens and
/// removes what was mirrored. Idempotent.
pub(crate) async fn revoke(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let id = data_source_id(&mut fields);
    let id = fields.end(id)?;
    let connection = connection_named(api, request, id, true).await?;
    disconnect(api.store.as_ref(), &api.requests, api.clock.as_ref(), &connection).await?;
    Ok(found(&json!({"success": true})))
}
