//! Mirrored files through Carbon's API: lists, pages, links, and fetching a file again.

use reqwest::header::CONTENT_DISPOSITION;
use serde_json::{Value, json};
use tests::World;

use super::{FIRST, fixture::Fixture, time};

/// A file becomes READY with its metadata, and its bytes can be fetched with the link alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_becomes_ready_and_its_bytes_come_by_a_link() {
    let fixture = Fixture::with(&[("Über/Straße.txt", b"the bytes")]).await;
    let id = fixture.choose("/Über/Straße.txt", json!({"request_id": "r"})).await;
    let file = fixture.file("straße").await;
    assert_eq!(
        (&file["sync_status"], &file["external_file_id"], &file["source"], &file["request_id"]),
        (&json!("READY"), &json!(id), &json!("DROPBOX"), &json!("r"))
    );
    assert_eq!(
        (&file["file_statistics"]["file_size"], &file["file_statistics"]["file_format"]),
        (&json!(9), &json!("TXT"))
    );
    assert_eq!(file["organization_user_data_source_id"], json!(fixture.source));
    assert!(
        file["last_sync"].is_string() && file["sync_error_message"].is_null() && file["parent_id"].is_null()
    );
    let raw = fixture.client.get(&format!("raw_file/{}", file["id"])).await;
    for link in [&file["presigned_url"], &raw.body["presigned_url"]] {
        let answer = reqwest::get(link.as_str().unwrap()).await.unwrap();
        let saved_as = answer.headers()[CONTENT_DISPOSITION].to_str().unwrap().to_owned();
        assert_eq!(saved_as, "attachment; filename*=UTF-8''Stra%C3%9Fe.txt");
        assert_eq!(answer.bytes().await.unwrap(), b"the bytes".as_slice());
    }
    let forged = raw.body["presigned_url"].as_str().unwrap().replace("signature=", "signature=00");
    assert_eq!(reqwest::get(forged).await.unwrap().status(), 403);
    // There is no link unless it is requested.
    assert_eq!(fixture.files(&json!({})).await[0]["presigned_url"], Value::Null);
}

/// In each order, page by page, every file is listed once; in the order of ids also while others are added
/// and removed.
#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another_in_every_order() {
    let files: Vec<(String, Vec<u8>)> = (0..7).map(|n| (format!("in/{n}.txt"), vec![b'x'; 10 - n])).collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    let fixture = Fixture::with(&files).await;
    fixture.choose("/in", json!({})).await;
    for order in ["id", "created_at", "updated_at", "name", "last_sync", "file_size"] {
        for direction in ["asc", "desc"] {
            let query = |limit, offset| json!({"order_by": order, "order_dir": direction, "pagination": {"limit": limit, "offset": offset}});
            let whole = fixture.names(&query(250, 0)).await;
            assert_eq!(whole.len(), 8, "{order} {direction}");
            let mut pages = Vec::new();
            for offset in [0, 3, 6] {
                pages.extend(fixture.names(&query(3, offset)).await);
            }
            assert_eq!(pages, whole, "{order} {direction}");
        }
    }
    let by_size =
        json!({"order_by": "file_size", "order_dir": "asc", "filters": {"include_containers": false}});
    assert_eq!(
        fixture.names(&by_size).await,
        ["6.txt", "5.txt", "4.txt", "3.txt", "2.txt", "1.txt", "0.txt"]
    );

    let page = async |after: u64| {
        fixture.files(&json!({"order_by": "id", "order_dir": "asc", "pagination": {"limit": 3, "starting_id": after}})).await
    };
    let all =
        fixture.names(&json!({"order_by": "id", "order_dir": "asc", "pagination": {"limit": 250}})).await;
    let first = page(0).await;
    fixture.world.remove(FIRST, &format!("in/{}", first[1]["name"].as_str().unwrap()));
    fixture.world.write(FIRST, "in/new.txt", b"new");
    fixture.world.write(FIRST, &format!("in/{}", all[4]), b"changed");
    fixture.world.settled().await;
    let mut rest = Vec::new();
    let mut after = first[2]["id"].as_u64().unwrap();
    loop {
        let page = page(after).await;
        let Some(last) = page.last() else { break };
        after = last["id"].as_u64().unwrap();
        rest.extend(page.iter().map(|file| file["name"].as_str().unwrap().to_owned()));
    }
    assert_eq!(rest, [&all[3..], &["new.txt".to_owned()]].concat());
}

