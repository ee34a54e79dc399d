//! Deleting files through Carbon's API: they are removed from the mirror, but stay in Dropbox.

use serde_json::{Value, json};
use tests::World;

use super::{FIRST, fixture::Fixture, other_server};

async fn delete(fixture: &Fixture, route: &str, body: &Value) {
    let answer = fixture.client.post(route, body).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"success": true})), "{body}");
    fixture.world.settled().await;
}

async fn left(fixture: &Fixture) -> Vec<String> {
    fixture.names(&json!({"order_by": "name", "order_dir": "asc", "pagination": {"limit": 100}})).await
}

/// A deleted file in a chosen folder is removed with its bytes, and neither a change nor a resync restores
/// it. Its neighbours stay, and files that are added later are mirrored.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_file_does_not_come_back_by_itself() {
    let fixture = Fixture::with(&[("in/a.txt", b"a"), ("in/b.txt", b"b")]).await;
    fixture.choose("/in", json!({})).await;
    let link = fixture.file("a.txt").await["presigned_url"].as_str().unwrap().to_owned();
    let id = fixture.id("a.txt").await;
    delete(&fixture, "delete_files_v2", &json!({"filters": {"ids": [id]}, "send_webhook": false})).await;
    assert_eq!(left(&fixture).await, ["b.txt", "in"]);
    assert_eq!(reqwest::get(link).await.unwrap().status(), 404);
    assert_eq!(fixture.app.names().await, ["in"]);
    fixture.world.write(FIRST, "in/a.txt", b"changed");
    fixture.world.write(FIRST, "in/later.txt", b"later");
    fixture.world.settled().await;
    assert_eq!(left(&fixture).await, ["b.txt", "in", "later.txt"]);
    let report = fixture.world.resynced(fixture.connection).await;
    assert_eq!((&report["listed"], &report["agreed"], &report["created"]), (&json!(3), &json!(3), &json!(0)));
    fixture.world.settled().await;
    assert_eq!(left(&fixture).await, ["b.txt", "in", "later.txt"]);
}

/// With its record kept, a file's bytes are removed; neither a walk nor a resync fetches them again, only a change of
/// the file or a request.
#[tokio::test(flavor = "multi_thread")]
async fn bytes_are_deleted_and_the_record_is_kept() {
    let fixture = Fixture::with(&[("in/a.txt", b"a"), ("in/b.txt", b"b")]).await;
    fixture.choose("/in", json!({})).await;
    let before = fixture.file("a.txt").await;
    let (id, link) = (&before["id"], before["presigned_url"].as_str().unwrap());
    let kept = json!({"filters": {"ids": [id]}, "preserve_file_record": true});
    let is_deleted = async || {
        fixture.world.settled().await;
        let file = fixture.file("a.txt").await;
        assert_eq!((&file["id"], &file["sync_status"]), (id, &json!("READY")), "{file}");
        assert_eq!(file["presigned_url"].is_null(), file["file_contents_deleted"] == json!(true), "{file}");
        file["file_contents_deleted"] == json!(true)
    };
    assert!(!is_deleted().await);
    for _ in 0..2 {
        delete(&fixture, "delete_files_v2", &kept).await;
        assert!(is_deleted().await);
    }
    assert_eq!(reqwest::get(link).await.unwrap().status(), 404);
    assert_eq!(left(&fixture).await, ["a.txt", "b.txt", "in"]);
    fixture.world.rename(FIRST, "in/b.txt", "in/c.txt");
    fixture.world.mirrored(fixture.connection, FIRST).await;
    let report = fixture.world.resynced(fixture.connection).await;
    assert_eq!((&report["updated"], &report["listed"]), (&json!(0), &json!(3)));
    assert!(is_deleted().await);
    let again = fixture.client.post("resync_file", &json!({"file_id": id})).await;
    assert_eq!((again.status.as_u16(), &again.body["sync_status"]), (200, &json!("QUEUED_FOR_SYNC")));
    assert!(!is_deleted().await);
    delete(&fixture, "delete_files_v2", &kept).await;
    assert!(is_deleted().await);
    fixture.world.write(FIRST, "in/a.txt", b"changed");
    fixture.world.mirrored(fixture.connection, FIRST).await;
    assert!(!is_deleted().await);
    fixture.world.assert_bytes(fixture.connection).await;
}

/// A deleted file is restored when it is chosen again, alone or with its folder.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_file_comes_back_when_it_is_chosen_again() {
    let fixture = Fixture::with(&[("in/sub/a.txt", b"a"), ("in/b.txt", b"b")]).await;
    fixture.choose("/in", json!({})).await;
    let before = fixture.id("a.txt").await;
    delete(&fixture, "delete_files", &json!({"file_ids": [before, fixture.id("b.txt").await]})).await;
    assert_eq!(left(&fixture).await, ["in", "sub"]);
    fixture.choose("/in/sub/a.txt", json!({})).await;
    assert_eq!(left(&fixture).await, ["a.txt", "in", "sub"]);
    assert_ne!(fixture.id("a.txt").await, before);
    fixture.choose("/in", json!({})).await;
    assert_eq!(left(&fixture).await, ["a.txt", "b.txt", "in", "sub"]);
    fixture.world.assert_bytes(fixture.connection).await;
}

