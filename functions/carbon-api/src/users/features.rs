//! `POST /modify_user_configuration`: switches Carbon's features for a user. There is only one, which
//! Dropline does not have.

use http::Response;
use lambda_http::Body;
use serde_json::{Map, Value, json};

use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, Read, WrongField, one_of},
    request::AuthorizedRequest,
};

/// Accepts switching the feature off. Switching it on is refused, because its user would wait for vectors
/// that never come.
pub(crate) async fn modify(
    _: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let name = fields.required("configuration_key_name", one_of(&[("sparse_vectors", ())]));
    let value = fields.required("value", switched_off);
    fields.end(name.zip(value))?;
    Ok(found(&json!({"success": true})))
}

fn switched_off(value: &Value) -> Read<()> {
    let Some(value) = value.as_object() else {
        return Err(vec![WrongField::new("value is not a valid dict", "type_error.dict")]);
    };
    let is_off = |value: &Map<String, Value>| {
        value.values().all(|one| matches!(one, Value::Null | Value::Bool(false)))
    };
    if is_off(value) {
        return Ok(());
    }
    let message = "Dropline makes no vectors, so this stays off";
    Err(vec![WrongField::new(message, "value_error.not_supported")])
}
