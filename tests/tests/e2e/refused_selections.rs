//! Selections that Dropbox refuses (T2): each is refused alone and with its reason, until Dropbox returns it
//! again.

use fake_dropbox::Fault;
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::{metrics::Metric, model::ConnectionId};
use tests::{App, World};

const FIRST: &str = "first@example.com";
const LOOK_UP: &str = "files/get_metadata";

/// An account with two selected and listed folders, `/a` first.
struct Selected {
    world: World,
    app: App,
    connection: ConnectionId,
    a: String,
    b: String,
}

impl Selected {
    async fn new() -> Self {
        let (world, app, connection) = connected().await;
        let (a, b) = (app.dropbox_id("/a").await, app.dropbox_id("/b").await);
        for id in [&a, &b] {
            assert_eq!(app.select(connection, id).await.status, StatusCode::ACCEPTED);
            world.settled().await;
        }
        Self { world, app, connection, a, b }
    }

    /// Makes the next call of a route fail with this tag.
    fn refuse(&self, route: &str, tag: &str) {
        self.world.stack.dropbox.faults(FIRST).next(route, 1, Fault::EndpointError { tag: tag.to_owned() });
    }

    async fn selection(&self, id: &str) -> Value {
        selection(&self.app, self.connection, id).await
    }

    async fn paths(&self) -> Vec<String> {
        self.world.paths(self.connection).await
    }
}

async fn connected() -> (World, App, ConnectionId) {
    let world = World::with_settings(|settings| settings.select_everything = false).await;
    for path in ["a/one.txt", "a/sub/two.txt", "b/three.txt", "b/four.txt"] {
        world.write(FIRST, path, path.as_bytes());
    }
    world.settled().await;
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    (world, app, connection)
}

async fn selection(app: &App, connection: ConnectionId, id: &str) -> Value {
    let details = app.details(connection).await;
    let selections = details["selections"].as_array().unwrap();
    selections.iter().find(|one| one["target"] == id).cloned().unwrap_or_default()
}

