//! For whom a workflow runs.

use serde_json::{Value, json};
use tests::World;

use super::{FIRST, decide, folder_maker, make, patch, path};

/// Returns a document that needs a setting.
fn needy() -> Value {
    let mut document = folder_maker();
    document["settings"] = json!([{"id": "parent", "title": "In", "type": "folder", "required": true}]);
    document
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_is_enabled_for_a_user_with_settings() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let connection = app.connect(FIRST).await;
    let workflow = make(&app, &folder_maker()).await;
    let before = app.get(&format!("{}/enablement", path(&workflow))).await.body;
    assert_eq!((&before["enabled"], &before["decided_at"]), (&json!(false), &json!(null)));
    assert_eq!(before["settings"], json!({"parent": "/Made"}), "the default");
    let choice = json!({"enabled": true, "settings": {"parent": "/Own"}, "connections": [connection]});
    let after = decide(&app, &workflow, choice).await;
    assert_eq!((&after["enabled"], &after["settings"]), (&json!(true), &json!({"parent": "/Own"})));
    assert_eq!(after["connections"], json!([connection]));
    let off = decide(&app, &workflow, json!({"enabled": false})).await;
    assert_eq!((&off["enabled"], &off["settings"]), (&json!(false), &after["settings"]));
    let listed = app.get(&format!("{}/enablements", path(&workflow))).await.body;
    assert_eq!(listed, json!({"enablements": [off], "next": null}));
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_listed_page_by_page() {
    let world = World::new().await;
    let workflow = make(&world.first_app("a"), &folder_maker()).await;
    for user in ["c", "a", "b"] {
        decide(&world.first_app(user), &workflow, json!({"enabled": true})).await;
    }
    let list = format!("{}/enablements", path(&workflow));
    let page = async |query: &str| {
        let body = world.first_app("a").get(&format!("{list}{query}")).await.body;
        let users: Vec<String> = body["enablements"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["user"].as_str().unwrap().to_owned())
            .collect();
        (users.join(" "), body["next"].clone())
    };
    assert_eq!(page("?limit=2").await, ("a b".to_owned(), json!("b")));
    assert_eq!(page("?limit=2&after=b").await, ("c".to_owned(), Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_that_needs_a_setting_is_enabled_only_with_it() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let workflow = make(&app, &needy()).await;
    let enablement = format!("{}/enablement", path(&workflow));
    let refused = patch(&app, &enablement, &json!({"enabled": true})).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "setting_missing"));
    assert_eq!(app.get(&enablement).await.body["decided_at"], Value::Null, "nothing was changed");
    decide(&app, &workflow, json!({"settings": {"parent": "/a"}})).await;
    assert_eq!(decide(&app, &workflow, json!({"enabled": true})).await["enabled"], true);
    let refused = patch(&app, &enablement, &json!({"settings": {}})).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "setting_missing"));
    assert_eq!(app.get(&enablement).await.body["settings"], json!({"parent": "/a"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_decisions_change_nothing() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let connection = app.connect(FIRST).await;
    let other = world.first_app("user-2");
    let foreign = other.connect(super::SECOND).await;
    let workflow = make(&app, &folder_maker()).await;
    let enablement = format!("{}/enablement", path(&workflow));
    for (choice, status, code) in [
        (json!({"enabled": "yes"}), 400, "malformed_body"),
        (json!({"enabled": true, "colour": 1}), 400, "malformed_body"),
        (json!({"enabled": true, "settings": {"colour": 1}}), 400, "invalid_settings"),
        (json!({"enabled": true, "settings": {"parent": 1}}), 400, "invalid_settings"),
        (json!({"enabled": true, "connections": ["x"]}), 400, "malformed_body"),
        (json!({"enabled": true, "connections": [connection, foreign]}), 404, "connection_not_found"),
        (json!({"enabled": true, "connections": [4_000_000]}), 404, "connection_not_found"),
    ] {
        let answer = patch(&app, &enablement, &choice).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{choice}");
    }
    assert_eq!(app.get(&enablement).await.body["decided_at"], Value::Null);
}
