//! T10: two files or folders at one path, which Dropbox should not have. One is kept, the other is reported
//! once.

use fake_dropbox::{
    Fault,
    listings::{Defects, Twin},
};
use serde_json::{Value, json};
use shared::model::{Brake, ChangeKind, ConnectionId};
use tests::World;

const FIRST: &str = "first@example.com";

/// Makes Dropbox list each of these paths at `at`.
fn put_at(world: &World, at: &str, paths: &[&str]) {
    let twins = paths.iter().map(|path| Twin { path: (*path).to_owned(), at: at.to_owned() }).collect();
    world.stack.dropbox.listings(FIRST).set(Defects { twins, ..Defects::default() });
}

async fn synced(files: &[&str], at: &str, twins: &[&str]) -> (World, ConnectionId) {
    let world = World::new().await;
    files.iter().for_each(|file| world.write(FIRST, file, file.as_bytes()));
    world.settled().await;
    put_at(&world, at, twins);
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    (world, connection)
}

/// Asserts that the reports of resyncs agree with the log, and that from the second resync on nothing is
/// found.
async fn assert_comes_to_rest(world: &World, connection: ConnectionId, duplicates: u64) {
    for round in 0..4 {
        let before = world.log(connection).await.len();
        let report = world.resynced(connection).await;
        let told = world.log(connection).await.split_off(before);
        let deleted = told.iter().filter(|change| matches!(change.kind, ChangeKind::Deleted { .. })).count();
        let count = |name: &str| report[name].as_u64().unwrap();
        assert_eq!(count("deleted"), deleted as u64, "{report}");
        assert_eq!(
            count("created") + count("updated") + count("moved") + count("deleted"),
            told.len() as u64
        );
        assert!(round == 0 || told.is_empty(), "round {round} tells {told:?}");
        assert_eq!(report["duplicates"], duplicates, "{report}");
        assert_eq!(report["paths_restored"], Value::from(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_files_at_a_path_one_is_kept_and_the_other_told_once() {
    let (world, connection) = synced(&["d/a", "d/b"], "/d/a", &["/d/b"]).await;
    assert_comes_to_rest(&world, connection, 1).await;
    assert_eq!(world.paths(connection).await, ["/d", "/d/a"]);
    let log = world.log(connection).await;
    let deleted = log.iter().filter(|change| change.kind.as_str() == "deleted").count();
    assert_eq!(deleted, 1, "{log:?}");
    // The true tree is mirrored again once Dropbox lists it.
    world.stack.dropbox.listings(FIRST).clear();
    world.resynced(connection).await;
    world.mirrored(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_three_files_at_a_path_one_is_kept() {
    let (world, connection) = synced(&["a", "b", "c"], "/b", &["/a", "/c"]).await;
    assert_comes_to_rest(&world, connection, 2).await;
    assert_eq!(world.paths(connection).await, ["/b"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_folder_and_a_file_at_a_path_the_folder_is_kept_with_what_is_in_it() {
    let (world, connection) = synced(&["d/1", "d/e/2", "z"], "/d", &["/z"]).await;
    assert_comes_to_rest(&world, connection, 1).await;
    assert_eq!(world.paths(connection).await, ["/d", "/d/1", "/d/e", "/d/e/2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_selected_files_at_a_path_come_to_rest() {
    let world = World::with_settings(|settings| settings.select_everything = false).await;
    ["a", "b"].iter().for_each(|file| world.write(FIRST, file, file.as_bytes()));
    world.settled().await;
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let ids = [app.dropbox_id("/a").await, app.dropbox_id("/b").await];
    put_at(&world, "/a", &["/b"]);
    for id in ids {
        app.select(connection, &id).await;
    }
    world.settled().await;
    assert_comes_to_rest(&world, connection, 1).await;
    assert_eq!(world.paths(connection).await, ["/a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_lost_its_path_does_not_stay_because_dropbox_refuses_to_describe_it() {
    for refusal in ["path/restricted_content", "path/no_permission"] {
        // Each deletion waits for a confirmation, so a comparison finds the mark.
        let each = Brake { percent: 0, items: 0 };
        let world = World::with_settings(|settings| settings.brake = each).await;
        world.write(FIRST, "a", b"first");
        let app = world.first_app("u");
        let connection = app.connect(FIRST).await;
        world.settled().await;
        put_at(&world, "/a", &["/z"]);
        world.write(FIRST, "z", b"second");
        world.settled().await;
        let refused = Fault::EndpointError { tag: refusal.to_owned() };
        world.stack.dropbox.faults(FIRST).next("files/get_metadata", 1, refused);
        assert_eq!(world.resynced(connection).await["refused"], 1, "{refusal}");
        assert_eq!(app.details(connection).await["deletions_held"]["deletions"], 1, "{refusal}");
        let confirmed = json!({"deletions": 1}).to_string();
        app.post(&format!("connections/{connection}/deletions/confirm"), &confirmed).await;
        world.settled().await;
        let left: Vec<u64> = world.items(connection).await.iter().map(|item| item.metadata.size).collect();
        assert_eq!(left, [b"second".len() as u64], "{refusal}");
    }
}
