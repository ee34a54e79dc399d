//! Workflow actions, with Paragon's names and Dropbox's responses.

mod files;
mod folders;
mod lists;
mod obedience;
mod refusals;
mod save;
mod save_address;
mod save_object;

use local::Settings;
use serde_json::{Value, json};
use tests::{Answer, App, World};

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";

/// Creates a world in which the first project's user has connected the first account.
async fn connected() -> (World, App) {
    connected_with(|_| ()).await
}

/// Like [`connected`], with other settings.
async fn connected_with(change: impl FnOnce(&mut Settings)) -> (World, App) {
    let world = World::with(change).await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.settled().await;
    (world, app)
}

/// Calls an action.
async fn act(app: &App, action: &str, parameters: Value) -> Answer {
    app.post("actions", &json!({"action": action, "parameters": parameters}).to_string()).await
}

/// Calls an action that must succeed, and returns its result.
async fn done(app: &App, action: &str, parameters: Value) -> Value {
    let answer = act(app, action, parameters.clone()).await;
    assert_eq!(answer.status, 200, "{action} {parameters}: {}", answer.body);
    answer.body
}

/// Returns the status and error summary of an action that Dropbox refuses.
async fn refused(app: &App, action: &str, parameters: Value) -> (u16, String) {
    let answer = act(app, action, parameters).await;
    let summary = answer.body["error_summary"].as_str().unwrap_or_default();
    (answer.status.as_u16(), summary.trim_end_matches('.').to_owned())
}

/// Returns everything in the account, with the revisions of files, sorted.
async fn tree(app: &App) -> Vec<String> {
    let answer = app.call("2/files/list_folder", &json!({"path": "", "recursive": true})).await;
    let entries = answer.body["entries"].as_array().unwrap().iter();
    let mut tree: Vec<String> =
        entries.map(|entry| format!("{} {} {}", entry["path_display"], entry["id"], entry["rev"])).collect();
    tree.sort();
    tree
}

/// Returns the names of the entries of a page.
fn names(page: &Value) -> Vec<&str> {
    page["entries"].as_array().unwrap().iter().filter_map(|entry| entry["name"].as_str()).collect()
}