async fn count(world: &World, detail_type: &str) -> usize {
    world.events().await.iter().filter(|event| event.detail_type == detail_type).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dropbox_refuses_when_it_is_selected_is_refused_alone_and_can_be_tried_again() {
    let (world, app, connection) = connected().await;
    let (a, b) = (app.dropbox_id("/a").await, app.dropbox_id("/b").await);
    let refused = Fault::EndpointError { tag: "path/restricted_content".to_owned() };
    world.stack.dropbox.faults(FIRST).next(LOOK_UP, 1, refused);
    app.select(connection, &a).await;
    world.settled().await;
    app.select(connection, &b).await;
    world.settled().await;
    let told = selection(&app, connection, &a).await;
    assert_eq!(told["state"], "refused");
    assert_eq!(told["refusal"]["code"], "restricted_content");
    assert_eq!(told["refusal"]["summary"], "path/restricted_content");
    assert!(told["refusal"]["since"].as_str().unwrap().ends_with('Z'), "{told}");
    assert_eq!(selection(&app, connection, &b).await["state"], "held");
    assert_eq!(world.paths(connection).await, ["/b", "/b/four.txt", "/b/three.txt"]);
    let event = world.event("Selection Refused").await;
    assert_eq!((&event["selection"]["id"], &event["code"]), (&json!(a), &json!("restricted_content")));
    assert_eq!(world.stack.machine.metrics.total(Metric::SelectionsRefused), Some(1));
    // Selecting again tries at once.
    assert_eq!(app.select(connection, &a).await.body["state"], "wanted");
    world.settled().await;
    let told = selection(&app, connection, &a).await;
    assert_eq!((&told["state"], &told["refusal"]), (&json!("held"), &Value::Null));
    assert_eq!(world.event("Selection Restored").await["selection"]["id"], json!(a));
    assert_eq!(world.paths(connection).await.len(), 7);
    world.assert_bytes(connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resync_goes_on_beside_a_refused_selection_and_leaves_what_is_mirrored_of_it() {
    let selected = Selected::new().await;
    let world = &selected.world;
    // The newest selection is looked up first.
    let reasons = [
        "path/restricted_content",
        "path/locked",
        "path/locked",
        "path/no_permission",
        "other",
        "path/hologram",
    ];
    let mut refusals = 0;
    for (place, tag) in reasons.into_iter().enumerate() {
        selected.refuse(LOOK_UP, tag);
        let report = world.resynced(selected.connection).await;
        let told = selected.selection(&selected.b).await;
        assert_eq!((&told["state"], &told["refusal"]["summary"]), (&json!("refused"), &json!(tag)));
        assert_eq!((&report["refused"], &report["deleted"]), (&json!(3), &json!(0)), "{report}");
        refusals += usize::from(place != 2);
        assert_eq!(count(world, "Selection Refused").await, refusals, "each reason is told once");
    }
    assert_eq!(selected.selection(&selected.a).await["state"], "held");
    assert!(selected.paths().await.contains(&"/b/three.txt".to_owned()));
    // In the meantime changes and deletions are followed in both folders.
    world.remove(FIRST, "a/sub");
    world.remove(FIRST, "b/four.txt");
    world.settled().await;
    assert_eq!(selected.paths().await, ["/a", "/a/one.txt", "/b", "/b/three.txt"]);
    let report = world.resynced(selected.connection).await;
    assert_eq!(report["refused"], 0, "{report}");
    assert_eq!(selected.selection(&selected.b).await["state"], "held");
    assert_eq!(count(world, "Selection Restored").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_whose_listing_is_refused_is_refused_alone() {
    let selected = Selected::new().await;
    let world = &selected.world;
    for route in ["files/list_folder", LOOK_UP] {
        selected.refuse(route, "path/locked");
        world.resynced(selected.connection).await;
        assert_eq!(selected.selection(&selected.b).await["refusal"]["code"], "locked", "{route}");
        assert_eq!(selected.paths().await.len(), 7, "nothing was deleted");
        let report = world.resynced(selected.connection).await;
        assert_eq!(report["agreed"], 7, "{report}");
        assert_eq!(selected.selection(&selected.b).await["state"], "held");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_of_which_dropbox_refuses_to_tell_is_left_and_the_others_are_repaired() {
    let world = World::new().await;
    for number in 0..4 {
        world.write(FIRST, &format!("{number}.txt"), b"text");
    }
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let faults = world.stack.dropbox.faults(FIRST);
    for (tag, left) in [("path/locked", 3), ("path/hologram", 1)] {
        // No cursor reports deletions made now: the resync finds them.
        let endpoint = |tag: &str| Fault::EndpointError { tag: tag.to_owned() };
        faults.next("files/list_folder/continue", 1, endpoint("reset"));
        faults.next(LOOK_UP, 1, endpoint(tag));
        let paths = world.paths(connection).await;
        paths.iter().take(2).for_each(|path| world.remove(FIRST, path.trim_start_matches('/')));
        world.settled().await;
        assert_eq!(world.paths(connection).await.len(), left, "one of two is left as it is");
        let report = world.resynced(connection).await;
        assert_eq!((&report["deleted"], &report["refused"]), (&json!(1), &json!(0)), "{report}");
        world.assert_mirrors(connection, FIRST).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_that_was_missing_is_held_when_dropbox_tells_of_it() {
    let selected = Selected::new().await;
    selected.refuse(LOOK_UP, "path/not_found");
    selected.app.deselect(selected.connection, &selected.b).await;
    selected.world.settled().await;
    selected.app.select(selected.connection, &selected.b).await;
    selected.world.settled().await;
    assert_eq!(selected.selection(&selected.b).await["state"], "missing");
    selected.world.resynced(selected.connection).await;
    assert_eq!(selected.selection(&selected.b).await["state"], "held");
    assert_eq!(count(&selected.world, "Selection Restored").await, 1);
    assert_eq!(selected.paths().await.len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_and_then_deleted_is_missing() {
    let it = Selected::new().await;
    let faults = it.world.stack.dropbox.faults(FIRST);
    faults.next_about(LOOK_UP, &it.a, 1, Fault::EndpointError { tag: "path/locked".to_owned() });
    it.world.resynced(it.connection).await;
    assert_eq!(it.selection(&it.a).await["state"], "refused");
    it.world.remove(FIRST, "a");
    it.world.settled().await;
    it.world.resynced(it.connection).await;
    it.world.settled().await;
    let selection = it.selection(&it.a).await;
    assert_eq!((&selection["state"], &selection["refusal"]), (&json!("missing"), &Value::Null));
    assert_eq!(count(&it.world, "Selection Missing").await, 1);
    assert_eq!(it.paths().await, ["/b", "/b/four.txt", "/b/three.txt"]);
}
