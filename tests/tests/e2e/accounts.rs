//! Kinds of accounts: team spaces, app folders, shared folders; and what of an account changes (T1).

use fake_dropbox::Fault;
use shared::{
    model::{AccountProfile, Connection, ConnectionId},
    store::{Connections, TokenStore},
};
use tests::World;

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";

async fn team() -> World {
    World::with(|settings| settings.accounts[0].member_folder = Some("First account".to_owned())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_space_is_mirrored_beside_the_members_own_folder() {
    let world = team().await;
    world.write(FIRST, "First account/mine.txt", b"mine");
    world.write(FIRST, "Team/ours.txt", b"ours");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
    assert!(world.paths(connection).await.contains(&"/team/ours.txt".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_rooted_elsewhere_is_compared_and_nothing_is_told_twice() {
    let world = team().await;
    world.write(FIRST, "Team/ours.txt", b"ours");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let (before, root) = (world.log(connection).await.len(), root_namespace(&world, connection).await);
    world.stack.dropbox.change_root(FIRST).unwrap();
    world.write(FIRST, "Team/more.txt", b"more");
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
    assert_ne!(root_namespace(&world, connection).await, root);
    let changes = world.changes_after(connection, before).await;
    assert_eq!(changes, [("created".to_owned(), "/team/more.txt".to_owned())]);
}

async fn root_namespace(world: &World, connection: ConnectionId) -> String {
    world.stack.store().connection(connection).await.unwrap().unwrap().root.root_namespace
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_with_a_folder_sees_that_folder_only_even_of_a_team() {
    let world = World::with(|settings| {
        settings.app_folder = true;
        settings.accounts[0].member_folder = Some("First account".to_owned());
    })
    .await;
    world.write(FIRST, "First account/private.txt", b"private");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    world.write(FIRST, "First account/Apps/Dropline on this machine/seen.txt", b"seen");
    world.settled().await;
    assert_eq!(world.paths(connection).await, ["/seen.txt"]);
    world.assert_bytes(connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_folder_comes_with_its_mount_and_goes_with_it() {
    let world = World::new().await;
    world.write(FIRST, "Shared/a.txt", b"a");
    let (owner, member) =
        (world.first_app("o").connect(FIRST).await, world.first_app("m").connect(SECOND).await);
    world.settled().await;
    world.stack.dropbox.mount(FIRST, "/Shared", SECOND, "/From first").await.unwrap();
    world.settled().await;
    assert_eq!(world.paths(member).await, ["/from first", "/from first/a.txt"]);
    world.write(FIRST, "Shared/b.txt", b"b");
    world.settled().await;
    assert_eq!(world.paths(member).await, ["/from first", "/from first/a.txt", "/from first/b.txt"]);
    world.assert_bytes(member).await;
    world.stack.dropbox.unmount(SECOND, "/From first").await.unwrap();
    world.settled().await;
    assert_eq!(world.paths(member).await, [""; 0]);
    assert_eq!(world.paths(owner).await, ["/shared", "/shared/a.txt", "/shared/b.txt"]);
}

/// Returns the connection's details about its account (T1).
async fn account(world: &World, connection: ConnectionId) -> serde_json::Value {
    world.first_app("u").details(connection).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_joins_a_team_and_leaves_it_is_followed() {
    let world = World::new().await;
    world.write(FIRST, "mine.txt", b"mine");
    world.write(FIRST, "folder/inside.txt", b"inside");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let told = world.log(connection).await.len();
    world.stack.dropbox.join_team(FIRST, "First account").await.unwrap();
    world.write(FIRST, "Team/ours.txt", b"ours");
    world.settled().await;
    world.resynced(connection).await;
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
    let mut changes = world.changes_after(connection, told).await;
    changes.retain(|(word, _)| word != "moved");
    changes.sort();
    let created = |path: &str| ("created".to_owned(), path.to_owned());
    let expected = [created("/first account"), created("/team"), created("/team/ours.txt")];
    assert_eq!(changes, expected, "what has the same id has moved");
    let told = world.log(connection).await.len();
    world.stack.dropbox.leave_team(FIRST).await.unwrap();
    world.resynced(connection).await;
    world.settled().await;
    assert_eq!(world.paths(connection).await, ["/folder", "/folder/inside.txt", "/mine.txt"]);
    let changes = world.changes_after(connection, told).await;
    assert!(changes.iter().all(|(word, _)| word == "moved" || word == "deleted"), "{changes:?}");
    world.assert_bytes(connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_was_joined_while_the_tokens_did_not_work_is_seen_at_the_reconnect() {
    let world = World::new().await;
    world.write(FIRST, "mine.txt", b"mine");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    world.stack.dropbox.revoke_access(FIRST, world.stack.app.key.as_str()).unwrap();
    world.stack.dropbox.join_team(FIRST, "First account").await.unwrap();
    world.due(connection).await;
    world.event("Needs Reauthorization").await;
    assert_eq!(world.first_app("u").connect(FIRST).await, connection);
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
    assert!(world.paths(connection).await.contains(&"/first account/mine.txt".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_are_those_of_the_last_grant() {
    let world = World::new().await;
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let granted = account(&world, connection).await["scopes"].clone();
    let all: Vec<String> = serde_json::from_value(granted.clone()).unwrap();
    let (first, mut more) = (all[..1].to_vec(), all.clone());
    more.push("sharing.write".to_owned());
    // An earlier grant had fewer scopes, more, others, or its answer named none.
    for before in [first, more, vec!["contacts.read".to_owned()], Vec::new()] {
        world.stack.store().update_scopes(connection, &before).await.unwrap();
        assert_eq!(app.connect(FIRST).await, connection);
        assert_eq!(account(&world, connection).await["scopes"], granted, "after {before:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn address_name_and_scopes_are_told_and_kept_current() {
    let world = World::new().await;
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let told = account(&world, connection).await;
    assert_eq!(told["email"], FIRST);
    assert!(told["display_name"].as_str().is_some_and(|name| !name.is_empty()), "{told}");
    assert!(told["scopes"].as_array().is_some_and(|scopes| scopes.len() > 2), "{told}");
    // The stored profile may be older than Dropbox's.
    let store = world.stack.store();
    let current = store.connection(connection).await.unwrap().unwrap();
    let older = Connection { profile: AccountProfile::default(), ..current.clone() };
    store.update_account(&older).await.unwrap();
    assert_eq!(account(&world, connection).await["email"], serde_json::Value::Null);
    world.resynced(connection).await;
    assert_eq!(store.connection(connection).await.unwrap().unwrap(), current);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_cannot_be_read_does_not_stop_a_resync() {
    let world = World::new().await;
    world.write(FIRST, "mine.txt", b"mine");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let refused = [
        Fault::EndpointError { tag: "other".to_owned() },
        Fault::ServerError { status: 500, after_effect: false },
        Fault::CutBody,
    ];
    for fault in refused {
        world.stack.dropbox.faults(FIRST).next("users/get_current_account", 2, fault);
        assert_eq!(world.resynced(connection).await["agreed"], 1);
        world.stack.dropbox.faults(FIRST).clear();
    }
    assert_eq!(account(&world, connection).await["email"], FIRST);
}
