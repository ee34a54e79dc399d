//! Faults of Dropbox: whatever it responds, the mirror ends up equal to the account.

use fake_dropbox::{
    Adversity, Fault, WebhookFault,
    faults::{Chance, RateLimitReason, RateLimitShape, TokenProblem},
};
use shared::model::{Clock, ConnectionId, Lane, Message, SystemClock, WalkReason};
use sync_worker::handle_message;
use tests::World;

const FIRST: &str = "first@example.com";

async fn synced() -> (World, ConnectionId) {
    let world = World::hurried().await;
    for (path, bytes) in [("a/b.txt", "b"), ("a/c.txt", "c"), ("d.txt", "d")] {
        world.write(FIRST, path, bytes.as_bytes());
    }
    let connection = world.first_app("u").connect(FIRST).await;
    world.mirrored(connection, FIRST).await;
    (world, connection)
}

fn limited(shape: RateLimitShape, retry_after: u32) -> Fault {
    Fault::RateLimited { shape, reason: RateLimitReason::TooManyRequests, retry_after }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shape_of_a_rate_limit_is_waited_out() {
    use RateLimitShape::{Json, NoHeader, ReasonOnly, Text};
    let (world, connection) = synced().await;
    let faults = world.stack.dropbox.faults(FIRST);
    for (shape, wait) in [(Json, 1), (ReasonOnly, 300), (Text, 2), (NoHeader, 1)] {
        faults.next("files/list_folder/continue", 1, limited(shape, wait));
        faults.next("files/download", 1, limited(shape, wait));
    }
    world.write(FIRST, "new.txt", b"new");
    world.mirrored(connection, FIRST).await;
    assert_eq!(faults.injected()["rate_limited"], 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_fails_in_any_way_costs_no_event() {
    let (world, connection) = synced().await;
    let faults = world.stack.dropbox.faults(FIRST);
    let endpoint = |tag: &str| Fault::EndpointError { tag: tag.to_owned() };
    for (n, fault) in
        [endpoint("reset"), endpoint("path/not_found"), Fault::InvalidCursor].into_iter().enumerate()
    {
        let before = world.log(connection).await.len();
        faults.next("files/list_folder/continue", 1, fault);
        world.write(FIRST, &format!("new {n}.txt"), b"new");
        world.remove(FIRST, ["a/b.txt", "a/c.txt", "d.txt"][n]);
        world.mirrored(connection, FIRST).await;
        assert_eq!(world.log(connection).await.len(), before + 2, "more was told than had happened");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_everything_at_once_passes() {
    let (world, connection) = synced().await;
    let faults = world.stack.dropbox.faults(FIRST);
    let chance = |fault: Fault| Chance { route: "*".to_owned(), probability: 0.06, fault };
    faults.seeded(
        7,
        vec![
            chance(limited(RateLimitShape::Text, 1)),
            chance(Fault::ServerError { status: 503, after_effect: false }),
            chance(Fault::Cut { after_effect: true }),
            chance(Fault::CutBody),
            chance(Fault::Unauthorized { error: TokenProblem::ExpiredAccessToken }),
            chance(Fault::WrongBytes),
        ],
    );
    for n in 0..20 {
        world.write(FIRST, &format!("storm/{}/{n}.txt", n % 3), format!("{n}").as_bytes());
        if n % 5 == 4 {
            world.rename(FIRST, &format!("storm/{}", n % 3), &format!("moved {n}"));
        }
    }
    world.stack.dropbox.rescan(FIRST).await.unwrap();
    world.restless(connection).await;
    faults.clear();
    world.mirrored(connection, FIRST).await;
    assert!(!faults.injected().is_empty(), "it was no storm");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_in_any_shape_tell_the_same() {
    let world = World::hurried().await;
    world.stack.dropbox.pages(FIRST).set(Adversity {
        seed: 11,
        empty_pages: 0.4,
        short_pages: true,
        late_folders: 0.5,
        late_deletions: 0.5,
        repeats: 0.5,
        each_deletion: false,
    });
    for n in 0..30 {
        world.write(FIRST, &format!("{}/{}/{n}.txt", n % 4, n % 3), format!("{n}").as_bytes());
    }
    let connection = world.first_app("u").connect(FIRST).await;
    world.mirrored(connection, FIRST).await;
    let before = world.log(connection).await.len();
    world.rename(FIRST, "1", "2/was 1");
    world.remove(FIRST, "3");
    world.mirrored(connection, FIRST).await;
    let changes = world.changes_after(connection, before).await;
    assert!(changes.iter().all(|(word, _)| word == "moved" || word == "deleted"), "{changes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_without_a_notification_is_found_and_reported() {
    let (world, connection) = synced().await;
    world.write(FIRST, "announced.txt", b"x");
    world.mirrored(connection, FIRST).await;
    world.settled().await;
    world.has_looked(connection).await;
    world.stack.dropbox.webhooks(FIRST).next(9, WebhookFault::Lost);
    world.write(FIRST, "unannounced.txt", b"x");
    world.stack.dropbox.rescan(FIRST).await.unwrap();
    let report = world.resynced(connection).await;
    assert_eq!(report["missed"], 1, "{report}");
    assert!(report["notified_at"].is_number(), "{report}");
    world.mirrored(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_is_taken_back_stops_the_work_until_it_is_given_again() {
    let (world, connection) = synced().await;
    world.stack.dropbox.revoke_access(FIRST, world.stack.app.key.as_str()).unwrap();
    world.write(FIRST, "meanwhile.txt", b"x");
    world.stack.dropbox.rescan(FIRST).await.unwrap();
    // Dropbox does not notify an app whose access was revoked.
    world.due(connection).await;
    let event = world.event("Needs Reauthorization").await;
    assert_eq!(event["connection"], connection.to_string());
    assert_eq!(world.first_app("u").connect(FIRST).await, connection);
    world.mirrored(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_not_made_worse_by_repetitions() {
    const WALKS: u64 = 300;
    let (world, connection) = synced().await;
    let dropbox = &world.stack.dropbox;
    let calls = || dropbox.calls().values().sum::<u64>();
    let out = Chance {
        route: "*".to_owned(),
        probability: 1.0,
        fault: Fault::ServerError { status: 503, after_effect: false },
    };
    dropbox.faults(FIRST).seeded(1, vec![out]);
    let before = calls();
    for _ in 0..WALKS {
        let (reason, sent_at) = (WalkReason::Chosen, SystemClock.now());
        let walk = Message::Walk { connection, reason, sent_at, hops: 0, lane: Lane::Changes };
        handle_message(world.stack.worker(), &walk.to_json(), 1).await.unwrap();
    }
    let during = calls() - before;
    // At most a tenth of all calls may be repeated, including calls before the outage.
    assert!(during > WALKS, "nothing was repeated: {during}");
    assert!(during <= WALKS + (before + WALKS) / 10, "{during} calls for {WALKS} walks, after {before}");
}
