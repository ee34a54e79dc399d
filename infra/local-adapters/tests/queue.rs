//! Properties of the local queues beyond the port: time by the caller's clock, limits, and inspection.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use local_adapters::{Depth, MachineQueue, MachineQueues, QueueSettings};
use shared::{
    model::{Clock, Timestamp},
    queue::{Delivery, Inbox, Outgoing, Queue},
};
use tempfile::TempDir;

const MINUTE: Duration = Duration::from_secs(60);

/// Clock that the test advances.
#[derive(Clone, Default)]
struct Hands(Arc<AtomicU64>);

impl Hands {
    fn pass(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp(1_700_000_000_000 + self.0.load(Ordering::SeqCst))
    }
}

fn in_memory(settings: QueueSettings) -> (MachineQueue, Hands) {
    let clock = Hands::default();
    (MachineQueues::memory(Arc::new(clock.clone())).unwrap().queue(settings), clock)
}

fn plain(body: &str) -> Outgoing {
    Outgoing { body: body.to_owned(), group: None, deduplication: None, delay: Duration::ZERO, reason: None }
}

fn grouped(group: &str, id: &str) -> Outgoing {
    Outgoing { group: Some(group.to_owned()), deduplication: Some(id.to_owned()), ..plain(id) }
}

async fn receive(queue: &MachineQueue) -> Vec<Delivery> {
    queue.receive(10, Duration::ZERO).await.unwrap()
}

async fn bodies(queue: &MachineQueue) -> Vec<String> {
    receive(queue).await.into_iter().map(|delivery| delivery.body).collect()
}

#[tokio::test]
async fn a_deduplication_id_is_forgotten_after_five_minutes() {
    let (queue, clock) = in_memory(QueueSettings::fifo("q.fifo", MINUTE));
    queue.send(vec![grouped("a", "id")]).await.unwrap();
    queue.delete(&receive(&queue).await[0].receipt).await.unwrap();
    clock.pass(5 * MINUTE - Duration::from_millis(1));
    queue.send(vec![grouped("a", "id")]).await.unwrap();
    assert_eq!(bodies(&queue).await, [""; 0]);
    clock.pass(Duration::from_millis(1));
    queue.send(vec![grouped("a", "id")]).await.unwrap();
    assert_eq!(bodies(&queue).await, ["id"]);
}

#[tokio::test]
async fn queues_of_one_folder_are_apart() {
    let queues = MachineQueues::memory(Arc::new(Hands::default())).unwrap();
    let one = queues.queue(QueueSettings::fifo("one.fifo", MINUTE));
    let two = queues.queue(QueueSettings::fifo("two.fifo", MINUTE));
    one.send(vec![grouped("a", "id")]).await.unwrap();
    two.send(vec![grouped("a", "id")]).await.unwrap();
    let delivery = receive(&one).await.remove(0);
    two.delete(&delivery.receipt).await.unwrap();
    assert_eq!(one.depth().await.unwrap(), Depth { in_flight: 1, ..Depth::default() });
    assert_eq!(bodies(&two).await, ["id"]);
}

