//! Contract of a standard queue: it delivers every message at least once, in any order, and not before its
//! delay is over.

use std::{collections::HashSet, time::Duration};

use futures_util::future::{join, join_all};
use shared::queue::Outgoing;
use tokio::time::Instant;

use super::{QueueHarness, Settings, bodies};
use crate::{PATIENCE, eventually};

fn message(body: &str) -> Outgoing {
    Outgoing { body: body.to_owned(), group: None, deduplication: None, delay: Duration::ZERO, reason: None }
}

/// A delivery has the text, an id, a receipt, and a receive count of one.
pub async fn a_message_comes_as_it_was_sent(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    let text = "{\"name\":\"Ünïcode ☃ \\n\"}";
    queue.send(vec![message(text)]).await;
    let delivery = queue.receive().await;
    assert_eq!((delivery.body.as_str(), delivery.receive_count, &delivery.group), (text, 1, &None));
    assert!(!delivery.id.is_empty() && !delivery.receipt.is_empty());
}

/// A group is delivered with its message, and does not block the other messages of the group. It only says
/// whose share the message counts against.
pub async fn a_group_is_not_locked(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    let of = |body: &str| Outgoing { group: Some("a".to_owned()), ..message(body) };
    queue.send(vec![of("1"), of("2")]).await;
    let mut both = [queue.receive().await, queue.receive().await];
    both.sort_by(|one, two| one.body.cmp(&two.body));
    assert_eq!(bodies(&both), ["1", "2"]);
    assert!(both.iter().all(|delivery| delivery.group.as_deref() == Some("a")));
}

/// While a message is in flight, no other consumer receives it.
pub async fn a_message_in_flight_is_invisible(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    queue.send(vec![message("one")]).await;
    queue.receive().await;
    queue.expect_nothing().await;
}

/// An acknowledged message is never delivered again, even after its visibility timeout.
pub async fn a_deleted_message_never_comes_again(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::hasty(false)).await;
    queue.send(vec![message("deleted"), message("kept")]).await;
    let deliveries = [queue.receive().await, queue.receive().await];
    let deleted = deliveries.iter().find(|delivery| delivery.body == "deleted").expect("both came");
    queue.delete(deleted).await;
    // Once the other message is delivered again, the timeout of both has passed.
    assert_eq!(queue.receive_and_delete().await.body, "kept");
    queue.expect_nothing().await;
}

/// A message that is not acknowledged in time is delivered again with the same id, and counted.
pub async fn an_unacknowledged_message_comes_back(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::hasty(false)).await;
    queue.send(vec![message("again")]).await;
    let one = queue.receive().await;
    let two = queue.receive().await;
    assert_eq!((&two.id, &two.body, two.receive_count), (&one.id, &one.body, 2));
}

/// A consumer can end the visibility timeout of a message at once.
pub async fn visibility_can_end_at_once(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    queue.send(vec![message("back")]).await;
    let delivery = queue.receive().await;
    queue.set_visibility(&delivery, Duration::ZERO).await;
    assert_eq!(queue.receive().await.receive_count, 2);
}

/// A consumer can extend the visibility timeout of a message.
pub async fn visibility_can_be_extended(harness: &impl QueueHarness) {
    let queue =
        harness.queue(Settings { visibility: Duration::from_secs(2), ..Settings::patient(false) }).await;
    queue.send(vec![message("extended"), message("not")]).await;
    let deliveries = [queue.receive().await, queue.receive().await];
    let extended = deliveries.iter().find(|delivery| delivery.body == "extended").expect("both came");
    queue.set_visibility(extended, Duration::from_secs(600)).await;
    assert_eq!(queue.receive_and_delete().await.body, "not");
    queue.expect_nothing().await;
}

/// A delayed message is not delivered before its delay is over; other messages do not wait for it.
pub async fn a_delayed_message_comes_later(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    let delay = Duration::from_secs(2);
    let start = Instant::now();
    queue.send(vec![Outgoing { delay, ..message("later") }, message("now")]).await;
    assert_eq!(queue.receive().await.body, "now");
    assert_eq!(queue.receive().await.body, "later");
    // SQS measures by its own clock, from when it received the message.
    assert!(start.elapsed() >= delay - Duration::from_millis(200), "too early: {:?}", start.elapsed());
}

