//! What a standard queue promises: every message at least once, in no order, and none before its time.

use std::{collections::HashSet, time::Duration};

use futures_util::future::{join, join_all};
use shared::queue::Outgoing;
use tokio::time::Instant;

use super::{QueueHarness, Settings, bodies};
use crate::{PATIENCE, eventually};

fn message(body: &str) -> Outgoing {
    Outgoing { body: body.to_owned(), group: None, deduplication: None, delay: Duration::ZERO, reason: None }
}

/// A delivery has the text, an id, a receipt, and says that it is the first.
pub async fn a_message_comes_as_it_was_sent(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    let text = "{\"name\":\"Ünïcode ☃ \\n\"}";
    queue.send(vec![message(text)]).await;
    let delivery = queue.receive().await;
    assert_eq!((delivery.body.as_str(), delivery.receive_count, &delivery.group), (text, 1, &None));
    assert!(!delivery.id.is_empty() && !delivery.receipt.is_empty());
}

/// A group says whose share a message counts against; it locks nothing, and it comes along.
pub async fn a_group_is_not_locked(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    let of = |body: &str| Outgoing { group: Some("a".to_owned()), ..message(body) };
    queue.send(vec![of("1"), of("2")]).await;
    let mut both = [queue.receive().await, queue.receive().await];
    both.sort_by(|one, two| one.body.cmp(&two.body));
    assert_eq!(bodies(&both), ["1", "2"]);
    assert!(both.iter().all(|delivery| delivery.group.as_deref() == Some("a")));
}

/// While a delivery is in flight nobody else gets the message.
pub async fn a_message_in_flight_is_invisible(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    queue.send(vec![message("one")]).await;
    queue.receive().await;
    queue.expect_nothing().await;
}

/// An acknowledged message is gone, also after its visibility timeout.
pub async fn a_deleted_message_never_comes_again(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::hasty(false)).await;
    queue.send(vec![message("deleted"), message("kept")]).await;
    let deliveries = [queue.receive().await, queue.receive().await];
    let deleted = deliveries.iter().find(|delivery| delivery.body == "deleted").expect("both came");
    queue.delete(deleted).await;
    // Once the other is back, the time of both has passed.
    assert_eq!(queue.receive_and_delete().await.body, "kept");
    queue.expect_nothing().await;
}

/// What is not acknowledged in time comes again, with its id, counted.
pub async fn an_unacknowledged_message_comes_back(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::hasty(false)).await;
    queue.send(vec![message("again")]).await;
    let one = queue.receive().await;
    let two = queue.receive().await;
    assert_eq!((&two.id, &two.body, two.receive_count), (&one.id, &one.body, 2));
}

/// A consumer can give a message back at once.
pub async fn visibility_can_end_at_once(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    queue.send(vec![message("back")]).await;
    let delivery = queue.receive().await;
    queue.set_visibility(&delivery, Duration::ZERO).await;
    assert_eq!(queue.receive().await.receive_count, 2);
}

/// A consumer can keep a message for longer than the queue's timeout.
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

/// A delayed message stays out of sight until its delay is over; the others do not wait for it.
pub async fn a_delayed_message_comes_later(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    let delay = Duration::from_secs(2);
    let start = Instant::now();
    queue.send(vec![Outgoing { delay, ..message("later") }, message("now")]).await;
    assert_eq!(queue.receive().await.body, "now");
    assert_eq!(queue.receive().await.body, "later");
    // SQS measures from when it took the message, in its own clock.
    assert!(start.elapsed() >= delay - Duration::from_millis(200), "too early: {:?}", start.elapsed());
}

/// A send of more messages than a batch takes arrives whole.
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

/// A receive that waits gets what is sent meanwhile, without waiting to the end.
pub async fn a_waiting_receive_hears_a_send(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    let start = Instant::now();
    let (received, ()) =
        join(queue.inbox.receive(1, PATIENCE), async { queue.send(vec![message("heard")]).await }).await;
    assert_eq!(bodies(&received.expect("the queue answers")), ["heard"]);
    assert!(start.elapsed() < PATIENCE / 2, "it waited to the end");
}

/// A receive that waits gets what becomes visible again meanwhile, without waiting to the end.
pub async fn a_waiting_receive_hears_what_comes_back(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::hasty(false)).await;
    queue.send(vec![message("back")]).await;
    queue.receive().await;
    let start = Instant::now();
    let received = queue.inbox.receive(1, PATIENCE).await.expect("the queue answers");
    assert_eq!(bodies(&received), ["back"]);
    assert!(start.elapsed() < PATIENCE / 2, "it waited to the end");
}

/// A receive with nothing to receive answers when its wait is over.
pub async fn an_empty_queue_answers_after_the_wait(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    let start = Instant::now();
    queue.expect_nothing().await;
    assert!((queue.quiet / 2..PATIENCE / 2).contains(&start.elapsed()), "it took {:?}", start.elapsed());
}

/// Several consumers at once share the messages: each goes to one of them.
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

/// A message that was delivered too often goes to the dead letters, with its text, and does not come back.
pub async fn a_message_that_keeps_failing_is_a_dead_letter(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings { max_receives: 2, ..Settings::hasty(false) }).await;
    queue.send(vec![message("poison")]).await;
    let one = queue.receive().await;
    assert_eq!(queue.receive().await.receive_count, 2);
    // A queue moves it when somebody asks for messages after the second timeout.
    let dead = eventually("the message is a dead letter", async || {
        queue.expect_nothing().await;
        queue.dead.receive(1, Duration::ZERO).await.expect("the queue answers").pop()
    })
    .await;
    queue.expect_nothing().await;
    assert_eq!((dead.body.as_str(), &dead.id), ("poison", &one.id));
}

/// To acknowledge twice is no error.
pub async fn a_used_receipt_is_no_error(harness: &impl QueueHarness) {
    let queue = harness.queue(Settings::patient(false)).await;
    queue.send(vec![message("one")]).await;
    let delivery = queue.receive().await;
    queue.delete(&delivery).await;
    queue.delete(&delivery).await;
}

/// Runs every case of [`standard`](crate::queue::standard) as a test of its own.
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