#[tokio::test]
async fn one_receive_takes_one_message_of_each_group_and_ten_at_most() {
    let (queue, _) = in_memory(QueueSettings::fifo("q.fifo", MINUTE));
    let messages = (0..24).map(|number| grouped(&format!("group {}", number % 12), &number.to_string()));
    queue.send(messages.collect()).await.unwrap();
    assert_eq!(bodies(&queue).await, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!(bodies(&queue).await, ["10", "11"]);
}

#[tokio::test]
async fn a_visible_message_comes_by_the_clock() {
    let (queue, clock) = in_memory(QueueSettings::standard("q", MINUTE));
    queue.send(vec![Outgoing { delay: 15 * MINUTE, ..plain("delayed") }]).await.unwrap();
    clock.pass(15 * MINUTE - Duration::from_millis(1));
    assert_eq!(bodies(&queue).await, [""; 0]);
    clock.pass(Duration::from_millis(1));
    assert_eq!(bodies(&queue).await, ["delayed"]);
    clock.pass(MINUTE);
    assert_eq!(receive(&queue).await[0].receive_count, 2);
}

#[tokio::test]
async fn a_receipt_that_is_too_late_gives_nothing_back_early() {
    let (queue, clock) = in_memory(QueueSettings::standard("q", MINUTE));
    queue.send(vec![plain("one")]).await.unwrap();
    let old = receive(&queue).await.remove(0);
    clock.pass(MINUTE);
    let latest = receive(&queue).await.remove(0);
    for receipt in [old.receipt.as_str(), "", "nonsense", "1.x"] {
        queue.set_visibility(receipt, Duration::ZERO).await.unwrap();
        queue.delete(receipt).await.unwrap();
    }
    assert_eq!(queue.depth().await.unwrap(), Depth { in_flight: 1, ..Depth::default() });
    queue.delete(&latest.receipt).await.unwrap();
    assert_eq!(queue.depth().await.unwrap(), Depth::default());
}

#[tokio::test]
async fn what_sqs_refuses_is_refused_and_nothing_of_the_send_is_taken() {
    let (standard, _) = in_memory(QueueSettings::standard("q", MINUTE));
    let (fifo, _) = in_memory(QueueSettings::fifo("q.fifo", MINUTE));
    let refused = [
        (&standard, plain("x"), Outgoing { delay: 16 * MINUTE, ..plain("too late") }),
        (&standard, plain("x"), grouped("a", "grouped")),
        (&standard, plain("x"), plain("")),
        (&standard, plain("x"), plain(&"x".repeat(256 * 1024 + 1))),
        (&fifo, grouped("a", "x"), plain("no group")),
        (&fifo, grouped("a", "x"), Outgoing { deduplication: None, ..grouped("a", "no id") }),
        (&fifo, grouped("a", "x"), Outgoing { delay: MINUTE, ..grouped("a", "delayed") }),
        (&fifo, grouped("a", "x"), grouped(&"a".repeat(129), "long group")),
    ];
    for (queue, good, bad) in refused {
        queue.send(vec![good, bad.clone()]).await.expect_err(&bad.body);
        assert_eq!(queue.depth().await.unwrap(), Depth::default(), "{}", bad.body);
    }
}

#[tokio::test]
async fn a_look_inside_counts_every_message_once() {
    let (queue, clock) = in_memory(QueueSettings::standard("q", MINUTE).with_dead_letters("dead", 1));
    queue.send(vec![plain("poison")]).await.unwrap();
    let poison = receive(&queue).await.remove(0);
    clock.pass(MINUTE);
    assert_eq!(bodies(&queue).await, [""; 0]);
    queue.send(vec![plain("in flight")]).await.unwrap();
    receive(&queue).await;
    let later = Outgoing { delay: MINUTE, ..plain("later") };
    queue.send(vec![plain("one"), plain("two"), later]).await.unwrap();
    assert_eq!(queue.depth().await.unwrap(), Depth { visible: 2, in_flight: 1, delayed: 1, dead: 1 });
    let dead = queue.dead_letters().await.unwrap().remove(0);
    assert_eq!(
        (dead.id, dead.body, dead.group, dead.receive_count),
        (poison.id, "poison".to_owned(), None, 1)
    );
}

#[tokio::test]
async fn a_restart_returns_what_was_in_flight_and_keeps_the_rest() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::default();
    let open = || MachineQueues::open(folder.path(), Arc::new(clock.clone())).unwrap();
    let settings = || QueueSettings::fifo("q.fifo", MINUTE);
    let queue = open().queue(settings());
    queue.send(vec![grouped("a", "1"), grouped("a", "2")]).await.unwrap();
    receive(&queue).await;
    drop(queue);
    let queue = open().queue(settings());
    queue.send(vec![grouped("a", "1")]).await.unwrap();
    let again = receive(&queue).await.remove(0);
    assert_eq!((again.body.as_str(), again.receive_count), ("1", 2));
    queue.delete(&again.receipt).await.unwrap();
    assert_eq!(bodies(&queue).await, ["2"]);
}

#[tokio::test]
async fn a_restart_does_not_shorten_a_delay() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::default();
    let open = || {
        let queues = MachineQueues::open(folder.path(), Arc::new(clock.clone())).unwrap();
        queues.queue(QueueSettings::standard("q", MINUTE))
    };
    open().send(vec![Outgoing { delay: MINUTE, ..plain("later") }]).await.unwrap();
    assert_eq!(open().depth().await.unwrap(), Depth { delayed: 1, ..Depth::default() });
}

#[tokio::test]
async fn a_folder_has_one_owner_at_a_time() {
    let folder = TempDir::new().unwrap();
    let owner = MachineQueues::open(folder.path(), Arc::new(Hands::default())).unwrap();
    let refused = MachineQueues::open(folder.path(), Arc::new(Hands::default()));
    assert!(refused.is_err_and(|error| error.to_string().contains("locked")));
    drop(owner);
    MachineQueues::open(folder.path(), Arc::new(Hands::default())).unwrap();
}
