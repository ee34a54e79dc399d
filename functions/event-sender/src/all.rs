//! Wakes all deliveries of an endpoint that wait: when it answers again, or is enabled again.

use shared::{
    delivery::{DeliveryMessage, Stream},
    model::EndpointId,
    store::StoredDelivery,
};

use crate::{Failure, Sender};

/// Number of deliveries that one message wakes.
const PAGE: u16 = 500;

/// Asks for all deliveries of an endpoint.
pub(crate) async fn ask(sender: &Sender, endpoint: EndpointId) -> Result<(), Failure> {
    let message = DeliveryMessage::DeliverAll { endpoint, after: None };
    Ok(sender.queue.send(vec![message.at_once()]).await?)
}

/// Wakes a page of deliveries, and asks for the next page.
pub(crate) async fn run(sender: &Sender, endpoint: EndpointId, after: Option<Stream>) -> Result<(), Failure> {
    let page = sender.store.deliveries(endpoint, after, PAGE).await?;
    let mut messages = Vec::new();
    for StoredDelivery { stream, retry_at, is_owed, .. } in &page {
        if retry_at.is_some() {
            sender.store.hasten_delivery(endpoint, *stream, sender.clock.now()).await?;
        } else if !is_owed {
            continue;
        }
        messages.push(DeliveryMessage::Deliver { endpoint, stream: *stream, owner: None }.at_once());
    }
    if let Some(last) = page.last().filter(|_| page.len() == usize::from(PAGE)) {
        messages.push(DeliveryMessage::DeliverAll { endpoint, after: Some(last.stream) }.at_once());
    }
    Ok(sender.queue.send(messages).await?)
}
