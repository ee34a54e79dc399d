//! Contract of a FIFO queue: it delivers the messages of a group one at a time and in order, each until it is
//! acknowledged.

use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
    time::Duration,
};

use futures_util::future::{join, join_all};
use shared::queue::Outgoing;
use tokio::time::Instant;

use super::{QueueHarness, Settings, TestQueue, bodies, first};
use crate::PATIENCE;

fn message(group: &str, body: &str) -> Outgoing {
    Outgoing {
        body: body.to_owned(),
        group: Some(group.to_owned()),
        deduplication: Some(uuid::Uuid::new_v4().to_string()),
        delay: Duration::ZERO,
        reason: None,
    }
}

/// Creates `count` messages for each group, numbered within the group and interleaved.
fn numbered(groups: &[&str], count: usize) -> Vec<Outgoing> {
    let number = |number: usize| groups.iter().map(move |group| message(group, &number.to_string()));
    (0..count).flat_map(number).collect()
}

/// A group's messages are delivered in the order in which they were sent, by one call or by several.
pub async fn a_group_comes_in_order(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(true)).await;
    queue.send(vec![message("a", "1"), message("a", "2")]).await;
    queue.send(vec![message("a", "3")]).await;
    for (body, count) in [("1", 1), ("2", 1), ("3", 1)] {
        let delivery = queue.receive_and_delete().await;
        assert_eq!((delivery.body.as_str(), delivery.receive_count), (body, count));
        assert_eq!(delivery.group.as_deref(), Some("a"));
    }
    queue.expect_nothing().await;
}

/// While a message of a group is in flight, the next one is not delivered.
pub async fn a_message_in_flight_blocks_its_group(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(true)).await;
    queue.send(vec![message("a", "1"), message("a", "2")]).await;
    let one = queue.receive().await;
    queue.expect_nothing().await;
    queue.delete(&one).await;
    assert_eq!(queue.receive().await.body, "2");
}

/// A message in flight does not block other groups.
pub async fn groups_do_not_wait_for_each_other(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(true)).await;
    queue.send(vec![message("a", "1"), message("a", "2"), message("b", "3")]).await;
    let groups = [queue.receive().await.group, queue.receive().await.group];
    assert_eq!(HashSet::from(groups), HashSet::from([Some("a".to_owned()), Some("b".to_owned())]));
}

/// A message that is not acknowledged in time is delivered again before the rest of its group.
pub async fn a_message_that_comes_back_keeps_its_place(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::hasty(true)).await;
    queue.send(vec![message("a", "1"), message("a", "2")]).await;
    let one = queue.receive().await;
    let again = queue.receive().await;
    assert_eq!((again.body.as_str(), &again.id, again.receive_count), ("1", &one.id, 2));
    queue.delete(&again).await;
    assert_eq!(queue.receive().await.body, "2");
}

/// A message whose visibility timeout is set to zero also keeps its place.
pub async fn a_message_given_back_keeps_its_place(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(true)).await;
    queue.send(vec![message("a", "1"), message("a", "2")]).await;
    let one = queue.receive().await;
    queue.set_visibility(&one, Duration::ZERO).await;
    let again = queue.receive().await;
    assert_eq!((again.body.as_str(), again.receive_count), ("1", 2));
}

/// A message with a repeated deduplication id is dropped without an error, even if the first one was
/// acknowledged already.
pub async fn a_repeated_id_is_dropped(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(true)).await;
    let first = message("a", "first");
    let repeated = Outgoing { body: "repeated".to_owned(), ..first.clone() };
    queue.send(vec![first, repeated.clone()]).await;
    assert_eq!(queue.receive_and_delete().await.body, "first");
    queue.send(vec![repeated]).await;
    queue.expect_nothing().await;
}

/// Equal texts with different deduplication ids are different messages: a second notification must not be
/// lost.
pub async fn equal_texts_are_different_messages(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(true)).await;
    queue.send(vec![message("a", "same"), message("a", "same")]).await;
    assert_eq!(queue.receive_and_delete().await.body, "same");
    assert_eq!(queue.receive_and_delete().await.body, "same");
}

/// A send of more messages than fit into a batch keeps the order of every group.
pub async fn a_large_send_keeps_each_groups_order(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(true)).await;
    queue.send(numbered(&["a", "b", "c"], 15)).await;
    let drained = queue.drain(45).await;
    for group in ["a", "b", "c"] {
        let of_group: Vec<_> =
            drained.iter().filter(|delivery| delivery.group.as_deref() == Some(group)).cloned().collect();
        assert_eq!(bodies(&of_group), (0..15).map(|number| number.to_string()).collect::<Vec<_>>());
    }
    queue.expect_nothing().await;
}

