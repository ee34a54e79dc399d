//! Invalid requests change nothing, and the response says what is wrong without repeating the value.

use reqwest::StatusCode;
use serde_json::{Map, Value, json};
use tests::{App, World};

use super::{FIRST, act, connected, tree};

#[tokio::test(flavor = "multi_thread")]
async fn bad_parameters_change_nothing() {
    let (world, app) = connected().await;
    world.write(FIRST, "Docs/a.txt", b"a");
    world.settled().await;
    let before = tree(&app).await;
    let calls = world.stack.dropbox.calls();
    let file = json!({"data": "aGVsbG8="});
    for (action, parameters) in [
        ("DROPBOX_CREATE_FOLDER", json!({})),
        ("DROPBOX_CREATE_FOLDER", json!({"path": ""})),
        ("DROPBOX_CREATE_FOLDER", json!({"path": "/"})),
        ("DROPBOX_CREATE_FOLDER", json!({"path": "new"})),
        ("DROPBOX_CREATE_FOLDER", json!({"path": "/new", "folderName": "new"})),
        ("DROPBOX_CREATE_FOLDER", json!({"path": "/new", "folder": "/Docs"})),
        ("DROPBOX_CREATE_FOLDER", json!({"folderName": "a/b"})),
        ("DROPBOX_CREATE_FOLDER", json!({"path": "/new", "autoRename": true})),
        ("DROPBOX_DELETE_FOLDER", json!({})),
        ("DROPBOX_DELETE_FOLDER", json!({"path": "/"})),
        ("DROPBOX_DELETE_FOLDER", json!({"path": ""})),
        ("DROPBOX_DELETE_FOLDER", json!({"path": "Docs"})),
        ("DROPBOX_MOVE_FOLDER", json!({"fromPath": "/Docs"})),
        ("DROPBOX_MOVE_FOLDER", json!({"fromPath": "/", "toPath": "/x"})),
        ("DROPBOX_MOVE_FOLDER", json!({"fromPath": "/Docs", "toPath": "/"})),
        ("DROPBOX_MOVE_FOLDER", json!({"fromPath": "/Docs", "toPath": "id:x"})),
        ("DROPBOX_GET_FOLDER_BY_ID", json!({"folderId": "/Docs"})),
        ("DROPBOX_GET_FOLDER_BY_ID", json!({"folderId": "id:"})),
        ("DROPBOX_LIST_FILES", json!({"limit": 0})),
        ("DROPBOX_LIST_FILES", json!({"limit": 2001})),
        ("DROPBOX_LIST_FILES", json!({"limit": -1})),
        ("DROPBOX_LIST_FILES", json!({"cursor": "c", "folder": "/Docs"})),
        ("DROPBOX_SEARCH_FOLDERS", json!({})),
        ("DROPBOX_SEARCH_FOLDERS", json!({"folderName": " "})),
        ("DROPBOX_SEARCH_FOLDERS", json!({"folderName": "x".repeat(1001)})),
        ("DROPBOX_SEARCH_FOLDERS", json!({"folderName": "x", "limit": 1001})),
        ("DROPBOX_SEARCH_FOLDERS", json!({"folderName": "x", "cursor": "c"})),
        ("DROPBOX_GET_FILE_BY_NAME", json!({})),
        ("DROPBOX_GET_FILE_BY_NAME", json!({"folder": "/Docs"})),
        ("DROPBOX_GET_FILE_BY_NAME", json!({"fileName": "a.txt", "path": "/Docs/a.txt"})),
        ("DROPBOX_GET_FILE_BY_NAME", json!({"fileName": "a.txt", "return": "everything"})),
        ("DROPBOX_DOWNLOAD_FILE", json!({"path": "rev:"})),
        ("DROPBOX_SAVE_FILE", json!({"path": "/new.txt"})),
        ("DROPBOX_SAVE_FILE", json!({"file": {}, "path": "/new.txt"})),
        ("DROPBOX_SAVE_FILE", json!({"file": file})),
        ("DROPBOX_SAVE_FILE", json!({"file": file, "path": "/"})),
        ("DROPBOX_SAVE_FILE", json!({"file": file, "path": "/new.txt", "fileName": "new.txt"})),
        (
            "DROPBOX_SAVE_FILE",
            json!({"file": {"data": "a", "url": "https://example.com/"}, "path": "/new.txt"}),
        ),
        ("DROPBOX_SAVE_FILE", json!({"file": {"data": "not base64"}, "path": "/new.txt"})),
        ("DROPBOX_SAVE_FILE", json!({"file": {"data": "aGVsbG8=", "size": 4}, "path": "/new.txt"})),
        ("DROPBOX_SAVE_FILE", json!({"file": {"data": "aGVsbG8=", "name": "a/b"}})),
        ("DROPBOX_SAVE_FILE", json!({"file": file, "path": "/new.txt", "mode": "replace"})),
        ("DROPBOX_SAVE_FILE", json!({"file": file, "path": "/new.txt", "mode": "update"})),
        ("DROPBOX_SAVE_FILE", json!({"file": file, "path": "/new.txt", "rev": "015f9e3b2c4d"})),
        ("DROPBOX_SAVE_FILE", json!({"file": file, "path": "/new.txt", "clientModified": "yesterday"})),
        ("DROPBOX_SAVE_FILE", json!({"file": file, "path": "/new.txt", "resume": "e30"})),
        ("DROPBOX_SAVE_FILE", json!([])),
        ("DROPBOX_SAVE_FILE", json!("text")),
        ("DROPBOX_SAVE_FILE", Value::Null),
    ] {
        let answer = act(&app, action, parameters.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "invalid_parameters"),
            "{action} {parameters}: {}",
            answer.body
        );
    }
    assert_eq!(world.stack.dropbox.calls(), calls, "Dropbox was asked");
    assert_eq!(tree(&app).await, before);
}

