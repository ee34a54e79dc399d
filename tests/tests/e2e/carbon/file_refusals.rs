//! Refused requests about files, which change nothing.

use serde_json::{Value, json};
use tests::World;

use super::{fixture::Fixture, other_server};

const ROUTES: [&str; 2] = ["user_files_v2", "user_files"];

/// Each invalid field of a query is named by its location.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_query_is_named_by_its_places() {
    let fixture = Fixture::with(&[]).await;
    let deep = json!({"AND": [{"AND": [{"AND": [{"AND": []}]}]}]});
    for (body, place) in [
        (json!({"pagination": {"limit": 0}}), json!(["body", "pagination", "limit"])),
        (json!({"pagination": {"limit": 251}}), json!(["body", "pagination", "limit"])),
        (json!({"pagination": {"offset": -1}}), json!(["body", "pagination", "offset"])),
        (json!({"pagination": {"offset": 10_001}}), json!(["body", "pagination", "offset"])),
        (json!({"pagination": {"starting_id": "1"}}), json!(["body", "pagination", "starting_id"])),
        (json!({"pagination": []}), json!(["body", "pagination"])),
        (json!({"filters": {"ids": ["1"]}}), json!(["body", "filters", "ids", 0])),
        (json!({"filters": {"ids": vec![1; 251]}}), json!(["body", "filters", "ids"])),
        (json!({"filters": {"request_ids": vec!["r"; 101]}}), json!(["body", "filters", "request_ids"])),
        (json!({"filters": {"sync_statuses": ["DONE"]}}), json!(["body", "filters", "sync_statuses", 0])),
        (json!({"filters": {"root_files_only": 1}}), json!(["body", "filters", "root_files_only"])),
        (json!({"filters": {"tags": {"a": {}}}}), json!(["body", "filters", "tags"])),
        (json!({"filters": {"tags_v2": deep}}), json!(["body", "filters", "tags_v2"])),
        (
            json!({"filters": {"root_files_only": true, "parent_file_ids": [1]}}),
            json!(["body", "filters", "root_files_only"]),
        ),
        (json!({"order_by": "size"}), json!(["body", "order_by"])),
        (json!({"order_by": "name", "pagination": {"starting_id": 1}}), json!(["body", "order_by"])),
        (json!({"order_dir": "up"}), json!(["body", "order_dir"])),
        (json!({"include_raw_file": "yes"}), json!(["body", "include_raw_file"])),
        (
            json!({"presigned_url_expiry_time_seconds": 604_801}),
            json!(["body", "presigned_url_expiry_time_seconds"]),
        ),
        (json!([]), json!(["body"])),
    ] {
        for route in ROUTES {
            assert_eq!(
                fixture.client.wrong(route, &body).await,
                std::slice::from_ref(&place),
                "{route} {body}"
            );
        }
    }
}

/// Another user's or project's file is not found by any route, nor listed by its integer.
#[tokio::test(flavor = "multi_thread")]
async fn anothers_file_is_not_found() {
    let fixture = Fixture::with(&[("a.txt", b"a")]).await;
    fixture.choose("/a.txt", json!({})).await;
    let file = fixture.file("a.txt").await;
    let id = file["id"].as_u64().unwrap();
    let strangers = [fixture.client.of_user("user-2"), other_server(&fixture.world, "user-1")];
    for (client, id) in strangers
        .iter()
        .map(|stranger| (stranger, id))
        .chain([(&fixture.client, id + 1), (&fixture.client, 0)])
    {
        let raw = client.get(&format!("raw_file/{id}")).await;
        assert_eq!((raw.status.as_u16(), raw.code()), (404, "file_not_found"));
        for (path, body) in [
            ("resync_file", json!({"file_id": id})),
            ("create_user_file_tags", json!({"organization_user_file_id": id, "tags": {"a": 1}})),
            ("delete_user_file_tags", json!({"organization_user_file_id": id, "tags": ["a"]})),
        ] {
            let answer = client.post(path, &body).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (404, "file_not_found"), "{path} {id}");
        }
        let listed = client.post("user_files_v2", &json!({"filters": {"ids": [id]}})).await;
        assert_eq!((&listed.body["results"], &listed.body["count"]), (&json!([]), &json!(0)));
    }
    for part in ["x", "1.5", "-1", "99999999999999999999"] {
        assert_eq!(fixture.client.get(&format!("raw_file/{part}")).await.status, 404, "{part}");
    }
    assert_eq!(fixture.file("a.txt").await["updated_at"], file["updated_at"]);
}

/// A folder, or a file whose bytes the project does not want, cannot be fetched again.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_bytes_is_not_brought_again() {
    let small =
        World::with_settings(|settings| (settings.select_everything, settings.max_file_bytes) = (false, 1))
            .await;
    let fixture = Fixture::of(small, &[("in/large.txt", b"large")]).await;
    fixture.choose("/in", json!({})).await;
    let (folder, large) = (fixture.id("in").await, fixture.id("large.txt").await);
    let wrong = fixture.client.wrong("resync_file", &json!({"file_id": folder})).await;
    assert_eq!(wrong, [json!(["body", "file_id"])]);
    let answer = fixture.client.post("resync_file", &json!({"file_id": large})).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["detail"]),
        (409, &json!("File not ready to be resynced"))
    );
    for id in [folder, large] {
        assert_eq!(fixture.client.get(&format!("raw_file/{id}")).await.code(), "file_not_ready");
    }
    for body in [json!({}), json!({"file_id": "x"}), json!({"file_id": -1}), json!({"file_id": Value::Null})]
    {
        assert_eq!(fixture.client.wrong("resync_file", &body).await, [json!(["body", "file_id"])], "{body}");
    }
}
