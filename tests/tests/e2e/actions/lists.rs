//! List of actions, as clients read it, and as it is in `infra/openapi.yaml`.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::connected;
use tests::World;

const OPENAPI: &str = include_str!("../../../../infra/openapi.yaml");
const NAMES: [&str; 9] = [
    "DROPBOX_SAVE_FILE",
    "DROPBOX_GET_FILE_BY_NAME",
    "DROPBOX_DOWNLOAD_FILE",
    "DROPBOX_LIST_FILES",
    "DROPBOX_CREATE_FOLDER",
    "DROPBOX_MOVE_FOLDER",
    "DROPBOX_GET_FOLDER_BY_ID",
    "DROPBOX_SEARCH_FOLDERS",
    "DROPBOX_DELETE_FOLDER",
];

/// Paragon's MCP server reads the list in this form, and compiles each schema with ajv, which supports draft
/// 7 by default and resolves no external references.
#[tokio::test(flavor = "multi_thread")]
async fn actions_are_listed_as_paragons_clients_read_them() {
    let world = World::new().await;
    let app = world.first_app("nobody who has connected");
    let list = app.get("actions?limit_to_available=false").await;
    assert_eq!(list.status, 200, "{}", list.body);
    let actions = list.body["actions"]["dropbox"].as_array().unwrap();
    let names: Vec<&str> = actions.iter().filter_map(|action| action["function"]["name"].as_str()).collect();
    assert_eq!(names, NAMES);
    for action in actions {
        let function = &action["function"];
        assert!(function["description"].as_str().is_some_and(|text| text.ends_with('.')), "{function}");
        let schema = &function["parameters"];
        assert_eq!(schema["type"], "object");
        assert!(schema["required"].is_array());
        let text = schema.to_string();
        assert!(!text.contains("$schema") && !text.contains("$ref"), "{text}");
    }
    let tools = app.get("tools").await;
    assert_eq!(tools.body["tools"], list.body["actions"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_is_an_action_by_another_name() {
    let (_world, app) = connected().await;
    let body = json!({"tool": "DROPBOX_CREATE_FOLDER", "parameters": {"path": "/a"}}).to_string();
    let made = app.post("tools", &body).await;
    assert_eq!((made.status.as_u16(), &made.body["metadata"]["name"]), (200, &json!("a")));
    assert_eq!(app.post("actions", &body).await.code(), "malformed_body");
    for (method, path) in [(Method::PUT, "actions"), (Method::DELETE, "tools"), (Method::POST, "actions/x")] {
        assert_ne!(app.ask(method, path, &body).await.status, 200, "{path}");
    }
}

/// The documentation has the same schemas as the validation, derived from the parameters' types.
#[tokio::test(flavor = "multi_thread")]
async fn openapi_has_the_schemas_of_the_parameters() {
    let world = World::new().await;
    let list = world.first_app("u").get("actions").await;
    let api: Value = serde_saphyr::from_str(OPENAPI).unwrap();
    let mut expected = Map::new();
    for action in list.body["actions"]["dropbox"].as_array().unwrap() {
        let name = action["function"]["name"].as_str().unwrap();
        expected.insert(model(name), action["function"]["parameters"].clone());
    }
    let documented: Map<String, Value> =
        expected.keys().map(|name| (name.clone(), api["components"]["schemas"][name].clone())).collect();
    assert_eq!(documented, expected, "openapi.yaml needs: {}", json!(expected));
}

/// Converts `DROPBOX_SAVE_FILE` to `SaveFileParameters`.
fn model(action: &str) -> String {
    let words = action.trim_start_matches("DROPBOX_").split('_');
    words.map(|word| word[..1].to_owned() + &word[1..].to_lowercase()).collect::<String>() + "Parameters"
}
