//! Events published again from the log.

use admin::replay::publish_again;
use local_adapters::MachineBus;
use shared::model::{ConnectionId, SystemClock};
use std::sync::Arc;
use tests::World;

const FIRST: &str = "first@example.com";

/// Replays the log. Returns the reported number of changes, and the ids of the published events.
async fn replayed(
    world: &World,
    connection: ConnectionId,
    after: u64,
    through: Option<u64>,
) -> (u64, Vec<String>) {
    let bus = MachineBus::memory(Arc::new(SystemClock)).unwrap();
    let count = publish_again(world.stack.store(), &bus, connection, after, through).await.unwrap();
    let ids = bus.read(0, 100).await.unwrap().into_iter().map(|event| event.id).collect();
    (count, ids)
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_published_again_with_the_ids_they_had() {
    let world = World::new().await;
    for name in ["a.txt", "b.txt", "c.txt"] {
        world.write(FIRST, name, b"text");
    }
    let connection = world.first_app("user-1").connect(FIRST).await;
    world.settled().await;
    let first: Vec<String> = world.events().await.into_iter().map(|event| event.id).collect();
    let id = |number: u64| format!("{connection}:{number}");
    let all = (3, vec![id(1), id(2), id(3)]);
    assert!(all.1.iter().all(|id| first.contains(id)), "{first:?}");
    assert_eq!(replayed(&world, connection, 0, None).await, all);
    assert_eq!(replayed(&world, connection, 1, Some(2)).await, (1, vec![id(2)]));
    assert_eq!(replayed(&world, connection, 3, None).await, (0, vec![]), "there is nothing after the last");
    assert_eq!(replayed(&world, connection, 9, Some(12)).await, (0, vec![]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_unknown_is_named() {
    let world = World::new().await;
    let bus = MachineBus::memory(Arc::new(SystemClock)).unwrap();
    let unknown = ConnectionId::random();
    let error = publish_again(world.stack.store(), &bus, unknown, 0, None).await.unwrap_err();
    assert!(error.to_string().contains(&unknown.to_string()));
    world.stop().await;
}
