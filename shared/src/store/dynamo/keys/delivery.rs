//! Keys of what is delivered: notices, endpoints, deliveries and attempts.

use super::{Key, SHARDS, segment_sort, wake_shard_name};
use crate::{
    delivery::Stream,
    model::{ConnectionId, EndpointId, ProjectId, Timestamp},
};

/// Partition of a stream's notices.
pub(in crate::store::dynamo) fn notice_partition(stream: Stream) -> String {
    format!("notices#{stream}")
}

pub(in crate::store::dynamo) fn notices(stream: Stream, first: u64) -> Key {
    Key::new(notice_partition(stream), segment_sort(first))
}

/// Partition of a project's endpoints, or of a connection's subscriptions.
pub(in crate::store::dynamo) fn endpoints(home: Stream) -> String {
    format!("endpoints#{home}")
}

pub(in crate::store::dynamo) fn endpoint(home: Stream, id: EndpointId) -> Key {
    Key::new(endpoints(home), id.to_string())
}

/// End of the sort keys of rows that say how an endpoint answers.
pub(in crate::store::dynamo) const ENDPOINT_HEALTH: &str = "#health";

pub(in crate::store::dynamo) fn endpoint_health(home: Stream, id: EndpointId) -> Key {
    Key::new(endpoints(home), format!("{id}{ENDPOINT_HEALTH}"))
}

/// Row that says with which connection a subscription is stored. Its partition begins like those of endpoints, so that
/// whoever may read or write these may do so there.
pub(in crate::store::dynamo) fn endpoint_home(id: EndpointId) -> Key {
    Key::new(format!("endpoints#{id}"), "home")
}

/// Prefix of the partition keys of deliveries.
const DELIVERIES: &str = "delivery#";

/// Partition of all deliveries to an endpoint.
pub(in crate::store::dynamo) fn deliveries(endpoint: EndpointId) -> String {
    format!("{DELIVERIES}{endpoint}")
}

/// Prefix of the sort key of the delivery of a project's own stream.
const OWN_STREAM: &str = "project#";

pub(in crate::store::dynamo) fn delivery(endpoint: EndpointId, stream: Stream) -> Key {
    let sort = match stream {
        Stream::Connection(connection) => connection.to_string(),
        Stream::Project(project) => format!("{OWN_STREAM}{project}"),
    };
    Key::new(deliveries(endpoint), sort)
}

/// Returns the delivery that has this key.
pub(in crate::store::dynamo) fn delivery_of(pk: &str, sk: &str) -> Option<(EndpointId, Stream)> {
    let endpoint = pk.strip_prefix(DELIVERIES)?.parse().ok()?;
    let stream = match sk.strip_prefix(OWN_STREAM) {
        Some(project) => Stream::Project(project.parse().ok()?),
        None => Stream::Connection(sk.parse().ok()?),
    };
    Some((endpoint, stream))
}

/// The shard of a delivery in the index by `wake_at`.
pub(in crate::store::dynamo) fn delivery_wake_shard(endpoint: EndpointId, stream: Stream) -> String {
    let stream = match stream {
        Stream::Connection(ConnectionId(id)) | Stream::Project(ProjectId(id)) => id,
    };
    wake_shard_name((stream.as_bytes()[0] ^ endpoint.0.as_bytes()[0]) % SHARDS)
}

/// Partition of the attempts at deliveries to an endpoint.
pub(in crate::store::dynamo) fn attempts(endpoint: EndpointId) -> String {
    format!("attempts#{endpoint}")
}

pub(in crate::store::dynamo) fn attempt(endpoint: EndpointId, at: Timestamp, random: u32) -> Key {
    Key::new(attempts(endpoint), format!("{}#{random:08x}", attempt_sort(at)))
}

/// Returns a sort key before those of the attempts that began at this time, and after all earlier ones.
pub(in crate::store::dynamo) fn attempt_sort(at: Timestamp) -> String {
    format!("{:016}", at.0)
}