/// A deleted file is restored when our own API selects it.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_file_comes_back_when_it_is_selected() {
    let fixture = Fixture::with(&[("in/a.txt", b"a"), ("in/b.txt", b"b")]).await;
    let folder = fixture.choose("/in", json!({})).await;
    let file = fixture.file("a.txt").await["external_file_id"].as_str().unwrap().to_owned();
    delete(&fixture, "delete_files", &json!({"file_ids": [fixture.id("a.txt").await]})).await;
    assert_eq!(fixture.app.select(fixture.connection, &folder).await.status, 202);
    fixture.world.settled().await;
    assert_eq!(left(&fixture).await, ["b.txt", "in"]);
    assert_eq!(fixture.app.select(fixture.connection, &file).await.status, 202);
    fixture.world.settled().await;
    assert_eq!(left(&fixture).await, ["a.txt", "b.txt", "in"]);
    fixture.world.assert_bytes(fixture.connection).await;
}

/// A chosen folder is deleted with everything in it, and includes nothing any more; so is a chosen file.
#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_folder_is_deleted_with_what_is_in_it() {
    let fixture = Fixture::with(&[("in/sub/a.txt", b"a"), ("one.txt", b"1"), ("two.txt", b"2")]).await;
    for path in ["/in", "/one.txt", "/two.txt"] {
        fixture.choose(path, json!({})).await;
    }
    let folder = json!({"filters": {"ids": [fixture.id("in").await], "include_all_children": true}});
    delete(&fixture, "delete_files_v2", &folder).await;
    assert_eq!(left(&fixture).await, ["one.txt", "two.txt"]);
    delete(&fixture, "delete_files_v2", &json!({"filters": {"name": "ONE"}})).await;
    fixture.world.write(FIRST, "in/later.txt", b"later");
    fixture.world.write(FIRST, "one.txt", b"changed");
    fixture.world.settled().await;
    assert_eq!(left(&fixture).await, ["two.txt"]);
}

/// In an account that is mirrored as a whole, a folder's files are deleted, and files that are added to it
/// later are mirrored.
#[tokio::test(flavor = "multi_thread")]
async fn in_a_whole_account_a_folders_files_are_deleted() {
    let fixture = Fixture::of(World::new().await, &[("in/a.txt", b"a"), ("b.txt", b"b")]).await;
    fixture.world.settled().await;
    let folder = json!({"file_ids": [fixture.id("in").await], "delete_child_files": true});
    delete(&fixture, "delete_files", &folder).await;
    assert_eq!(left(&fixture).await, ["b.txt", "in"]);
    fixture.world.write(FIRST, "in/later.txt", b"later");
    fixture.world.settled().await;
    assert_eq!(left(&fixture).await, ["b.txt", "in", "later.txt"]);
}

/// A request that names no file, or a folder without its contents, is refused; another user's file is not
/// changed.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_deletion_changes_nothing() {
    let fixture = Fixture::with(&[("in/a.txt", b"a")]).await;
    fixture.choose("/in", json!({})).await;
    let (folder, file) = (fixture.id("in").await, fixture.id("a.txt").await);
    for (route, body, place) in [
        ("delete_files_v2", json!({}), json!(["body", "filters"])),
        ("delete_files_v2", json!({"filters": {"include_all_children": true}}), json!(["body", "filters"])),
        ("delete_files_v2", json!({"filters": {"ids": [folder]}}), json!(["body", "filters"])),
        ("delete_files_v2", json!({"filters": {"ids": "all"}}), json!(["body", "filters", "ids"])),
        (
            "delete_files_v2",
            json!({"filters": {"ids": [file]}, "preserve_file_record": 1}),
            json!(["body", "preserve_file_record"]),
        ),
        ("delete_files", json!({}), json!(["body", "file_ids"])),
        ("delete_files", json!({"file_ids": [folder]}), json!(["body", "file_ids"])),
        ("delete_files", json!({"file_ids": [-1]}), json!(["body", "file_ids", 0])),
        (
            "delete_files",
            json!({"file_ids": [file], "delete_child_files": "yes"}),
            json!(["body", "delete_child_files"]),
        ),
    ] {
        assert_eq!(fixture.client.wrong(route, &body).await, [place], "{route} {body}");
    }
    for stranger in [fixture.client.of_user("user-2"), other_server(&fixture.world, "user-1")] {
        let answer = stranger.post("delete_files_v2", &json!({"filters": {"ids": [file]}})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    fixture.world.settled().await;
    assert_eq!(left(&fixture).await, ["a.txt", "in"]);
}
