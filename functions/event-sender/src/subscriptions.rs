//! Wakes the trigger subscriptions that have no address of their own, when their project's is another one.

use shared::{
    delivery::DeliveryMessage,
    model::{EndpointId, ProjectId, UserId},
    store::StoredEndpoint,
};

use crate::{Failure, Sender};

/// Number of users whose subscriptions one message wakes.
const USERS: u32 = 50;

/// Wakes the subscriptions of some users, and asks for those of the next users. What the former address has answered
/// says nothing about the new one: failures are forgotten, and what was disabled for them is enabled.
pub(crate) async fn run(
    sender: &Sender,
    (project, endpoint): (ProjectId, EndpointId),
    after: Option<UserId>,
) -> Result<(), Failure> {
    let users = sender.store.users(project, after.as_ref(), USERS).await?;
    let mut messages = Vec::new();
    for user in &users {
        for connection in sender.store.connection_ids_of_user(project, &user.user).await? {
            let found = sender.store.subscriptions(connection).await?;
            for subscription in found.iter().filter(|one| one.endpoint.url.is_empty()) {
                forget_failures(sender, subscription).await?;
                let endpoint = subscription.endpoint.id;
                messages.push(DeliveryMessage::DeliverAll { endpoint, after: None }.at_once());
            }
        }
    }
    if let Some(last) = users.last().filter(|_| users.len() == USERS as usize) {
        let after = Some(last.user.clone());
        messages.push(DeliveryMessage::DeliverSubscriptions { project, endpoint, after }.at_once());
    }
    Ok(sender.queue.send(messages).await?)
}

async fn forget_failures(sender: &Sender, found: &StoredEndpoint) -> Result<(), Failure> {
    if found.health.disabled.is_some() {
        sender.store.enable_endpoint(&found.endpoint).await?;
    } else if found.health.failing_since.is_some() {
        sender.store.note_endpoint_success(&found.endpoint).await?;
    }
    Ok(())
}
