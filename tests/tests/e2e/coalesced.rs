//! Coalesced requests (T40): one message covers all requests made after it was sent. None of them is lost,
//! whatever the message was sent for, and whatever happens to it.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::StatusCode;
use shared::{
    model::{Clock, ConnectionId, Lane, Linked, Message, SystemClock, Timestamp, WalkReason},
    queue::{Outgoing, Queue, QueueError, Requests},
    store::{Claims, Log, Schedules},
};
use sync_worker::handle_message;
use tests::World;
use tokio::sync::Notify;

use crate::owed::{notify, owe, synced};

const FIRST: &str = "first@example.com";

/// Queue that delays a message, and then refuses it.
#[derive(Default)]
struct Refusing {
    asked: Notify,
    refuses: Notify,
}

#[async_trait]
impl Queue for Refusing {
    async fn send(&self, _: Vec<Outgoing>) -> Result<(), QueueError> {
        self.asked.notify_one();
        self.refuses.notified().await;
        Err(QueueError("the queue refuses".to_owned()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_relied_on_a_message_that_the_queue_refused_is_sent_one_by_a_tick() {
    for lane in Lane::ALL {
        let (world, _, connection, sent) = synced().await;
        let (queue, clock) = (Arc::new(Refusing::default()), Arc::new(SystemClock));
        let requests = Requests::new(world.stack.store().clone(), clock).with(lane, queue.clone());
        let of = Linked { connection, project: None };
        let ask = async || match lane {
            Lane::Transfers => requests.transfers(of).await,
            lane => requests.walk(of, lane, WalkReason::Notified).await,
        };
        let first = async {
            let asked = ask().await;
            assert!(asked.is_err(), "the queue took a message for {lane:?}");
        };
        let second = async {
            queue.asked.notified().await;
            assert!(!ask().await.unwrap(), "a message is owed");
            queue.refuses.notify_one();
        };
        tokio::join!(first, second);
        world.stack.machine.sync_queue.send(vec![Outgoing::tick()]).await.unwrap();
        world.until(async || world.stack.store().claims(connection).await.unwrap().is_empty()).await;
        world.settled().await;
        assert!(sent.count() >= 2, "the tick, and what it sent for {lane:?}");
    }
}

/// Makes the worker read a message that was sent an hour ago, long before the last walk.
async fn read_an_old_message(world: &World, connection: ConnectionId, reason: WalkReason) {
    let (sent_at, lane) = (Timestamp(SystemClock.now().0 - 3_600_000), Lane::Changes);
    let message = Message::Walk { connection, reason, sent_at, hops: 0, lane };
    handle_message(world.stack.worker(), &message.to_json(), 1).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_stands_for_what_was_asked_after_it_was_sent_whatever_it_was_sent_for() {
    for reason in [WalkReason::Notified, WalkReason::Woken, WalkReason::Chosen] {
        let (world, app, connection, _) = synced().await;
        owe(&world, connection, Lane::Changes).await;
        let interval = format!("connections/{connection}/resync");
        assert_eq!(app.put(&interval, r#"{"every_hours": 3}"#).await.status, StatusCode::ACCEPTED);
        world.write(FIRST, "late.txt", b"late");
        world.stack.dropbox.rescan(FIRST).await.unwrap();
        read_an_old_message(&world, connection, reason).await;
        let next = world.stack.store().schedule(connection).await.unwrap().resync_at.unwrap();
        assert!(next < SystemClock.now().plus(Duration::from_secs(4 * 3600)), "{reason:?}");
        assert!(world.paths(connection).await.contains(&"/late.txt".to_owned()), "{reason:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_that_needs_no_message_is_walked_for_as_one() {
    let (world, _, connection, sent) = synced().await;
    owe(&world, connection, Lane::Changes).await;
    let before = SystemClock.now();
    assert_eq!(notify(&world).await.0, StatusCode::OK);
    assert_eq!(sent.count(), 0);
    read_an_old_message(&world, connection, WalkReason::Woken).await;
    let head = world.stack.store().head(connection).await.unwrap();
    assert!(head.notified_at.unwrap() >= before);
    assert!(head.unlisted.is_some(), "nothing was listed to it yet: it is looked for again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_reader_died_is_walked_for_as_a_notification() {
    let (world, _, connection, _) = synced().await;
    let before = SystemClock.now();
    let message = Message::Walk {
        connection,
        reason: WalkReason::Woken,
        sent_at: before,
        hops: 0,
        lane: Lane::Changes,
    };
    handle_message(world.stack.worker(), &message.to_json(), 2).await.unwrap();
    let head = world.stack.store().head(connection).await.unwrap();
    assert!(head.notified_at.unwrap() >= before, "one may have been noted in the claim that it ended");
}