/// A send of more messages than fit into a batch is delivered completely.
pub async fn a_large_send_arrives_whole(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    let sent: Vec<String> = (0..45).map(|number| number.to_string()).collect();
    queue.send(sent.iter().map(|body| message(body)).collect()).await;
    let drained = queue.drain(sent.len()).await;
    assert_eq!(
        bodies(&drained).into_iter().collect::<HashSet<_>>(),
        sent.iter().map(String::as_str).collect()
    );
    queue.expect_nothing().await;
}

/// A waiting receive returns as soon as a message is sent.
pub async fn a_waiting_receive_hears_a_send(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    let start = Instant::now();
    let (received, ()) =
        join(queue.inbox.receive(1, PATIENCE), async { queue.send(vec![message("heard")]).await }).await;
    assert_eq!(bodies(&received.expect("the queue answers")), ["heard"]);
    assert!(start.elapsed() < PATIENCE / 2, "it waited to the end");
}

/// A waiting receive returns as soon as a message becomes visible again.
pub async fn a_waiting_receive_hears_what_comes_back(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::hasty(false)).await;
    queue.send(vec![message("back")]).await;
    queue.receive().await;
    let start = Instant::now();
    let received = queue.inbox.receive(1, PATIENCE).await.expect("the queue answers");
    assert_eq!(bodies(&received), ["back"]);
    assert!(start.elapsed() < PATIENCE / 2, "it waited to the end");
}

/// A receive from an empty queue returns when its wait is over.
pub async fn an_empty_queue_answers_after_the_wait(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    let start = Instant::now();
    queue.expect_nothing().await;
    assert!((queue.quiet / 2..PATIENCE / 2).contains(&start.elapsed()), "it took {:?}", start.elapsed());
}

/// Concurrent consumers share the messages: each message goes to one of them.
pub async fn consumers_at_once_share_the_work(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    queue.send((0..60).map(|number| message(&number.to_string())).collect()).await;
    let consume = async || {
        let mut mine = Vec::new();
        loop {
            let deliveries = queue.inbox.receive(10, queue.quiet).await.expect("the queue answers");
            if deliveries.is_empty() {
                return mine;
            }
            mine.extend(deliveries.into_iter().map(|delivery| delivery.body));
        }
    };
    let all: Vec<String> = join_all((0..4).map(|_| consume())).await.concat();
    assert_eq!((all.len(), all.iter().collect::<HashSet<_>>().len()), (60, 60));
}

/// A message that was delivered too many times becomes a dead letter with its text, and is not delivered
/// again.
pub async fn a_message_that_keeps_failing_is_a_dead_letter(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings { max_receives: 2, ..Settings::hasty(false) }).await;
    queue.send(vec![message("poison")]).await;
    let one = queue.receive().await;
    assert_eq!(queue.receive().await.receive_count, 2);
    // A queue moves it when a consumer asks for messages after the second timeout.
    let dead = eventually("the message is a dead letter", async || {
        queue.expect_nothing().await;
        queue.dead.receive(1, Duration::ZERO).await.expect("the queue answers").pop()
    })
    .await;
    queue.expect_nothing().await;
    assert_eq!((dead.body.as_str(), &dead.id), ("poison", &one.id));
}

/// Acknowledging a message twice is no error.
pub async fn a_used_receipt_is_no_error(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    queue.send(vec![message("one")]).await;
    let delivery = queue.receive().await;
    queue.delete(&delivery).await;
    queue.delete(&delivery).await;
}

/// Runs every case of [`standard`](crate::queue::standard) as a separate test.
#[macro_export]
macro_rules! standard_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::queue::standard:
            a_message_comes_as_it_was_sent
            a_group_is_not_locked
            a_message_in_flight_is_invisible
            a_deleted_message_never_comes_again
            an_unacknowledged_message_comes_back
            visibility_can_end_at_once
            visibility_can_be_extended
            a_delayed_message_comes_later
            a_large_send_arrives_whole
            a_waiting_receive_hears_a_send
            a_waiting_receive_hears_what_comes_back
            an_empty_queue_answers_after_the_wait
            consumers_at_once_share_the_work
            a_message_that_keeps_failing_is_a_dead_letter
            a_used_receipt_is_no_error
        }
    };
}
