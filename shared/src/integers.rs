//! Integers of 53 bits, which every JSON parser reads exactly, by which Carbon's clients name what has a UUID or a
//! text as id.
//!
//! They are derived, so they are always the same. Connections and mirrored items have integers of
//! their own ([`ItemNumber`](crate::model::ItemNumber)).

use uuid::Uuid;

use crate::model::{ConnectionId, EndpointId, ItemId, ProjectId, UserId};

/// Returns the integer of a project, as an organization.
#[must_use]
pub fn organization(project: ProjectId) -> u64 {
    number(Uuid::new_v5(&project.0, b"organization"))
}

/// Returns the integer of a project's user.
#[must_use]
pub fn user(project: ProjectId, user: &UserId) -> u64 {
    number(Uuid::new_v5(&project.0, format!("user:{user}").as_bytes()))
}

/// Returns the integer of an item of an account, whether it is mirrored or not.
#[must_use]
pub fn item(connection: ConnectionId, item: &ItemId) -> u64 {
    number(Uuid::new_v5(&connection.0, format!("item:{item}").as_bytes()))
}

/// Returns the integer of an endpoint, as a webhook.
#[must_use]
pub fn webhook(project: ProjectId, endpoint: EndpointId) -> u64 {
    number(Uuid::new_v5(&project.0, format!("webhook:{endpoint}").as_bytes()))
}

/// Returns the first 53 bits, or 1 if they are 0.
fn number(id: Uuid) -> u64 {
    (id.as_u64_pair().0 >> 11).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_every_time_and_exact_in_javascript() {
        let project: ProjectId = "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a".parse().unwrap();
        let [one, two] = ["user-1", "user-2"].map(|id| user(project, &id.parse().unwrap()));
        assert_eq!(one, user(project, &"user-1".parse().unwrap()));
        assert_ne!(one, two);
        assert!([one, two, organization(project)].iter().all(|id| (1..1 << 53).contains(id)));
    }
}
