//! The member `destination`: a queue or bus in an AWS account of the application.

use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    delivery::{AwsDestination, AwsPlace, Destination, ExternalId, InvalidDestination, Partition, RoleArn},
    members::Members,
};

use crate::value::text;

/// A queue or bus that a body asks for, and the role by which it is reached.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RequestedDestination {
    pub(crate) place: AwsPlace,
    pub(crate) role: RoleArn,
}

/// Kind of a destination.
enum Kind {
    Queue,
    Bus,
}

impl RequestedDestination {
    /// Returns it as a destination.
    pub(crate) fn with(self, external_id: ExternalId) -> Destination {
        let Self { place, role } = self;
        Destination::Aws(AwsDestination { place, role, external_id })
    }
}

/// Reads the member. `partition` is that of the deployment; without one, there are no queues and buses.
pub(crate) fn read(
    members: &mut Members,
    partition: Option<Partition>,
) -> Result<Option<RequestedDestination>, ApiError> {
    let Some(mut object) = members.object("destination")? else { return Ok(None) };
    let Some(partition) = partition else {
        let message =
            "This deployment delivers to addresses only: it is not on AWS, or its region is not known.";
        return Err(ApiError::invalid("destination_not_available", message));
    };
    let kind = object.required("type", "sqs or event_bridge", |value| match value.as_str()? {
        "sqs" => Some(Kind::Queue),
        "event_bridge" => Some(Kind::Bus),
        _ => None,
    })?;
    let named = match kind {
        Kind::Queue => "queue_url",
        Kind::Bus => "event_bus_arn",
    };
    let place = object.required(named, "a text", text)?;
    let role = object.required("role_arn", "a text", text)?;
    object.end(&["type", named, "role_arn"])?;
    asked(&kind, &place, &role, partition).map(Some).map_err(|reason| {
        ApiError::invalid("destination_not_allowed", format!("destination cannot be used: {reason}."))
    })
}

fn asked(
    kind: &Kind,
    place: &str,
    role: &str,
    partition: Partition,
) -> Result<RequestedDestination, InvalidDestination> {
    let place = match kind {
        Kind::Queue => AwsPlace::Queue(place.parse()?),
        Kind::Bus => AwsPlace::Bus(place.parse()?),
    };
    let role = role.parse()?;
    place.check(&role, partition)?;
    Ok(RequestedDestination { place, role })
}

/// Returns a queue or bus as JSON, in the form in which it can be sent again; null for any other destination.
pub(crate) fn to_json(destination: &Destination) -> Value {
    let Some(AwsDestination { place, role, .. }) = destination.aws() else { return Value::Null };
    match place {
        AwsPlace::Queue(queue) => json!({"type": "sqs", "queue_url": queue, "role_arn": role}),
        AwsPlace::Bus(bus) => json!({"type": "event_bridge", "event_bus_arn": bus, "role_arn": role}),
    }
}
