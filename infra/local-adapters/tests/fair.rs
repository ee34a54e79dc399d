//! Fairness of standard queues between groups, as on SQS (T43). SQS gives no strict guarantee, so this is no
//! contract.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{sync::Arc, time::Duration};

use local_adapters::{MachineQueue, MachineQueues, QueueSettings};
use shared::{
    model::SystemClock,
    queue::{Delivery, Inbox, Outgoing, Queue},
};

fn queue() -> MachineQueue {
    let queues = MachineQueues::memory(Arc::new(SystemClock)).unwrap();
    queues.queue(QueueSettings::standard("lane", Duration::from_secs(600)))
}

async fn send(queue: &MachineQueue, group: &str, count: usize) {
    let message = |number| Outgoing {
        body: format!("{group} {number}"),
        group: Some(group.to_owned()),
        deduplication: None,
        delay: Duration::ZERO,
        reason: None,
    };
    queue.send((1..=count).map(message).collect()).await.unwrap();
}

async fn receive(queue: &MachineQueue) -> Delivery {
    queue.receive(1, Duration::ZERO).await.unwrap().pop().expect("something waits")
}

/// Receives and deletes messages one by one. Returns their bodies.
async fn one_by_one(queue: &MachineQueue, count: usize) -> Vec<String> {
    let mut bodies = Vec::new();
    for _ in 0..count {
        let delivery = receive(queue).await;
        queue.delete(&delivery.receipt).await.unwrap();
        bodies.push(delivery.body);
    }
    bodies
}

#[tokio::test]
async fn a_flood_of_one_group_does_not_hold_up_another() {
    let queue = queue();
    send(&queue, "a", 100).await;
    assert_eq!(one_by_one(&queue, 2).await, ["a 1", "a 2"]);
    send(&queue, "b", 2).await;
    assert_eq!(one_by_one(&queue, 4).await, ["b 1", "a 3", "b 2", "a 4"]);
}

#[tokio::test]
async fn consumers_are_shared_out_between_groups() {
    let queue = queue();
    send(&queue, "a", 100).await;
    let received = [receive(&queue).await, receive(&queue).await, receive(&queue).await];
    send(&queue, "b", 100).await;
    let mut next = Vec::new();
    for _ in 0..3 {
        next.push(receive(&queue).await.body);
    }
    assert_eq!(next, ["b 1", "b 2", "b 3"], "of a three are in flight");
    queue.delete(&received[0].receipt).await.unwrap();
    assert_eq!(receive(&queue).await.body, "a 4");
}

#[tokio::test]
async fn several_at_once_are_of_several_groups() {
    let queue = queue();
    send(&queue, "a", 100).await;
    send(&queue, "b", 1).await;
    send(&queue, "c", 2).await;
    let deliveries = queue.receive(5, Duration::ZERO).await.unwrap();
    let bodies: Vec<_> = deliveries.into_iter().map(|delivery| delivery.body).collect();
    assert_eq!(bodies, ["a 1", "b 1", "c 1", "a 2", "c 2"]);
}

#[tokio::test]
async fn a_group_alone_has_all_of_the_queue() {
    let queue = queue();
    send(&queue, "a", 12).await;
    assert_eq!(queue.receive(10, Duration::ZERO).await.unwrap().len(), 10);
    assert_eq!(queue.receive(10, Duration::ZERO).await.unwrap().len(), 2);
}
