//! Purposes of endpoints, and the members that endpoints for triggers and subscriptions may have.

use http::StatusCode;
use shared::{
    answer::ApiError,
    delivery::{Endpoint, Format, Purpose, signature::Scheme},
    members::Members,
    model::Tags,
};

use crate::fields::Fields;

/// Reads the member `purpose` of a new endpoint.
pub(crate) fn read(members: &mut Members) -> Result<Purpose, ApiError> {
    let purpose = members.optional("purpose", "events or triggers", |value| match value.as_str()? {
        "events" => Some(Purpose::Events),
        "triggers" => Some(Purpose::Triggers),
        _ => None,
    })?;
    Ok(purpose.unwrap_or_default())
}

/// Returns the name of a purpose.
pub(crate) fn name(purpose: &Purpose) -> &'static str {
    match purpose {
        Purpose::Events => "events",
        Purpose::Triggers => "triggers",
        Purpose::Subscription(_) => "subscription",
    }
}

/// Returns the signatures of an endpoint that names none: what Paragon signs with for triggers, else those of Standard
/// Webhooks.
pub(crate) fn usual_signatures(purpose: &Purpose) -> Vec<Scheme> {
    match purpose {
        Purpose::Triggers => vec![Scheme::Paragon],
        Purpose::Events | Purpose::Subscription(_) => vec![Scheme::Standard, Scheme::StandardAsymmetric],
    }
}

/// Returns the format of an endpoint that names none.
pub(crate) fn usual_format(purpose: &Purpose) -> Format {
    match purpose {
        Purpose::Triggers => Format::Paragon { metadata: Tags::new() },
        Purpose::Events | Purpose::Subscription(_) => Format::Standard,
    }
}

/// Refuses what only the subscriptions of an endpoint for triggers have.
pub(crate) fn check_triggers(fields: &Fields, has_others: bool) -> Result<(), ApiError> {
    if fields.destination.is_some() {
        let message = "An endpoint for triggers has an address, and no destination.";
        return Err(ApiError::invalid("malformed_body", message));
    }
    let is_set = fields.filter.is_some() || fields.format.is_some() || fields.batch.is_some() || has_others;
    if !is_set {
        return Ok(());
    }
    let message = "An endpoint for triggers has no filter, format, batch, starts_at and pause: \
                   its subscriptions say what is delivered.";
    Err(ApiError::invalid("malformed_body", message))
}

/// Refuses a change of a subscription but for a pause and its end.
pub(crate) fn check_subscription(fields: &Fields) -> Result<(), ApiError> {
    if *fields == Fields::default() { Ok(()) } else { Err(of_subscription()) }
}

/// Refuses to replace the keys of a subscription.
pub(crate) fn check_has_keys(endpoint: &Endpoint) -> Result<(), ApiError> {
    if endpoint.subscription().is_none() { Ok(()) } else { Err(of_subscription()) }
}

fn of_subscription() -> ApiError {
    let message = "This is a trigger subscription: change it with PATCH …/trigger-subscriptions/{id}. It has the keys \
                   of the project's endpoint for triggers.";
    ApiError::new(StatusCode::CONFLICT, "endpoint_of_subscription", message)
}