/// Sends values of every type for every parameter in the schemas: a value of another type than the
/// parameter's is refused, and the response does not repeat it.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_a_wrong_type_is_refused_in_every_field() {
    let (world, app) = connected().await;
    let (before, mut tried) = (tree(&app).await, 0);
    let list = app.get("actions").await.body;
    let values = [
        ("string", json!("<b>wrong</b>")),
        ("integer", json!(7)),
        ("integer", json!(-7)),
        ("number", json!(7.5)),
        ("boolean", json!(true)),
        ("array", json!(["<b>wrong</b>"])),
        ("object", json!({"<b>wrong</b>": 1})),
    ];
    for action in list["actions"]["dropbox"].as_array().unwrap() {
        let function = &action["function"];
        let needed = function["parameters"]["required"].as_array().unwrap();
        for (field, schema) in function["parameters"]["properties"].as_object().unwrap() {
            for (kind, value) in values.iter().filter(|(kind, _)| schema["type"] != *kind) {
                let mut parameters: Map<String, Value> = needed
                    .iter()
                    .map(|name| name.as_str().unwrap())
                    .map(|name| (name.to_owned(), good(name)))
                    .collect();
                parameters.insert(field.clone(), value.clone());
                let answer = act(&app, function["name"].as_str().unwrap(), parameters.into()).await;
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{function} {field} as {kind}");
                assert!(!answer.body.to_string().contains("<b>"), "{}", answer.body);
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
    assert_eq!(tree(&app).await, before);
    drop(world);
}

/// Returns a valid value for a required parameter.
fn good(name: &str) -> Value {
    match name {
        "file" => json!({"data": ""}),
        "folderId" => json!("id:a"),
        "toPath" => json!("/to"),
        _ => json!("/from"),
    }
}

async fn code(app: &App, body: &str) -> (u16, String) {
    let answer = app.post("actions", body).await;
    (answer.status.as_u16(), answer.code().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_action_of_this_user_is_refused() {
    let world = World::new().await;
    let (app, other) = (world.first_app("u"), world.second_app("u"));
    app.connect(FIRST).await;
    let create = json!({"action": "DROPBOX_CREATE_FOLDER", "parameters": {"path": "/x"}}).to_string();
    for (body, status, expected) in [
        ("", 400, "malformed_body"),
        ("null", 400, "malformed_body"),
        ("[]", 400, "malformed_body"),
        ("{\"action\": 1}", 400, "malformed_body"),
        ("{\"action\": \"DROPBOX_FLY\"}", 404, "action_not_found"),
        ("{\"action\": \"dropbox_list_files\"}", 404, "action_not_found"),
    ] {
        assert_eq!(code(&app, body).await, (status, expected.to_owned()), "{body}");
    }
    let mut foreign = app.clone();
    foreign.project = other.project;
    assert_eq!(code(&foreign, &create).await, (404, "project_not_found".to_owned()));
    assert_eq!(foreign.get("actions").await.status, 404);
    assert_eq!(code(&app.with_token("a.b.c"), &create).await, (401, "token_refused".to_owned()));
    assert_eq!(code(&app.with_token("nothing"), &create).await, (401, "unauthorized".to_owned()));
    // Paragon's MCP server offers its user a connect link if the message starts like this.
    let unconnected = world.first_app("somebody else").post("actions", &create).await;
    assert_eq!((unconnected.status.as_u16(), unconnected.code()), (404, "not_connected"));
    assert!(unconnected.body["message"].as_str().unwrap().starts_with("Integration not enabled for user."));
    assert!(!world.directory(FIRST).join("x").exists());
}
