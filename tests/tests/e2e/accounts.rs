//! Accounts of every kind: team spaces, app folders, shared folders.

use shared::{model::ConnectionId, store::Connections};
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
    let news = world.news(connection, before).await;
    assert_eq!(news, [("created".to_owned(), "/team/more.txt".to_owned())]);
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
