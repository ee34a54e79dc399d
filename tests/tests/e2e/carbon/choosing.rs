//! Choosing files and folders of an account through Carbon's API.

use serde_json::{Value, json};

use super::{FIRST, fixture::Fixture, other_server};

fn field<'a>(items: &'a [Value], name: &str) -> Vec<&'a str> {
    items.iter().map(|item| item[name].as_str().unwrap_or_default()).collect()
}

/// Folders come first, pages follow one another, and each item has the fields that `carbon-connect` reads.
#[tokio::test(flavor = "multi_thread")]
async fn what_lies_in_an_account_is_listed_folders_first_page_by_page() {
    let files: [(&str, &[u8]); 4] =
        [("b.txt", b"b"), ("A.Pdf", b"a"), ("v1.2 notes/c.txt", b"c"), ("z/d", b"d")];
    let fixture = Fixture::with(&files).await;
    let list = async |more: Value| {
        let mut body = json!({"data_source_id": fixture.source});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        let answer = fixture.client.post("integrations/items/list", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        (answer.body["items"].as_array().cloned().unwrap(), answer.body["count"].clone())
    };
    let (all, count) = list(json!({})).await;
    assert_eq!((field(&all, "name"), count), (vec!["v1.2 notes", "z", "A.Pdf", "b.txt"], json!(4)));
    assert_eq!(field(&all, "item_type"), ["FOLDER", "FOLDER", "FILE", "FILE"]);
    // `carbon-connect` lets nobody choose a folder with a dot in its name unless it has a format.
    assert_eq!(field(&all, "file_format"), ["TXT", "", "PDF", "TXT"]);
    assert!(all.iter().all(|item| item["is_selectable"] == true && item["id"].as_u64() < Some(1 << 53)));
    let page = json!({"pagination": {"limit": 2, "offset": 1}});
    assert_eq!(field(&list(page).await.0, "name"), ["z", "A.Pdf"]);
    let after = json!({"pagination": {"limit": 2, "starting_id": all[1]["id"]}});
    assert_eq!(field(&list(after).await.0, "name"), ["A.Pdf", "b.txt"]);
    let (found, count) = list(json!({"filters": {"name": "PDF"}})).await;
    assert_eq!((field(&found, "name"), count), (vec!["A.Pdf"], json!(1)));
    let folders = json!({"filters": {"item_types": ["FOLDER"]}, "order_by": "name", "order_dir": "desc"});
    assert_eq!(field(&list(folders).await.0, "name"), ["z", "v1.2 notes"]);
    let inside = list(json!({"parent_id": all[0]["external_id"]})).await.0;
    assert_eq!(field(&inside, "name"), ["c.txt"]);
    assert_eq!(inside[0]["parent_external_id"], all[0]["external_id"]);
}

/// A chosen folder includes files that are added later; items show which files are mirrored.
#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_folder_takes_in_what_is_added_later() {
    let fixture = Fixture::with(&[("in/a.txt", b"a"), ("out/b.txt", b"b")]).await;
    fixture.choose("/in", json!({"request_id": "request-1", "tags": {"team": "red"}})).await;
    fixture.world.write(FIRST, "in/later.txt", b"later");
    fixture.world.write(FIRST, "out/later.txt", b"not wanted");
    fixture.world.settled().await;
    let mut names = fixture.names(&json!({"filters": {"include_containers": false}})).await;
    names.sort();
    assert_eq!(names, ["a.txt", "later.txt"]);
    let later = fixture.file("later.txt").await;
    assert_eq!(
        (&later["request_id"], &later["tags"], &later["sync_status"]),
        (&json!("request-1"), &json!({"team": "red"}), &json!("READY"))
    );
    let answer =
        fixture.client.post("integrations/items/list", &json!({"data_source_id": fixture.source})).await;
    let taken: Vec<&Value> = answer.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["organization_user_file_to_sync_id"])
        .collect();
    assert_eq!(taken, [&json!(fixture.id("in").await), &Value::Null]);
}

