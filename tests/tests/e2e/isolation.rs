//! Isolation of two users and two projects: neither can see, call or infer anything about the other.

use reqwest::StatusCode;
use serde_json::json;
use tests::{Answer, World};

async fn two() -> World {
    let world = World::new().await;
    world.write("first@example.com", "mine.txt", b"mine");
    world.write("second@example.com", "theirs.txt", b"theirs");
    world.settled().await;
    world.first_app("one").connect("first@example.com").await;
    world.second_app("two").connect("second@example.com").await;
    world.settled().await;
    world
}

fn seen(answer: &Answer) -> (StatusCode, String) {
    (answer.status, answer.body.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_lists_its_own_files() {
    let world = two().await;
    assert_eq!(world.first_app("one").names().await, ["mine.txt"]);
    assert_eq!(world.second_app("two").names().await, ["theirs.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_answers_like_what_is_not_there() {
    let world = two().await;
    let argument = json!({"path": ""});
    // A user of the other project, and an unknown user.
    let theirs = world.first_app("two").call("2/files/list_folder", &argument).await;
    let nobodys = world.first_app("nobody").call("2/files/list_folder", &argument).await;
    assert_eq!((theirs.status, theirs.code()), (StatusCode::NOT_FOUND, "not_connected"));
    assert_eq!(seen(&theirs), seen(&nobodys));
    // The other project's address, and the address of no project.
    let mut app = world.first_app("one");
    app.project = world.stack.projects[1].project.id;
    let theirs = app.call("2/files/list_folder", &argument).await;
    app.project = shared::model::ProjectId::random();
    let nobodys = app.call("2/files/list_folder", &argument).await;
    assert_eq!((theirs.status, theirs.code()), (StatusCode::NOT_FOUND, "project_not_found"));
    assert_eq!(seen(&theirs), seen(&nobodys));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_seen_by_its_own_project_and_user_only() {
    let world = two().await;
    let (id, _) = world.first_app("one").link().await;
    let own = world.first_app("one").get(&format!("connect/links/{id}")).await;
    assert_eq!((own.status, &own.body["status"]), (StatusCode::OK, &json!("pending")));
    for other in [world.second_app("one"), world.first_app("two")] {
        let answer = other.get(&format!("connect/links/{id}")).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "link_not_found"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_in_two_projects_is_mirrored_twice_and_notified_once() {
    let world = World::new().await;
    let ours = world.first_app("one").connect("first@example.com").await;
    let theirs = world.second_app("two").connect("first@example.com").await;
    world.write("first@example.com", "shared.txt", b"both");
    world.settled().await;
    world.assert_mirrors(ours, "first@example.com").await;
    world.assert_mirrors(theirs, "first@example.com").await;
}
