//! Actions that get a file by its name, and list files.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use tests::App;

use super::{FIRST, act, connected, done, names, refused};

const GET: &str = "DROPBOX_GET_FILE_BY_NAME";
const DOWNLOAD: &str = "DROPBOX_DOWNLOAD_FILE";
const LIST: &str = "DROPBOX_LIST_FILES";

/// Runs an action that returns a file's bytes. Returns these and Dropbox's metadata of the file.
async fn bytes(app: &App, action: &str, parameters: Value) -> (Vec<u8>, Value) {
    let body = json!({"action": action, "parameters": parameters}).to_string();
    let answer = app.request(Method::POST, "actions").body(body).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{action}");
    let result: Value =
        serde_json::from_str(answer.headers()["dropbox-api-result"].to_str().unwrap()).unwrap();
    assert_ne!(answer.headers()["content-type"], "application/json", "clients read bytes by the type");
    (answer.bytes().await.unwrap().to_vec(), result)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_got_by_its_name_in_a_folder() {
    let (world, app) = connected().await;
    world.write(FIRST, "Docs/R\u{e9}sum\u{e9}.txt", b"the file");
    world.write(FIRST, "R\u{e9}sum\u{e9}.txt", b"another");
    world.settled().await;
    let (folder, file) = (app.dropbox_id("/Docs").await, app.dropbox_id("/Docs/R\u{e9}sum\u{e9}.txt").await);
    for action in [GET, DOWNLOAD] {
        for parameters in [
            json!({"fileName": "R\u{e9}sum\u{e9}.txt", "folder": "/Docs"}),
            json!({"fileName": "r\u{e9}SUM\u{e9}.TXT", "folder": "/docs/"}),
            json!({"fileName": "R\u{e9}sum\u{e9}.txt", "folder": folder}),
            json!({"path": "/Docs/R\u{e9}sum\u{e9}.txt"}),
            json!({"path": file, "return": "content"}),
        ] {
            let (bytes, result) = bytes(&app, action, parameters.clone()).await;
            assert_eq!(
                (bytes.as_slice(), &result["id"]),
                (b"the file".as_slice(), &json!(file)),
                "{parameters}"
            );
        }
    }
    let (root, _) = bytes(&app, GET, json!({"fileName": "R\u{e9}sum\u{e9}.txt"})).await;
    assert_eq!(root, b"another");
    let metadata = done(&app, GET, json!({"path": file, "return": "metadata"})).await;
    assert_eq!((&metadata["id"], &metadata["size"]), (&json!(file), &json!(8)));
    let by_rev = json!({"path": format!("rev:{}", metadata["rev"].as_str().unwrap())});
    assert_eq!(bytes(&app, DOWNLOAD, by_rev).await.0, b"the file");
    let link = done(&app, GET, json!({"path": file, "return": "link"})).await;
    assert_eq!(link["metadata"]["id"], json!(file));
    let linked = reqwest::get(link["link"].as_str().unwrap()).await.unwrap().bytes().await.unwrap();
    assert_eq!(linked, b"the file".as_slice());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_there_and_a_folder_in_its_place_are_told() {
    let (world, app) = connected().await;
    world.write(FIRST, "Docs/inner/a.txt", b"a");
    world.settled().await;
    for answer in ["content", "link", "metadata"] {
        let missing =
            refused(&app, GET, json!({"fileName": "a.txt", "folder": "/Docs", "return": answer})).await;
        assert_eq!(missing, (409, "path/not_found/".to_owned()), "{answer}");
        let folder = act(&app, GET, json!({"fileName": "inner", "folder": "/Docs", "return": answer})).await;
        assert_eq!(folder.status, 409, "{answer}: {}", folder.body);
    }
    let none = act(&app, GET, json!({"fileName": "b.txt", "includeSubfolders": true})).await;
    assert_eq!((none.status.as_u16(), none.code()), (404, "file_not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_files_of_a_name_are_named_and_none_is_taken() {
    let (world, app) = connected().await;
    for path in ["a/report.pdf", "b/c/Report.PDF", "b/report.pdf.bak", "b/my report.pdf", "d/only.pdf"] {
        world.write(FIRST, path, path.as_bytes());
    }
    std::fs::create_dir_all(world.directory(FIRST).join("e/report.pdf")).unwrap();
    world.settled().await;
    let several = act(&app, GET, json!({"fileName": "report.pdf", "includeSubfolders": true})).await;
    assert_eq!((several.status.as_u16(), several.code()), (409, "several_files"), "{}", several.body);
    let matches = several.body["matches"].as_array().unwrap();
    let mut paths: Vec<&str> = matches.iter().filter_map(|file| file["path_display"].as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/a/report.pdf", "/b/c/Report.PDF"]);
    let by_id = bytes(&app, GET, json!({"path": matches[0]["id"]})).await;
    assert!(!by_id.0.is_empty());
    let below = json!({"fileName": "report.pdf", "folder": "/b", "includeSubfolders": true});
    assert_eq!(bytes(&app, GET, below).await.0, b"b/c/Report.PDF");
    let only = json!({"fileName": "only.pdf", "includeSubfolders": true});
    assert_eq!(bytes(&app, GET, only).await.0, b"d/only.pdf");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_listed_page_by_page_while_they_change() {
    let (world, app) = connected().await;
    for number in 0..9 {
        world.write(FIRST, &format!("Docs/stays {number}.txt"), b"stays");
    }
    world.write(FIRST, "Docs/below/inner.txt", b"inner");
    world.settled().await;
    let mut page = done(&app, LIST, json!({"folder": "/Docs", "limit": 2})).await;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for turn in 0.. {
        for name in names(&page) {
            *counts.entry(name.to_owned()).or_default() += 1;
        }
        if page["has_more"] != true {
            break;
        }
        world.write(FIRST, &format!("Docs/new {turn}.txt"), b"new");
        page = done(&app, LIST, json!({"cursor": page["cursor"]})).await;
        assert!(turn < 100, "the pages come to an end");
    }
    for number in 0..9 {
        assert_eq!(counts.get(&format!("stays {number}.txt")), Some(&1), "{counts:?}");
    }
    assert!(!counts.contains_key("inner.txt"));
    let whole = done(&app, LIST, json!({"recursive": true})).await;
    assert!(names(&whole).contains(&"inner.txt"));
    let gone = refused(&app, LIST, json!({"folder": "/Nowhere"})).await;
    assert_eq!(gone, (409, "path/not_found/".to_owned()));
}