/// The count includes all matching files, whichever page is requested; the older route returns only the list.
#[tokio::test(flavor = "multi_thread")]
async fn the_count_is_of_all_that_are_meant() {
    let fixture = Fixture::with(&[("in/a.txt", b"a"), ("in/b.pdf", b"b"), ("in/sub/c.txt", b"c")]).await;
    fixture.choose("/in", json!({})).await;
    let count = async |query: Value| fixture.client.post("user_files_v2", &query).await.body["count"].clone();
    assert_eq!(count(json!({"pagination": {"limit": 1}})).await, 5);
    assert_eq!(count(json!({"pagination": {"limit": 1}, "filters": {"name": "txt"}})).await, 2);
    assert_eq!(count(json!({"filters": {"organization_user_data_source_id": fixture.source}})).await, 5);
    assert_eq!(
        count(json!({"filters": {"organization_user_data_source_id": [fixture.source + 1]}})).await,
        0
    );
    assert_eq!(count(json!({"filters": {"source": "GOOGLE_DRIVE"}})).await, 0);
    let answer = fixture.client.post("user_files", &json!({"pagination": {"limit": 2}})).await;
    assert_eq!(answer.body.as_array().map(Vec::len), Some(2), "{}", answer.body);
}

/// Each filter keeps only the files that match it.
#[tokio::test(flavor = "multi_thread")]
async fn filters_leave_what_they_name() {
    let fixture = Fixture::of(
        World::with_settings(|settings| (settings.select_everything, settings.max_file_bytes) = (false, 5))
            .await,
        &[("in/a.txt", b"a"), ("in/sub/c.txt", b"c"), ("in/sub/large.txt", b"too large"), ("one.txt", b"1")],
    )
    .await;
    fixture.choose("/in", json!({"request_id": "of the folder"})).await;
    fixture.choose("/one.txt", json!({"request_id": "of the file", "tags": {"team": "red"}})).await;
    let folder = fixture.id("in").await;
    let sub = fixture.id("sub").await;
    let file = fixture.file("one.txt").await;
    for (filters, names) in [
        (json!({"root_files_only": true}), vec!["in", "one.txt"]),
        (json!({"parent_file_ids": [folder]}), vec!["a.txt", "sub"]),
        (
            json!({"parent_file_ids": [folder, sub], "include_containers": false}),
            vec!["a.txt", "c.txt", "large.txt"],
        ),
        (json!({"ids": [sub], "include_all_children": true}), vec!["c.txt", "large.txt", "sub"]),
        (json!({"ids": [sub, file["id"], 7, 1_u64 << 52]}), vec!["one.txt", "sub"]),
        (json!({"external_file_ids": [file["external_file_id"], "id:other"]}), vec!["one.txt"]),
        (json!({"external_urls": [file["external_url"]]}), vec!["one.txt"]),
        (json!({"request_ids": ["of the file"]}), vec!["one.txt"]),
        (json!({"request_ids": ["of the folder"], "name": "A.t"}), vec!["a.txt"]),
        (json!({"sync_statuses": ["SYNC_ERROR", "SYNCING"]}), vec!["large.txt"]),
        (json!({"non_synced_only": true}), vec!["large.txt"]),
        (json!({"sync_error_message": "larger than"}), vec!["large.txt"]),
        (json!({"sync_error_message": "", "include_containers": false}), vec!["a.txt", "c.txt", "one.txt"]),
        (json!({"tags": {"team": "red"}}), vec!["one.txt"]),
        (
            json!({"tags_v2": {"OR": [{"key": "team", "value": "red", "negate": true}]}, "include_containers": false}),
            vec!["a.txt", "c.txt", "large.txt"],
        ),
        (json!({"upload_ids": ["x"]}), vec![]),
        (json!({"external_file_ids": ["", "x".repeat(2_000)]}), vec![]),
        (json!({"external_file_ids": [], "source": "DROPBOX"}), vec![]),
        (json!({"tags": {}, "tags_v2": {}, "source": ["DROPBOX"], "name": "one"}), vec!["one.txt"]),
    ] {
        let query =
            json!({"filters": filters, "order_by": "name", "order_dir": "asc", "pagination": {"limit": 100}});
        assert_eq!(fixture.names(&query).await, names, "{query}");
    }
    let large = fixture.file("large.txt").await;
    assert_eq!((&large["parent_id"], &large["presigned_url"]), (&json!(sub), &Value::Null));
}

/// A file is fetched again and keeps its integer; a file that is already queued is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_brought_once_more() {
    let fixture = Fixture::with(&[("a.txt", b"a")]).await;
    fixture.choose("/a.txt", json!({})).await;
    let before = fixture.file("a.txt").await;
    let answer = fixture.client.post("resync_file", &json!({"file_id": before["id"]})).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["id"], &answer.body["sync_status"]),
        (200, &before["id"], &json!("QUEUED_FOR_SYNC"))
    );
    fixture.world.settled().await;
    let after = fixture.file("a.txt").await;
    assert_eq!((&after["id"], &after["sync_status"]), (&before["id"], &json!("READY")));
    assert!(time(&after["last_sync"]) > time(&before["last_sync"]), "{before} {after}");
    let bytes = reqwest::get(after["presigned_url"].as_str().unwrap()).await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes, b"a".as_slice());
    fixture.world.assert_bytes(fixture.connection).await;
}
