//! Deleted files: webhooks are told of those that Dropbox has deleted, and of others only if the call says so.

use serde_json::{Value, json};
use tests::{Receiver, World};

use super::{
    super::{FIRST, fixture::Fixture, server},
    add, told, word,
};

async fn fixture(files: &[(&str, &[u8])]) -> (Fixture, Receiver) {
    let world = World::with_settings(|settings| settings.select_everything = false).await;
    let receiver = Receiver::start().await;
    add(&server(&world, "user-1"), &receiver).await;
    (Fixture::of(world, files).await, receiver)
}

async fn delete(fixture: &Fixture, route: &str, body: &Value) {
    let answer = fixture.client.post(route, body).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"success": true})), "{body}");
    fixture.world.settled().await;
}

/// Returns the integers of the files that webhooks were told of as deleted, once there are so many.
async fn deleted(receiver: &Receiver, count: usize) -> Vec<String> {
    let told = told(receiver, "FILE_DELETED", count).await;
    told.iter().map(|payload| payload["object"]["object_id"].as_str().unwrap().to_owned()).collect()
}

/// Messages of a connection come in the order of its changes: what was not told before the last one never is.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_a_chosen_folder_is_told_of_if_the_call_says_so() {
    let files: &[(&str, &[u8])] =
        &[("in/a.txt", b"a"), ("in/b.txt", b"b"), ("in/c.txt", b"c"), ("in/d.txt", b"d")];
    let (fixture, receiver) = fixture(files).await;
    fixture.choose("/in", json!({})).await;
    let id = async |name: &str| fixture.id(name).await;
    let (a, b, c, d) = (id("a.txt").await, id("b.txt").await, id("c.txt").await, id("d.txt").await);
    delete(&fixture, "delete_files_v2", &json!({"filters": {"ids": [a]}})).await;
    delete(&fixture, "delete_files", &json!({"file_ids": [b], "send_webhook": false})).await;
    delete(&fixture, "delete_files_v2", &json!({"filters": {"ids": [c]}, "send_webhook": true})).await;
    delete(&fixture, "delete_files", &json!({"file_ids": [d], "send_webhook": true})).await;
    assert_eq!(deleted(&receiver, 2).await, [c, d].map(|id| id.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_chosen_itself_is_told_of_if_the_call_says_so() {
    let (fixture, receiver) = fixture(&[("a.txt", b"a"), ("b.txt", b"b")]).await;
    fixture.choose("/a.txt", json!({})).await;
    fixture.choose("/b.txt", json!({})).await;
    let (a, b) = (fixture.id("a.txt").await, fixture.id("b.txt").await);
    delete(&fixture, "delete_files_v2", &json!({"filters": {"ids": [a]}})).await;
    delete(&fixture, "delete_files_v2", &json!({"filters": {"ids": [b]}, "send_webhook": true})).await;
    assert_eq!(deleted(&receiver, 1).await, [b.to_string()]);
}

/// The record stays, so no file is deleted.
#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_deleted_alone_are_not_told_of() {
    let (fixture, receiver) = fixture(&[("in/a.txt", b"a"), ("in/b.txt", b"b")]).await;
    fixture.choose("/in", json!({})).await;
    let (a, b) = (fixture.id("a.txt").await, fixture.id("b.txt").await);
    let kept = json!({"filters": {"ids": [a]}, "preserve_file_record": true, "send_webhook": true});
    delete(&fixture, "delete_files_v2", &kept).await;
    delete(&fixture, "delete_files_v2", &json!({"filters": {"ids": [b]}, "send_webhook": true})).await;
    assert_eq!(deleted(&receiver, 1).await, [b.to_string()]);
}

/// Whoever deselects by our own API, or deletes in Dropbox, was not asked: webhooks are told.
#[tokio::test(flavor = "multi_thread")]
async fn other_removals_are_always_told_of() {
    let (fixture, receiver) = fixture(&[("in/a.txt", b"a"), ("one.txt", b"1")]).await;
    fixture.choose("/in", json!({})).await;
    let one = fixture.choose("/one.txt", json!({})).await;
    let (a, number) = (fixture.id("a.txt").await, fixture.id("one.txt").await);
    fixture.world.remove(FIRST, "in/a.txt");
    fixture.world.mirrored(fixture.connection, FIRST).await;
    assert_eq!(fixture.app.deselect(fixture.connection, &one).await.status, 202);
    fixture.world.settled().await;
    assert_eq!(deleted(&receiver, 2).await, [a, number].map(|id| id.to_string()));
}

/// A quiet deletion is a *File Removed* for everybody else.
#[tokio::test(flavor = "multi_thread")]
async fn other_endpoints_and_the_change_log_have_quiet_deletions() {
    let (fixture, webhook) = fixture(&[("in/a.txt", b"a")]).await;
    let endpoint = Receiver::start().await;
    let body = json!({"url": endpoint.url(), "filter": {"types": ["file.removed"]}});
    assert_eq!(fixture.app.post("endpoints", &body.to_string()).await.status, 201);
    fixture.choose("/in", json!({})).await;
    delete(&fixture, "delete_files_v2", &json!({"filters": {"ids": [fixture.id("a.txt").await]}})).await;
    let removed = endpoint.at_least(1).await[0].json();
    assert_eq!((&removed["type"], &removed["data"]["why"]), (&json!("file.removed"), &json!("deselected")));
    let changes = fixture.app.get(&format!("connections/{}/changes?after=0", fixture.connection)).await.body;
    let last = changes["changes"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["kind"], &last["why"]), (&json!("deleted"), &json!("deselected")));
    assert!(webhook.received().iter().all(|request| word(request) != "FILE_DELETED"));
}
