//! Reads `webhookOverride`: an address of a subscription's own.

use std::collections::BTreeMap;

use serde_json::Value;
use shared::{
    answer::ApiError,
    delivery::{OwnAddress, RequestHeaders},
    egress::Destinations,
};

use super::MOST_BYTES;
use crate::{
    document::document,
    fields::{Fields, Read, text},
};

/// Name of the field.
pub(super) const NAME: &str = "webhookOverride";
/// Maximum length of an address, in bytes.
const LONGEST_URL: usize = 2048;

/// Reads the address, its headers and the metadata; `None` if the field is absent or null.
pub(super) fn read(fields: &Fields, destinations: &Destinations) -> Result<Option<OwnAddress>, ApiError> {
    if fields.given(NAME).is_none_or(Value::is_null) {
        return Ok(None);
    }
    let own = fields.object(NAME)?;
    let url = own.required("url", text(1..=LONGEST_URL))?;
    let url = destinations.check(&url).map_err(|reason| {
        ApiError::invalid("url_not_allowed", format!("The field {NAME}.url cannot be used: {reason}."))
    })?;
    let headers = own.optional("headers", headers)?.unwrap_or_default();
    let metadata = own.optional("metadata", document(MOST_BYTES))?.unwrap_or_default();
    Ok(Some(OwnAddress { url: url.into(), headers, metadata }))
}

fn headers(value: &Value) -> Read<RequestHeaders> {
    let named: Option<BTreeMap<String, String>> = serde_json::from_value(value.clone()).ok();
    let named = named.ok_or_else(|| "must be an object of names and values, which are texts".to_owned())?;
    RequestHeaders::of(&named).map_err(|reason| format!("cannot be used: {reason}"))
}
