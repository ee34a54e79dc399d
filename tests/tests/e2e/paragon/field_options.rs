//! Options of a form field: folders or files, page by page.

use std::collections::BTreeSet;

use fake_dropbox::Fault;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, App, World};

use super::{FIRST, SECOND, newcomer, refusal};

async fn options(app: &App, body: &Value) -> Answer {
    app.post("sdk/actions", &body.to_string()).await
}

/// Returns what the SDK sends for a page.
fn page(source: &str, cursor: &Value, search: &str, parameters: &Value) -> Value {
    json!({
        "action": "dropbox",
        "sourceKey": source,
        "parameters": parameters,
        "paginationParameters": {"pageCursor": cursor, "search": search},
    })
}

fn folder(folder: &str) -> Value {
    json!([{"key": "folder", "source": {"type": "VALUE", "value": folder}}])
}

/// Returns the labels of all pages.
async fn labels(app: &App, source: &str, search: &str, parameters: &Value) -> BTreeSet<String> {
    let (mut cursor, mut labels) = (json!(0), BTreeSet::new());
    while !cursor.is_null() {
        let answer = options(app, &page(source, &cursor, search, parameters)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let output = &answer.body["output"];
        for record in output["records"].as_array().unwrap() {
            assert!(record["value"].as_str().unwrap().starts_with("id:"), "{record}");
            assert!(labels.insert(record["label"].as_str().unwrap().to_owned()), "twice: {record}");
        }
        cursor = output["nextPageCursor"].clone();
    }
    labels
}

fn set<const N: usize>(labels: [&str; N]) -> BTreeSet<String> {
    labels.into_iter().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_and_files_are_listed_and_found() {
    let world = World::new().await;
    for path in ["Reports/2026/march.txt", "Reports/april.txt", "Räume/plan.txt", "report.txt"] {
        world.write(FIRST, path, b"x");
    }
    world.write(SECOND, "Other/other.txt", b"x");
    let (server, user, _) = newcomer(&world).await;
    let older = server.connect(SECOND).await;
    server.connect(FIRST).await;
    world.settled().await;
    assert_eq!(labels(&user, "folders", "", &json!([])).await, set(["/Reports", "/Räume"]));
    assert_eq!(labels(&server, "files", "", &json!([])).await, set(["/report.txt"]));
    for reports in ["/Reports".to_owned(), "/reports/".to_owned(), user.dropbox_id("/Reports").await] {
        let within = folder(&reports);
        assert_eq!(labels(&user, "folders", "", &within).await, set(["/Reports/2026"]), "{reports}");
        assert_eq!(labels(&user, "files", "", &within).await, set(["/Reports/april.txt"]), "{reports}");
    }
    assert_eq!(labels(&user, "folders", "report", &json!([])).await, set(["/Reports"]));
    assert_eq!(labels(&user, "files", "report", &json!([])).await, set(["/report.txt"]));
    assert_eq!(labels(&user, "files", "march", &folder("/Reports")).await, set(["/Reports/2026/march.txt"]));
    assert_eq!(labels(&user, "files", "nowhere", &json!([])).await, set([]));
    let headers = [("x-paragon-credential", &*older.to_string())];
    let body = page("folders", &json!(0), "", &json!([])).to_string();
    let picked = user.ask_with(Method::POST, "sdk/actions", &headers, &body).await;
    assert_eq!(picked.body["output"]["records"][0]["label"], "/Other");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_on_where_the_one_before_ended() {
    let world = World::new().await;
    let expected: BTreeSet<String> = (0..1_205).map(|number| format!("/note {number:04}.txt")).collect();
    for path in &expected {
        world.write(FIRST, path.trim_start_matches('/'), b"x");
    }
    world.write(FIRST, "zz/last.txt", b"x");
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.settled().await;
    let first = options(&app, &json!({"sourceKey": "files"})).await.body["output"].clone();
    assert!(first["nextPageCursor"].is_string() && first["records"].as_array().unwrap().len() < 1_205);
    assert_eq!(labels(&app, "files", "", &json!([])).await, expected);
    // A page of folders is not empty because of files that Dropbox lists before them.
    let folders = options(&app, &json!({"sourceKey": "folders"})).await.body["output"].clone();
    assert_eq!(folders["records"][0]["label"], "/zz");
    let found = labels(&app, "files", "note", &json!([])).await;
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_listed_is_refused_and_signs_nobody_out() {
    let world = World::new().await;
    let app = world.first_app("u");
    let none = options(&app, &json!({"sourceKey": "folders"})).await;
    assert_eq!(refusal(&none), (404, "not_connected"));
    app.connect(FIRST).await;
    world.settled().await;
    for bad in [
        json!({}),
        json!({"sourceKey": "<b>"}),
        json!({"sourceKey": 7}),
        json!({"sourceKey": "folders", "action": "slack"}),
        json!({"sourceKey": "folders", "action": 7}),
        json!({"sourceKey": "folders", "parameters": "x"}),
        json!({"sourceKey": "folders", "parameters": [{"key": "folder", "source": {"value": 7}}]}),
        page("folders", &json!(0), "", &folder("no path")),
        json!({"sourceKey": "folders", "paginationParameters": "x"}),
        page("folders", &json!(1), "", &json!([])),
        page("folders", &json!(true), "", &json!([])),
        page("folders", &json!("made up"), "", &json!([])),
        page("folders", &json!(0), &"x".repeat(1_001), &json!([])),
    ] {
        let answer = options(&app, &bad).await;
        assert_eq!(refusal(&answer), (400, "invalid_field"), "{bad:.80}");
        assert!(!answer.body.to_string().contains("<b>"), "{}", answer.body);
    }
    assert_eq!(refusal(&app.post("sdk/actions", "[]").await), (400, "malformed_body"));
    // An invalid cursor and a missing folder are refused by Dropbox.
    let made_up = options(&app, &page("folders", &json!("list:x"), "", &json!([]))).await;
    assert!(made_up.status.is_client_error(), "{}", made_up.body);
    let nowhere = options(&app, &page("folders", &json!(0), "", &folder("/nowhere"))).await;
    assert!(
        nowhere.body["error_summary"].as_str().unwrap().starts_with("path/not_found"),
        "{}",
        nowhere.body
    );
    // If Dropbox forbids the call, the SDK gets an integration error.
    let faults = world.stack.dropbox.faults(FIRST);
    faults.next("files/list_folder", 1, Fault::MissingScope { required_scope: None });
    let forbidden = options(&app, &json!({"sourceKey": "folders"})).await;
    assert_eq!(forbidden.status, 401, "{}", forbidden.body);
    assert_eq!(forbidden.body["meta"], json!({"isIntegrationError": true}));
    assert_eq!(forbidden.body["error"][".tag"], "missing_scope");
}