/// Repeating a choice, as a client does if it did not receive the response, changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn to_choose_the_same_again_changes_nothing() {
    let fixture = Fixture::with(&[("a.txt", b"a")]).await;
    let id = fixture.choose("/a.txt", json!({"request_id": "request-1"})).await;
    let (file, log) = (fixture.file("a.txt").await, fixture.world.log(fixture.connection).await);
    let body = json!({"data_source_id": fixture.source, "ids": [{"id": id, "root_id": null}], "request_id": "request-1"});
    assert_eq!(fixture.client.post("integrations/files/sync", &body).await.status, 200);
    fixture.world.settled().await;
    let again = fixture.file("a.txt").await;
    assert_eq!((&again["id"], &again["updated_at"]), (&file["id"], &file["updated_at"]));
    assert_eq!(fixture.world.log(fixture.connection).await, log);
}

/// Each error in a body is named, and nothing is chosen.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_choice_is_named_and_changes_nothing() {
    let fixture = Fixture::with(&[("a.txt", b"a")]).await;
    let (sync, items) = ("integrations/files/sync", "integrations/items/list");
    let at = |place: Value| vec![place];
    for (body, place) in [
        (json!({"ids": ["id:a"]}), json!(["body", "data_source_id"])),
        (json!({"data_source_id": fixture.source}), json!(["body", "ids"])),
        (json!({"data_source_id": fixture.source, "ids": []}), json!(["body", "ids"])),
        (json!({"data_source_id": fixture.source, "ids": ["/a.txt"]}), json!(["body", "ids", 0])),
        (
            json!({"data_source_id": fixture.source, "ids": ["id:a", {"root_id": "id:b"}]}),
            json!(["body", "ids", 1]),
        ),
        (json!({"data_source_id": fixture.source, "ids": vec!["id:a"; 251]}), json!(["body", "ids"])),
        (json!({"data_source_id": fixture.source, "ids": ["id:a"], "tags": []}), json!(["body", "tags"])),
        (json!({"data_source_id": "1", "ids": ["id:a"]}), json!(["body", "data_source_id"])),
    ] {
        assert_eq!(fixture.client.wrong(sync, &body).await, at(place), "{body}");
    }
    for (body, place) in [
        (json!({}), json!(["body", "data_source_id"])),
        (json!({"data_source_id": fixture.source, "parent_id": "../"}), json!(["body", "parent_id"])),
        (
            json!({"data_source_id": fixture.source, "pagination": {"limit": -1}}),
            json!(["body", "pagination", "limit"]),
        ),
        (
            json!({"data_source_id": fixture.source, "pagination": {"limit": 251}}),
            json!(["body", "pagination", "limit"]),
        ),
        (json!({"data_source_id": fixture.source, "order_by": "size"}), json!(["body", "order_by"])),
        (
            json!({"data_source_id": fixture.source, "filters": {"item_types": ["LINK"]}}),
            json!(["body", "filters", "item_types", 0]),
        ),
    ] {
        assert_eq!(fixture.client.wrong(items, &body).await, at(place), "{body}");
    }
    assert_eq!(fixture.app.details(fixture.connection).await["selections"], json!([]));
}

/// Another user's or project's data source, and a missing folder, are not found.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_is_not_found() {
    let fixture = Fixture::with(&[("a.txt", b"a")]).await;
    let file = fixture.app.dropbox_id("/a.txt").await;
    let strangers = [fixture.client.of_user("user-2"), other_server(&fixture.world, "user-1")];
    for stranger in &strangers {
        for (path, body) in [
            ("integrations/items/list", json!({"data_source_id": fixture.source})),
            ("integrations/files/sync", json!({"data_source_id": fixture.source, "ids": [&file]})),
        ] {
            let answer = stranger.post(path, &body).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (404, "data_source_not_found"), "{path}");
        }
    }
    for folder in ["id:nothing", &file] {
        let body = json!({"data_source_id": fixture.source, "parent_id": folder});
        let answer = fixture.client.post("integrations/items/list", &body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "item_not_found"), "{}", answer.body);
    }
    assert_eq!(fixture.app.details(fixture.connection).await["selections"], json!([]));
}
