//! Destinations of an endpoint's events: its address, a queue or bus in an application's AWS account, or a workflow.

mod arn;
mod bus_arn;
mod external_id;
mod partition;
mod queue_url;
mod role_arn;

use serde::{Deserialize, Serialize};

pub use bus_arn::BusArn;
pub use external_id::ExternalId;
pub use partition::Partition;
pub use queue_url::QueueUrl;
pub use role_arn::RoleArn;

/// Receiver of an endpoint's events.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// The endpoint's address.
    #[default]
    Address,
    /// A queue or bus in an AWS account of the application.
    Aws(AwsDestination),
    /// The workflow with the endpoint's own id. Projects do not see such an endpoint.
    Workflow,
}

impl Destination {
    /// Whether it is the endpoint's address.
    #[must_use]
    pub fn is_address(&self) -> bool {
        *self == Self::Address
    }

    /// Whether it is a workflow.
    #[must_use]
    pub fn is_workflow(&self) -> bool {
        *self == Self::Workflow
    }

    /// Returns the queue or bus, if it is one.
    #[must_use]
    pub fn aws(&self) -> Option<&AwsDestination> {
        match self {
            Self::Aws(aws) => Some(aws),
            Self::Address | Self::Workflow => None,
        }
    }
}

/// A queue or bus in an AWS account of the application, and how Dropline gets access to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwsDestination {
    /// The queue or bus.
    pub place: AwsPlace,
    /// The role that Dropline assumes to send there.
    pub role: RoleArn,
    /// External id that the role's trust policy asks for.
    pub external_id: ExternalId,
}

/// A queue or bus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AwsPlace {
    /// A queue of Amazon SQS.
    Queue(QueueUrl),
    /// An event bus of Amazon EventBridge.
    Bus(BusArn),
}

impl AwsPlace {
    /// Returns the region.
    #[must_use]
    pub fn region(&self) -> &str {
        match self {
            Self::Queue(queue) => queue.region(),
            Self::Bus(bus) => bus.region(),
        }
    }

    /// Checks that a deployment in `partition` can reach the place through this role: nobody is let from one
    /// partition into another, and a role is of the account whose queue or bus it opens.
    ///
    /// # Errors
    /// Fails if the place or the role is in another partition, or if they are in different accounts.
    pub fn check(&self, role: &RoleArn, partition: Partition) -> Result<(), InvalidDestination> {
        let (own, account) = match self {
            Self::Queue(queue) => (queue.partition(), queue.account()),
            Self::Bus(bus) => (bus.partition(), bus.account()),
        };
        if own != partition || role.partition() != partition {
            return Err(InvalidDestination::Partition(partition.as_str()));
        }
        if account == role.account() { Ok(()) } else { Err(InvalidDestination::Account) }
    }
}

/// A queue, bus or role that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDestination {
    /// It is no queue's address.
    #[error(
        "queue_url must be a queue's address, as https://sqs.eu-central-1.amazonaws.com/123456789012/events is"
    )]
    QueueUrl,
    /// The last part of the address is no queue's name.
    #[error(
        "the name in queue_url must have 1 to 80 letters, digits, hyphens and underscores, those of .fifo included"
    )]
    QueueName,
    /// It is no bus.
    #[error("event_bus_arn must be as arn:aws:events:eu-central-1:123456789012:event-bus/events is")]
    BusArn,
    /// It is no role.
    #[error("role_arn must be as arn:aws:iam::123456789012:role/dropline/events is")]
    RoleArn,
    /// It is a role that is never assumed.
    #[error("the role must be below the path /dropline/, because Dropline may assume no other")]
    RolePath,
    /// The deployment is in another partition of AWS.
    #[error("the deployment is in the partition {0} of AWS, and reaches nothing in another")]
    Partition(&'static str),
    /// The role is in another account.
    #[error("the role must be in the account of the queue or bus")]
    Account,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ROLE: &str = "arn:aws:iam::123456789012:role/dropline/events";

    #[test]
    fn destinations_are_stored_by_their_names() {
        let external_id: ExternalId = serde_json::from_value(json!("dropline-1f")).unwrap();
        let aws =
            |place| AwsDestination { place, role: ROLE.parse().unwrap(), external_id: external_id.clone() };
        let queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/events.fifo";
        let bus = "arn:aws:events:eu-central-1:123456789012:event-bus/events";
        for (destination, stored) in [
            (Destination::Address, json!("address")),
            (Destination::Workflow, json!("workflow")),
            (
                Destination::Aws(aws(AwsPlace::Queue(queue.parse().unwrap()))),
                json!({"aws": {"place": {"queue": queue}, "role": ROLE, "external_id": "dropline-1f"}}),
            ),
            (
                Destination::Aws(aws(AwsPlace::Bus(bus.parse().unwrap()))),
                json!({"aws": {"place": {"bus": bus}, "role": ROLE, "external_id": "dropline-1f"}}),
            ),
        ] {
            assert_eq!(json!(destination), stored);
            assert_eq!(serde_json::from_value::<Destination>(stored).unwrap(), destination);
        }
    }

    #[test]
    fn place_and_role_are_in_the_partition_of_the_deployment() {
        let place = |text: &str| AwsPlace::Bus(text.parse().unwrap());
        let (here, china) = (
            place("arn:aws:events:eu-central-1:123456789012:event-bus/events"),
            place("arn:aws-cn:events:cn-north-1:123456789012:event-bus/events"),
        );
        let (role, role_of_china): (RoleArn, RoleArn) =
            (ROLE.parse().unwrap(), ROLE.replace("arn:aws:", "arn:aws-cn:").parse().unwrap());
        assert_eq!(here.check(&role, Partition::Aws), Ok(()));
        assert_eq!(china.check(&role_of_china, Partition::China), Ok(()));
        for (place, role, partition) in [
            (&here, &role, Partition::China),
            (&here, &role_of_china, Partition::Aws),
            (&china, &role, Partition::Aws),
            (&china, &role, Partition::China),
        ] {
            let refused = place.check(role, partition);
            assert_eq!(refused, Err(InvalidDestination::Partition(partition.as_str())));
        }
    }

    #[test]
    fn a_role_opens_what_is_in_its_own_account() {
        let role: RoleArn = ROLE.replace("123456789012", "210987654321").parse().unwrap();
        let bus = "arn:aws:events:eu-central-1:123456789012:event-bus/events".parse().unwrap();
        let queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/events".parse().unwrap();
        for place in [AwsPlace::Bus(bus), AwsPlace::Queue(queue)] {
            assert_eq!(place.check(&role, Partition::Aws), Err(InvalidDestination::Account));
        }
    }
}