/// Concurrent consumers never have two messages of one group in flight, and receive each group in order.
pub async fn consumers_at_once_never_share_a_group(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(true)).await;
    queue.send(numbered(&["a", "b", "c", "d", "e"], 6)).await;
    let watch = Mutex::new(Watch::default());
    join_all((0..4).map(|_| consume(&queue, &watch))).await;
    let seen = watch.into_inner().expect("no consumer panicked").seen;
    assert_eq!(seen.len(), 5);
    for bodies in seen.values() {
        assert_eq!(*bodies, ["0", "1", "2", "3", "4", "5"]);
    }
}

/// Groups in flight and bodies received, over all consumers.
#[derive(Default)]
struct Watch {
    in_flight: HashSet<String>,
    seen: HashMap<String, Vec<String>>,
}

impl Watch {
    fn done(&self) -> bool {
        self.seen.values().map(Vec::len).sum::<usize>() >= 30
    }
}

async fn consume(queue: &TestQueue, watch: &Mutex<Watch>) {
    let locked = || watch.lock().expect("no consumer panicked");
    let deadline = Instant::now() + PATIENCE;
    while !locked().done() {
        assert!(Instant::now() < deadline, "not all messages came: {:?}", locked().seen);
        let Some(delivery) = queue.inbox.receive(1, queue.quiet).await.expect("the queue answers").pop()
        else {
            continue;
        };
        let group = delivery.group.clone().expect("a FIFO message has a group");
        assert!(locked().in_flight.insert(group.clone()), "two messages of group {group} are in flight");
        locked().seen.entry(group.clone()).or_default().push(delivery.body.clone());
        // Gives the other consumers a chance to receive the group's next message.
        tokio::task::yield_now().await;
        locked().in_flight.remove(&group);
        queue.delete(&delivery).await;
    }
}

/// Only the receipt of the latest delivery acknowledges a message: a receipt that timed out must not take the
/// message away from its current consumer.
pub async fn an_old_receipt_deletes_nothing(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::hasty(true)).await;
    queue.send(vec![message("a", "1")]).await;
    let old = queue.receive().await;
    let latest = queue.receive().await;
    // The queue may or may not report an old receipt as an error.
    let _ = queue.inbox.delete(&old.receipt).await;
    let again = queue.receive().await;
    assert_eq!((&again.id, again.receive_count), (&latest.id, 3));
}

/// A message that is sent to the dead letters carries the reason, and its text is unchanged.
pub async fn a_reason_comes_along(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(true)).await;
    let given_up =
        Outgoing::given_up("{\"type\":\"strange\"}".to_owned(), Some("g".to_owned()), true, "ünknown: it is");
    queue.send(vec![given_up, message("h", "plain")]).await;
    let mut received = queue.drain(2).await;
    received.sort_by(|one, two| one.group.cmp(&two.group));
    let reasons: Vec<_> = received.iter().map(|one| (one.body.as_str(), one.reason.as_deref())).collect();
    assert_eq!(reasons, [("{\"type\":\"strange\"}", Some("ünknown: it is")), ("plain", None)]);
}

/// A message that was delivered too many times becomes a dead letter with its text and group, and its group
/// continues.
pub async fn a_dead_letter_frees_its_group(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings { max_receives: 2, ..Settings::hasty(true) }).await;
    queue.send(vec![message("a", "poison"), message("a", "next")]).await;
    let poison = queue.receive().await;
    assert_eq!(queue.receive().await.body, "poison");
    let (dead, next) = join(first(&*queue.dead), queue.receive_and_delete()).await;
    assert_eq!((dead.body.as_str(), &dead.id, dead.group.as_deref()), ("poison", &poison.id, Some("a")));
    assert_eq!(next.body, "next");
    queue.expect_nothing().await;
}

/// Runs every case of [`fifo`](crate::queue::fifo) as a separate test.
#[macro_export]
macro_rules! fifo_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::queue::fifo:
            a_group_comes_in_order
            a_message_in_flight_blocks_its_group
            groups_do_not_wait_for_each_other
            a_message_that_comes_back_keeps_its_place
            a_message_given_back_keeps_its_place
            a_repeated_id_is_dropped
            equal_texts_are_different_messages
            a_large_send_keeps_each_groups_order
            consumers_at_once_never_share_a_group
            an_old_receipt_deletes_nothing
            a_dead_letter_frees_its_group
            a_reason_comes_along
        }
    };
}
