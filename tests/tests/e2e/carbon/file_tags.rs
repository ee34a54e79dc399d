//! Tags of files.

use serde_json::{Value, json};

use super::{FIRST, fixture::Fixture};

/// A file has the tags of the request that chose it; its own tags are added and removed, and are kept when it
/// changes.
#[tokio::test(flavor = "multi_thread")]
async fn tags_are_added_and_removed_and_stay() {
    let fixture = Fixture::with(&[("in/a.txt", b"a"), ("in/b.txt", b"b")]).await;
    fixture.choose("/in", json!({"tags": {"team": "red", "n": [1, 2]}})).await;
    let id = fixture.id("a.txt").await;
    let added = fixture
        .client
        .post(
            "create_user_file_tags",
            &json!({"organization_user_file_id": id, "tags": {"team": "blue", "new": {"x": null}}}),
        )
        .await;
    assert_eq!(
        (added.status.as_u16(), &added.body["tags"]),
        (200, &json!({"team": "blue", "n": [1, 2], "new": {"x": null}}))
    );
    let removed = fixture
        .client
        .post("delete_user_file_tags", &json!({"organization_user_file_id": id, "tags": ["n", "absent"]}))
        .await;
    assert_eq!(removed.body["tags"], json!({"team": "blue", "new": {"x": null}}));
    fixture.world.write(FIRST, "in/a.txt", b"changed");
    fixture.world.settled().await;
    let file = fixture.file("a.txt").await;
    assert_eq!((&file["tags"], &file["id"]), (&json!({"team": "blue", "new": {"x": null}}), &json!(id)));
    assert_eq!(fixture.file("b.txt").await["tags"], json!({"team": "red", "n": [1, 2]}));
    assert_eq!(fixture.names(&json!({"filters": {"tags": {"team": ["blue", "green"]}}})).await, ["a.txt"]);
}

/// Invalid or too many tags change nothing.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_tags_change_nothing() {
    let fixture = Fixture::with(&[("a.txt", b"a")]).await;
    fixture.choose("/a.txt", json!({"tags": {"team": "red"}})).await;
    let id = fixture.id("a.txt").await;
    let large = "x".repeat(16 * 1024);
    for (path, tags) in [
        ("create_user_file_tags", json!([])),
        ("create_user_file_tags", json!("x")),
        ("create_user_file_tags", json!({"a": large})),
        ("delete_user_file_tags", json!({"a": 1})),
    ] {
        let wrong = fixture.client.wrong(path, &json!({"organization_user_file_id": id, "tags": tags})).await;
        assert_eq!(wrong, [json!(["body", "tags"])], "{path}");
    }
    let half = json!({"organization_user_file_id": id, "tags": {"a": &large[..10_000]}});
    assert_eq!(fixture.client.post("create_user_file_tags", &half).await.status, 200);
    let other = json!({"organization_user_file_id": id, "tags": {"b": &large[..10_000]}});
    assert_eq!(fixture.client.wrong("create_user_file_tags", &other).await, [json!(["body", "tags"])]);
    let missing = fixture.client.wrong("create_user_file_tags", &json!({"tags": {}})).await;
    assert_eq!(missing, [json!(["body", "organization_user_file_id"])]);
    assert_eq!(fixture.file("a.txt").await["tags"].as_object().map(serde_json::Map::len), Some(2));
    assert_eq!(fixture.file("a.txt").await["tags"]["b"], Value::Null);
}
