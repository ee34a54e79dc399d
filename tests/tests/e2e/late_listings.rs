//! Notifications ahead of the listing (T7): the change is mirrored a little later, and not only with the next
//! resync.

use fake_dropbox::Defects;
use shared::{
    model::{Clock, ConnectionId, Lane, Message, Schedule, SystemClock, Timestamp, WalkReason},
    store::{Log, Schedules},
};
use sync_worker::handle_message;
use tests::World;

const FIRST: &str = "first@example.com";

async fn synced(world: &World) -> ConnectionId {
    world.write(FIRST, "before.txt", b"before");
    let connection = world.first_app("u").connect(FIRST).await;
    world.mirrored(connection, FIRST).await;
    connection
}

async fn schedule(world: &World, connection: ConnectionId) -> Schedule {
    world.stack.store().schedule(connection).await.unwrap()
}

/// Walks for a notification that was sent at `sent_at`.
async fn notify(world: &World, connection: ConnectionId, sent_at: Timestamp) {
    let message =
        Message::Walk { connection, reason: WalkReason::Notified, sent_at, hops: 0, lane: Lane::Changes };
    handle_message(world.stack.worker(), &message.to_json(), 1).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_listed_late_is_looked_for_again() {
    let world = World::hurried().await;
    let connection = synced(&world).await;
    for late_calls in 1..=3 {
        world.stack.dropbox.listings(FIRST).set(Defects { late_calls, ..Defects::default() });
        world.write(FIRST, &format!("late by {late_calls}.txt"), b"late");
        // The next day's resync is beyond a test's patience.
        world.mirrored(connection, FIRST).await;
        world.settled().await;
    }
    let head = world.stack.store().head(connection).await.unwrap();
    assert_eq!((head.relists, head.compare), (0, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_walk_is_followed_by_a_few_more_and_then_by_none() {
    let world = World::new().await;
    let connection = synced(&world).await;
    world.settled().await;
    let mut wakes = Vec::new();
    notify(&world, connection, SystemClock.now()).await;
    for _ in 0..10 {
        let now = schedule(&world, connection).await;
        if now.wake_at == now.resync_at {
            break;
        }
        wakes.push(now.wake_at.unwrap().since(SystemClock.now()));
        let woken = Message::Walk {
            connection,
            reason: WalkReason::Woken,
            sent_at: SystemClock.now(),
            hops: 0,
            lane: Lane::Changes,
        };
        handle_message(world.stack.worker(), &woken.to_json(), 1).await.unwrap();
    }
    assert!(wakes.len() >= 2 && wakes.len() <= 5, "{wakes:?}");
    assert!(wakes.is_sorted(), "each look waits longer: {wakes:?}");
    assert!(wakes[0].as_secs() < 60, "{wakes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_of_what_was_seen_already_costs_no_look() {
    let world = World::new().await;
    let connection = synced(&world).await;
    world.settled().await;
    world.write(FIRST, "seen.txt", b"seen");
    world.settled().await;
    // Dropbox notified twice: the second notification is handled after the first one's walk has listed the
    // change.
    let head = world.stack.store().head(connection).await.unwrap();
    notify(&world, connection, head.listed_at.unwrap()).await;
    let after = schedule(&world, connection).await;
    assert_eq!(after.wake_at, after.resync_at);
}
