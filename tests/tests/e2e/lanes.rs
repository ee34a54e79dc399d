//! Fairness (T43): work of one kind or project does not wait behind that of another.

use futures_util::{StreamExt, stream};
use shared::{
    dropbox::Grant,
    model::{AccessToken, Connection, ConnectionId, Lane, Linked, RefreshToken, Target, WalkReason},
    seal::{EncryptionContext, Owner},
    store::{Connections, Log, TokenStore},
};
use tests::World;

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";
/// First syncs that a project requests at once: more than can be done while the other project's work is
/// awaited.
const MANY: usize = 1_000;
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
        life: std::time::Duration::from_secs(4 * 60 * 60),
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
    let others = flood(&world, busy).await;
    world.write(SECOND, "news.txt", b"news");
    // Its bytes, too.
    world.mirrored(quiet, SECOND).await;
    let live = live(&world, &others).await;
    assert!(live < MANY / 2, "{live} first syncs came before the change");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projects_own_changes_do_not_wait_for_its_first_syncs() {
    let (world, busy, _) = neighbours().await;
    let own = world.first_app("w").connect(SECOND).await;
    world.settled().await;
    let others = flood(&world, busy).await;
    world.write(SECOND, "news.txt", b"news");
    world.stack.dropbox.rescan(SECOND).await.unwrap();
    // Its bytes are fetched in the same lane as those of the first syncs.
    world.until(async || world.paths(own).await.contains(&"/news.txt".to_owned())).await;
    let live = live(&world, &others).await;
    assert!(live < MANY / 2, "{live} first syncs came before the change");
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
