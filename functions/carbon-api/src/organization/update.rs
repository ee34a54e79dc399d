//! `POST /organization/update`: changes how accounts are followed and limited, for users without choices of
//! their own.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};

use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, Read, WrongField},
    request::AuthorizedRequest,
    users::settings_change,
};

/// Stores the defaults. The next walk of each connection reads them, so a call changes one row, however many
/// users there are.
pub(crate) async fn update(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let change = fields.object("global_user_config", settings_change);
    fields.optional("data_source_configs", no_configs);
    fields.end(Some(()))?;
    api.store.change_user_defaults(request.caller.project, change).await?;
    Ok(found(&json!({"success": true})))
}

/// Accepts only an empty object: the operator chooses the formats, and nothing else in these fields has an
/// effect.
fn no_configs(value: &Value) -> Read<()> {
    if value.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(());
    }
    let message = "data sources are not configured here: the operator chooses formats for the project; send {} or nothing";
    Err(vec![WrongField::new(message, "value_error.not_supported")])
}
