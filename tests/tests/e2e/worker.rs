//! The worker's jobs, each run twice: the second run changes nothing.

use std::time::Duration;

use contracts::samples;
use serde_json::Value;
use shared::{
    model::{
        Change, ChangeKind, Clock, ConnectionId, Content, Head, Item, ItemKind, Lane, Message, Metadata,
        Removal, Segment, SystemClock, Timestamp, WalkReason,
    },
    queue::{Outgoing, Queue},
    store::{
        Commit, Connections, ItemWriter, Log, LogWriter, PathEntry, Schedules, TransferWork, Transfers, Wake,
    },
};
use sync_worker::handle_message;
use tests::World;

const FIRST: &str = "first@example.com";

/// Returns everything that a job may change.
async fn state(world: &World, connection: ConnectionId) -> String {
    let mut items = world.items(connection).await;
    items.sort_by(|one, two| one.metadata.id.cmp(&two.metadata.id));
    let head = world.stack.store().head(connection).await.unwrap();
    format!("{:?} {items:?} {} {}", world.log(connection).await, head.head, head.applied)
}

async fn synced() -> (World, ConnectionId) {
    let world = World::new().await;
    world.write(FIRST, "a/b.txt", b"b");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    (world, connection)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_done_again_changes_nothing() {
    let (world, connection) = synced().await;
    let before = (state(&world, connection).await, world.events().await.len());
    let message = Message::Walk {
        connection,
        reason: WalkReason::Notified,
        sent_at: SystemClock.now(),
        hops: 0,
        lane: Lane::Changes,
    };
    for _ in 0..2 {
        handle_message(world.stack.worker(), &message.to_json(), 1).await.unwrap();
    }
    world.settled().await;
    assert_eq!((state(&world, connection).await, world.events().await.len()), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_before_a_crash_is_applied_by_the_next_walk() {
    let (world, connection) = synced().await;
    let store = world.stack.store();
    let folder = world
        .items(connection)
        .await
        .into_iter()
        .find(|item| item.metadata.path_lower == "/a")
        .unwrap()
        .metadata;
    let item = Metadata { id: "id:late".into(), name: "late".into(), path_lower: "/late".into(), ..folder };
    let before = samples::taken_head(store.as_ref(), connection).await.unwrap();
    let kind = ChangeKind::Created { content: Content::None };
    let change = Change { number: before.head + 1, kind, item, drops: None, created: None };
    let after = Head { head: change.number, ..before.clone() };
    let segment = Segment { changes: vec![change] };
    let commit = Commit { after: after.clone(), segment, ..Commit::default() };
    store.commit(connection, &before, &commit, SystemClock.now()).await.unwrap();
    // The walker died here. The next one finishes its work, whatever it was started for.
    let message = Message::Walk {
        connection,
        reason: WalkReason::Notified,
        sent_at: SystemClock.now(),
        hops: 0,
        lane: Lane::Changes,
    };
    handle_message(world.stack.worker(), &message.to_json(), 1).await.unwrap();
    let head = store.head(connection).await.unwrap();
    assert_eq!((head.applied, head.head), (after.head, after.head));
    assert!(world.items(connection).await.iter().any(|item| item.metadata.path_lower == "/late"));
    let id = format!("{connection}:{}", after.head);
    assert_eq!(world.events().await.iter().filter(|event| event.id == id).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_done_again_fetches_nothing() {
    let (world, connection) = synced().await;
    let item = world.items(connection).await.into_iter().find(Item::is_ready).unwrap();
    let Content::Ready { rev, .. } = item.content else { unreachable!("it is ready") };
    let before = (state(&world, connection).await, world.stack.dropbox.calls()["files/download"]);
    world.stack.store().add_transfers(connection, &[(item.metadata.id, rev)]).await.unwrap();
    handle_message(world.stack.worker(), &Message::Transfers { connection, sweep: false }.to_json(), 1)
        .await
        .unwrap();
    world.settled().await;
    assert_eq!((state(&world, connection).await, world.stack.dropbox.calls()["files/download"]), before);
}

/// Of a file that is ready the list's run may have died before it said so.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_done_again_fetches_nothing_and_tells_of_its_files_again() {
    let (world, connection) = synced().await;
    let items = world.items(connection).await.into_iter().filter(Item::is_ready);
    let files: Vec<_> =
        items.filter_map(|item| Some((item.metadata.id, item.content.rev()?.clone()))).collect();
    let downloads = || world.stack.dropbox.calls()["files/download"];
    let told = async || {
        let events = world.events().await.into_iter().filter(|event| event.detail_type == "File Ready");
        let ids: Vec<_> = events.map(|event| event.id).collect();
        (ids.len(), ids.into_iter().collect::<std::collections::BTreeSet<_>>())
    };
    let (before, (count, ids)) = ((state(&world, connection).await, downloads()), told().await);
    world.stack.store().list_transfers(connection, &[(1, &files)]).await.unwrap();
    handle_message(world.stack.worker(), &Message::Transfers { connection, sweep: false }.to_json(), 1)
        .await
        .unwrap();
    world.settled().await;
    assert_eq!((state(&world, connection).await, downloads()), before);
    assert_eq!(told().await, (count + files.len(), ids), "with the same ids");
    assert_eq!(world.stack.store().transfer_lists(connection, None, 1).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_done_again_queues_nothing() {
    let (world, connection) = synced().await;
    let now = SystemClock.now();
    world.stack.store().wake(connection, due(now)).await.unwrap();
    for expected in [1, 1] {
        world.stack.machine.sync_queue.send(vec![Outgoing::tick()]).await.unwrap();
        world.settled().await;
        let resynced = world.events().await.into_iter().filter(|event| event.detail_type == "Resynced");
        assert_eq!(resynced.count(), expected);
    }
    let schedule = world.stack.store().schedule(connection).await.unwrap();
    assert!(schedule.resync_at.unwrap() > now.plus(Duration::from_secs(23 * 3600)), "the next is a day away");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resync_repairs_what_was_lost_and_the_next_finds_nothing() {
    let (world, connection) = synced().await;
    let lost =
        world.log(connection).await.into_iter().find(|change| change.item.path_lower == "/a/b.txt").unwrap();
    for text in [b"1", b"2"] {
        world.write(FIRST, "other.txt", text);
        world.settled().await;
    }
    // A lost row, which should never happen.
    let kind = ChangeKind::Deleted { why: Removal::Deleted };
    let change = Change { number: lost.number + 1, kind, item: lost.item, drops: None, created: None };
    let segment = Segment { changes: vec![change] };
    world.stack.store().apply(connection, &segment, SystemClock.now()).await.unwrap();
    for (created, agreed) in [(1, 2), (0, 3)] {
        let report = resync(&world, connection).await;
        assert_eq!(
            (report["created"].as_u64(), report["agreed"].as_u64()),
            (Some(created), Some(agreed)),
            "{report}"
        );
    }
    world.assert_mirrors(connection, FIRST).await;
}

/// T14: a table that was restored, or written by an older version. No change is created for the missing rows,
/// so there are no events; but later deletions find their items again.
#[tokio::test(flavor = "multi_thread")]
async fn a_resync_restores_the_rows_of_paths() {
    let (world, connection) = synced().await;
    let store = world.stack.store();
    let before = samples::taken_head(store.as_ref(), connection).await.unwrap();
    let lost = ["/a", "/a/b.txt"].map(|path| PathEntry {
        path: path.to_owned(),
        item: "id:nobody".into(),
        kind: ItemKind::File,
    });
    let commit = Commit { after: before.clone(), places: lost.to_vec(), ..Commit::default() };
    store.commit(connection, &before, &commit, SystemClock.now()).await.unwrap();
    let log = world.log(connection).await;
    for restored in [2, 0] {
        let report = resync(&world, connection).await;
        assert_eq!((report["paths_restored"].as_u64(), report["agreed"].as_u64()), (Some(restored), Some(2)));
    }
    assert_eq!(world.log(connection).await, log);
    world.remove(FIRST, "a");
    world.mirrored(connection, FIRST).await;
    assert_eq!(world.log(connection).await.len(), log.len() + 2);
}

fn due(now: Timestamp) -> Wake {
    Wake { at: Some(now), resync_at: Some(now), failures: 0 }
}

/// Makes a resync due, and returns its report.
async fn resync(world: &World, connection: ConnectionId) -> Value {
    let now = SystemClock.now();
    world.stack.store().wake(connection, due(now)).await.unwrap();
    world.stack.machine.sync_queue.send(vec![Outgoing::tick()]).await.unwrap();
    world.settled().await;
    world.events().await.into_iter().rfind(|event| event.detail_type == "Resynced").unwrap().detail
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undecodable_message_fails_and_others_do_not() {
    let (world, connection) = synced().await;
    for body in ["", "{}", "{\"type\":\"walk.v9\"}", "[]"] {
        assert!(handle_message(world.stack.worker(), body, 1).await.is_err(), "{body}");
    }
    // A message for an unknown connection succeeds, because there is nothing to do.
    let nobody = ConnectionId::random();
    let message = Message::Walk {
        connection: nobody,
        reason: WalkReason::Notified,
        sent_at: SystemClock.now(),
        hops: 0,
        lane: Lane::Changes,
    };
    handle_message(world.stack.worker(), &message.to_json(), 1).await.unwrap();
    assert!(world.stack.store().connection(connection).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bucket_is_swept_after_changes_and_not_with_every_resync() {
    let (world, connection) = synced().await;
    let swept = async || world.stack.store().head(connection).await.unwrap().swept.unwrap();
    resync(&world, connection).await;
    let first = swept().await;
    resync(&world, connection).await;
    assert_eq!(swept().await, first, "nothing has changed");
    world.write(FIRST, "a/c.txt", b"c");
    world.mirrored(connection, FIRST).await;
    world.settled().await;
    resync(&world, connection).await;
    let second = swept().await;
    assert!(second.head > first.head && second.at > first.at, "{first:?}, then {second:?}");
    assert_eq!(second.ready, first.ready + 1);
    assert!(world.stack.store().sweep(connection).await.unwrap().is_none(), "it has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_leaves_head_to_the_next_one_however_it_ends() {
    let (world, connection) = synced().await;
    let walker = async || world.stack.store().head(connection).await.unwrap().walker;
    assert_eq!(walker().await, None, "the first sync has ended");
    let message = |lane| Message::Walk {
        connection,
        reason: WalkReason::Notified,
        sent_at: SystemClock.now(),
        hops: 0,
        lane,
    };
    handle_message(world.stack.worker(), &message(Lane::Changes).to_json(), 1).await.unwrap();
    assert_eq!(walker().await, None, "it has found nothing");
    world.stack.store().pause(connection, SystemClock.now().plus(Duration::from_secs(60))).await.unwrap();
    handle_message(world.stack.worker(), &message(Lane::Changes).to_json(), 1).await.unwrap();
    assert_eq!(walker().await, None, "it was put off");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_given_up_with_the_reason_and_can_be_put_back() {
    let (world, connection) = synced().await;
    let group = connection.to_string();
    let strange = Outgoing {
        reason: None,
        ..Outgoing::given_up("{\"type\":\"walk.v9\"}".to_owned(), Some(group), true, "")
    };
    let queue = &world.stack.machine.sync_queue;
    queue.send(vec![strange]).await.unwrap();
    let letters = async || {
        world.until(async || !queue.dead_letters().await.unwrap().is_empty()).await;
        queue.dead_letters().await.unwrap()
    };
    let letter = letters().await.remove(0);
    assert_eq!((letter.body.as_str(), letter.receive_count), ("{\"type\":\"walk.v9\"}", 0));
    assert!(letter.reason.as_ref().unwrap().contains("walk.v9"), "{letter:?}");
    // The next message of its group was not blocked.
    world.write(FIRST, "after.txt", b"after");
    world.mirrored(connection, FIRST).await;
    assert_eq!(queue.put_back().await.unwrap(), 1);
    let again = letters().await.remove(0);
    assert_eq!((again.body, again.reason), (letter.body, letter.reason));
}
