//! Reads the members of an endpoint that can be set and changed.

use serde_json::Value;
use shared::{
    answer::ApiError,
    delivery::{AwsPlace, Destination, Endpoint, Filter, Format, Order, RequestHeaders, signature::Scheme},
    egress::Destinations,
    members::Members,
};

use crate::{
    EndpointsApi,
    destination::{self, RequestedDestination},
    filter,
    value::{text, value},
};

/// Names of the members.
pub(crate) const FIELDS: [&str; 9] =
    ["url", "destination", "description", "filter", "format", "signatures", "order", "batch", "headers"];
/// Maximum length of a description, in characters.
const LONGEST_DESCRIPTION: usize = 500;
/// Maximum size of the metadata of Paragon's form, in bytes of JSON. It is repeated in each request.
const MOST_METADATA: usize = 4 * 1024;

/// Fields of an endpoint that a body sets.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Fields {
    pub(crate) url: Option<String>,
    pub(crate) destination: Option<RequestedDestination>,
    pub(crate) description: Option<Option<String>>,
    pub(crate) filter: Option<Filter>,
    pub(crate) format: Option<Format>,
    pub(crate) signatures: Option<Vec<Scheme>>,
    pub(crate) order: Option<Order>,
    pub(crate) batch: Option<u16>,
    pub(crate) headers: Option<RequestHeaders>,
}

impl Fields {
    /// Reads the members that the body has.
    pub(crate) fn read(members: &mut Members, api: &EndpointsApi) -> Result<Self, ApiError> {
        let fields = Self {
            url: url(members, &api.destinations)?,
            destination: destination::read(members, api.partition)?,
            description: members.optional(
                "description",
                &format!("a text of at most {LONGEST_DESCRIPTION} visible characters, or null"),
                description,
            )?,
            filter: filter::read(members)?,
            format: members.optional(
                "format",
                &format!(
                    "\"standard\", or {{\"kind\": \"paragon\"}} with metadata: an object of at most {MOST_METADATA} bytes"
                ),
                format_of,
            )?,
            signatures: members.optional(
                "signatures",
                "a list of one or more of standard, standard_asymmetric, paragon, carbon and carbon_compact, each once",
                signatures,
            )?,
            order: members.optional("order", "ordered or parallel", value)?,
            batch: members.optional(
                "batch",
                &format!("a whole number of events from 1 to {}", Endpoint::LARGEST_BATCH),
                batch,
            )?,
            headers: headers(members)?,
        };
        match fields.url.is_some() && fields.destination.is_some() {
            true => Err(malformed("An endpoint has either a url or a destination.")),
            false => Ok(fields),
        }
    }
}

/// Refuses what an endpoint cannot have together. `has_headers`: whether it has further request headers.
pub(crate) fn check_together(
    destination: &Destination,
    format: &Format,
    batch: u16,
    has_headers: bool,
) -> Result<(), ApiError> {
    if matches!(format, Format::Paragon { .. }) && batch != 1 {
        return Err(malformed("batch must be 1 with this format: its bodies have one event."));
    }
    let Some(aws) = destination.aws() else { return Ok(()) };
    if matches!(aws.place, AwsPlace::Bus(_)) && batch != 1 {
        return Err(malformed("batch must be 1 with an event bus: the detail of an event is one body."));
    }
    if has_headers {
        return Err(malformed(
            "headers are for an address: with a destination they must be an empty object.",
        ));
    }
    if *format == Format::Carbon {
        return Err(malformed("A webhook of Carbon's clients has an address, and no destination."));
    }
    Ok(())
}

fn malformed(message: &str) -> ApiError {
    ApiError::invalid("malformed_body", message)
}

fn url(members: &mut Members, destinations: &Destinations) -> Result<Option<String>, ApiError> {
    let text = members.optional("url", "an address that begins with https://", text)?;
    let Some(text) = text else { return Ok(None) };
    match destinations.check(&text) {
        Ok(url) => Ok(Some(url.into())),
        Err(reason) => Err(ApiError::invalid("url_not_allowed", format!("url cannot be used: {reason}."))),
    }
}

fn headers(members: &mut Members) -> Result<Option<RequestHeaders>, ApiError> {
    let headers = members.optional("headers", "an object of names and values, which are texts", value)?;
    let Some(headers) = headers else { return Ok(None) };
    match RequestHeaders::of(&headers) {
        Ok(headers) => Ok(Some(headers)),
        Err(reason) => Err(ApiError::invalid("malformed_body", format!("headers cannot be used: {reason}."))),
    }
}

fn description(value: &Value) -> Option<Option<String>> {
    if value.is_null() {
        return Some(None);
    }
    let text = value.as_str()?;
    let fits = text.chars().count() <= LONGEST_DESCRIPTION && !text.chars().any(char::is_control);
    fits.then(|| Some(text.to_owned()).filter(|text| !text.is_empty()))
}

/// Reads a format. Carbon's is for endpoints that its own clients make.
fn format_of(value: &Value) -> Option<Format> {
    if value == "standard" {
        return Some(Format::Standard);
    }
    let object = value.as_object()?;
    if object.get("kind")? != "paragon" || object.keys().any(|name| name != "kind" && name != "metadata") {
        return None;
    }
    let metadata = match object.get("metadata") {
        None => serde_json::Map::new(),
        Some(metadata) => metadata.as_object()?.clone(),
    };
    let size = serde_json::to_vec(&metadata).ok()?.len();
    (size <= MOST_METADATA).then_some(Format::Paragon { metadata })
}

fn signatures(listed: &Value) -> Option<Vec<Scheme>> {
    let schemes: Vec<Scheme> = value(listed)?;
    let is_repeated = schemes.iter().enumerate().any(|(index, scheme)| schemes[..index].contains(scheme));
    (!schemes.is_empty() && !is_repeated).then_some(schemes)
}

fn batch(value: &Value) -> Option<u16> {
    let number = value.as_u64().and_then(|number| u16::try_from(number).ok());
    number.filter(|number| (1..=Endpoint::LARGEST_BATCH).contains(number))
}
