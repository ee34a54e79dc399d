//! Properties of the local bus beyond the port: a log that is readable from any position.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{sync::Arc, time::Duration};

use contracts::samples;
use futures_util::future::join;
use local_adapters::{BusCounts, MachineBus, Published};
use shared::{
    events::Bus,
    model::{ConnectionId, Event, SystemClock},
};
use tempfile::TempDir;
use tokio::time::timeout;

fn in_memory() -> MachineBus {
    MachineBus::memory(Arc::new(SystemClock)).unwrap()
}

fn events(count: u64) -> Vec<Event> {
    let connection = ConnectionId::random();
    (0..count).map(|number| samples::event(connection, number)).collect()
}

fn positions(published: &[Published]) -> Vec<u64> {
    published.iter().map(|one| one.position).collect()
}

#[tokio::test]
async fn the_log_reads_from_any_position() {
    let bus = in_memory();
    let events = events(4);
    bus.publish(events.clone()).await.unwrap();
    assert_eq!(positions(&bus.read(0, 3).await.unwrap()), [1, 2, 3]);
    let rest = bus.read(3, 100).await.unwrap();
    assert_eq!((positions(&rest), &rest[0].id), (vec![4], &events[3].id));
    assert_eq!(bus.read(4, 100).await.unwrap(), []);
    assert_eq!(bus.newest().await.unwrap(), 4);
    assert_eq!(in_memory().newest().await.unwrap(), 0);
}

#[tokio::test]
async fn repetitions_are_deliveries_of_one_event() {
    let bus = in_memory();
    let events = events(1_200);
    bus.publish(events.clone()).await.unwrap();
    bus.publish(events[..2].to_vec()).await.unwrap();
    assert_eq!(bus.counts().await.unwrap(), BusCounts { deliveries: 1_202, events: 1_200 });
}

#[tokio::test]
async fn a_follower_hears_what_is_published() {
    let bus = in_memory();
    let wait = Duration::from_secs(600);
    let both = join(bus.next(0, 10, wait), async { bus.publish(events(1)).await.unwrap() });
    let (heard, ()) = timeout(wait / 10, both).await.expect("it waits to the end");
    assert_eq!(positions(&heard.unwrap()), [1]);
    assert_eq!(bus.next(1, 10, Duration::ZERO).await.unwrap(), []);
}

#[tokio::test]
async fn the_log_survives_a_restart() {
    let folder = TempDir::new().unwrap();
    let open = || MachineBus::open(folder.path(), Arc::new(SystemClock)).unwrap();
    open().publish(events(2)).await.unwrap();
    let bus = open();
    bus.publish(events(1)).await.unwrap();
    assert_eq!(positions(&bus.read(0, 10).await.unwrap()), [1, 2, 3]);
}
