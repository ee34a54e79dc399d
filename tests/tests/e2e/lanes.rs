//! Fairness (T43): work of one kind or project does not wait behind that of another.

use std::time::{Duration, Instant};

use fake_dropbox::WebhookFault;
use futures_util::{StreamExt, stream};
use shared::{
    dropbox::Grant,
    model::{
        AccessToken, Connection, ConnectionId, Lane, Linked, RefreshToken, Target, Timestamp, WalkReason,
    },
    queue::{Outgoing, Queue},
    seal::{EncryptionContext, Owner},
    store::{Connections, Log, Schedules, TokenStore, Wake},
};
use tests::World;

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";
/// First syncs that a project requests at once: more than can be done while the other project's work is
/// awaited.
const MANY: usize = 1_000;
/// While first syncs keep the machine busy, a change may take five times as long as without them, and this
/// long. All of them together take far longer.
const SECONDS: Duration = Duration::from_secs(10);
/// Connections that are added in parallel.
const AT_ONCE: usize = 32;

/// Links the account of a connection to many other users of its project, and requests all their first syncs.
async fn flood(world: &World, model: ConnectionId) -> Vec<ConnectionId> {
    let store = world.stack.store();
    let model = store.connection(model).await.unwrap().unwrap();
    let grant = grant(world, &model).await;
    let add = async |number: usize| {
        let (id, user) = (ConnectionId::random(), format!("user {number}").try_into().unwrap());
        let tokens = world.stack.tokens().seal(model.project, id, &grant, 1).await.unwrap();
        let connection = Connection { id, user, ..model.clone() };
        store.add_connection(&connection, &tokens, Some(Target::Everything)).await.unwrap();
        id
    };
    let added: Vec<_> = stream::iter(0..MANY).map(add).buffer_unordered(AT_ONCE).collect().await;
    ask(world, &model, &added).await;
    added
}

/// Requests first syncs of a project's connections.
async fn ask(world: &World, model: &Connection, connections: &[ConnectionId]) {
    let of = |connection| Linked { connection, project: Some(model.project) };
    let all: Vec<Linked> = connections.iter().copied().map(of).collect();
    let requests = &world.stack.worker().requests;
    assert_eq!(requests.walks(all, Lane::Bulk, WalkReason::Connected).await.unwrap(), connections.len());
}

/// Returns the tokens of a connection in clear text.
async fn grant(world: &World, connection: &Connection) -> Grant {
    let sealed = world.stack.store().tokens(connection.id).await.unwrap().unwrap();
    let context = |field| EncryptionContext {
        project: connection.project,
        owner: Owner::Connection(connection.id),
        field,
    };
    let keyring = &world.stack.machine.keyring;
    Grant {
        access: AccessToken::new(keyring.open(context("access"), &sealed.access).await.unwrap()),
        refresh: RefreshToken::new(keyring.open(context("refresh"), &sealed.refresh).await.unwrap()),
        life: Duration::from_secs(4 * 60 * 60),
        account: connection.account.clone(),
        scopes: connection.scopes.clone(),
    }
}

/// Returns the number of connections that were walked to the end.
async fn live(world: &World, connections: &[ConnectionId]) -> usize {
    let mut live = 0;
    for connection in connections {
        live += usize::from(world.stack.store().head(*connection).await.unwrap().is_live());
    }
    live
}

/// Creates a file in the second account, and returns the time until a connection has it.
///
/// Without a wake-up, Dropbox notifies. With one, a tick finds the connection due.
async fn time_until_known(
    world: &World,
    connection: ConnectionId,
    name: &str,
    due: Option<Wake>,
) -> Duration {
    let (began, path) = (Instant::now(), format!("/{name}"));
    world.write(SECOND, name, b"news");
    world.stack.dropbox.rescan(SECOND).await.unwrap();
    if let Some(wake) = due {
        world.stack.store().wake(connection, wake).await.unwrap();
        world.stack.machine.sync_queue.send(vec![Outgoing::tick()]).await.unwrap();
    }
    world.until(async || world.paths(connection).await.contains(&path)).await;
    began.elapsed()
}

/// Asserts that a change was known within seconds, and that most first syncs still wait. `alone` is how long
/// another took without them.
async fn assert_first(world: &World, others: &[ConnectionId], alone: Duration, waited: Duration) {
    let live = live(world, others).await;
    assert!(live < MANY / 2, "{live} first syncs came before the change");
    assert!(
        waited < 5 * alone + SECONDS,
        "{waited:?}, alone {alone:?}, {live} first syncs came before the change"
    );
}

/// Creates two projects with one connection each, and waits until all work is done.
async fn neighbours() -> (World, ConnectionId, ConnectionId) {
    let world = World::new().await;
    (0..5).for_each(|number| world.write(FIRST, &format!("{number}.txt"), b"text"));
    let busy = world.first_app("u").connect(FIRST).await;
    let quiet = world.second_app("v").connect(SECOND).await;
    world.settled().await;
    (world, busy, quiet)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_does_not_wait_for_another_projects_first_syncs_nor_for_their_bytes() {
    let (world, busy, quiet) = neighbours().await;
    let alone = time_until_known(&world, quiet, "before.txt", None).await;
    world.settled().await;
    let others = flood(&world, busy).await;
    let waited = time_until_known(&world, quiet, "news.txt", None).await;
    assert_first(&world, &others, alone, waited).await;
    // Its bytes, too.
    world.mirrored(quiet, SECOND).await;
    let live = live(&world, &others).await;
    assert!(live < MANY / 2, "{live} first syncs came before the bytes");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_wakes_what_is_due_before_another_projects_first_syncs() {
    let (world, busy, quiet) = neighbours().await;
    world.has_looked(quiet).await;
    world.stack.dropbox.webhooks(SECOND).next(9, WebhookFault::Lost);
    let long_ago = Some(Timestamp(0));
    // In the lane of changes, and in that of the first syncs.
    let (look, resync) =
        (Wake { at: long_ago, ..Wake::default() }, Wake { at: long_ago, resync_at: long_ago, failures: 0 });
    let alone = time_until_known(&world, quiet, "before.txt", Some(look)).await;
    world.settled().await;
    let others = flood(&world, busy).await;
    let looked = time_until_known(&world, quiet, "look.txt", Some(look)).await;
    let compared = time_until_known(&world, quiet, "resync.txt", Some(resync)).await;
    assert_first(&world, &others, alone, looked.max(compared)).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projects_own_changes_do_not_wait_for_its_first_syncs() {
    let (world, busy, _) = neighbours().await;
    let own = world.first_app("w").connect(SECOND).await;
    world.settled().await;
    let alone = time_until_known(&world, own, "before.txt", None).await;
    world.settled().await;
    let others = flood(&world, busy).await;
    // Its bytes are fetched in the same lane as those of the first syncs.
    let waited = time_until_known(&world, own, "news.txt", None).await;
    assert_first(&world, &others, alone, waited).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_leaves_another_project_its_share_of_the_same_lane() {
    let (world, busy, quiet) = neighbours().await;
    let others = flood(&world, busy).await;
    let new = world.second_app("w").connect(SECOND).await;
    world.mirrored(new, SECOND).await;
    world.mirrored(quiet, SECOND).await;
    let live = live(&world, &others).await;
    assert!(live < MANY / 2, "{live} first syncs of another project came before it");
    world.stop().await;
}
