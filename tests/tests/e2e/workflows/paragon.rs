//! Workflows as Paragon's SDK sees them.

use http::Method;
use serde_json::{Value, json};
use shared::model::ConnectionId;
use tests::{App, World};

use super::{FIRST, SECOND, decide, folder_maker, make, with_folder_maker};

/// Returns what a credential says of a workflow, in its default configuration.
async fn setting(app: &App, connection: ConnectionId, workflow: &Value) -> Value {
    let answer = app.get(&format!("sdk/credentials/{connection}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["configurations"][0]["workflowSettings"][workflow["id"].as_str().unwrap()].clone()
}

async fn switch(app: &App, method: Method, workflow: &Value, connection: Option<ConnectionId>) -> Value {
    let path = format!("sdk/workflows/{}", workflow["id"].as_str().unwrap());
    let credential = connection.map(|connection| connection.to_string()).unwrap_or_default();
    let headers = [("x-paragon-credential", credential.as_str())];
    let headers: &[(&str, &str)] = if connection.is_some() { &headers } else { &[] };
    let answer = app.ask_with(method, &path, headers, "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

#[tokio::test(flavor = "multi_thread")]
async fn workflows_are_described_with_their_inputs() {
    let (_world, app, workflow) = with_folder_maker().await;
    let id = workflow["id"].as_str().unwrap();
    let integration = app.get("sdk/integrations").await.body[0].clone();
    assert_eq!(integration["workflows"][0]["id"], id);
    assert_eq!(integration["workflows"][0]["description"], "Folder maker");
    let meta = &integration["configs"][0]["values"]["workflowMeta"][id];
    assert_eq!((&meta["id"], &meta["infoText"]), (&json!(id), &json!("Makes a folder for what is asked.")));
    assert_eq!((&meta["defaultEnabled"], &meta["hidden"]), (&json!(false), &json!(false)));
    let input = &meta["inputs"][0];
    assert_eq!((&input["id"], &input["type"]), (&json!("parent"), &json!("DYNAMIC_ENUM")));
    assert_eq!((&input["sourceType"], &input["defaultValue"]), (&json!("folders"), &json!("/Made")));
    let me = app.get("sdk/me").await.body["integrations"]["dropbox"].clone();
    assert_eq!(me["workflowSettings"][id], json!({"enabled": true, "settings": {}}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_is_switched_in_each_account_without_the_others() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let (first, second) = (app.connect(FIRST).await, app.connect(SECOND).await);
    let workflow = make(&app, &folder_maker()).await;
    let enabled = async || {
        let (one, other) = (setting(&app, first, &workflow).await, setting(&app, second, &workflow).await);
        (one["enabled"].clone(), other["enabled"].clone())
    };
    let (on, off) = (json!(true), json!(false));
    assert_eq!(enabled().await, (off.clone(), off.clone()));
    let switched = switch(&app, Method::POST, &workflow, Some(first)).await;
    assert_eq!((&switched["enabled"], &switched["connectCredentialId"]), (&on, &json!(first)));
    assert_eq!(enabled().await, (on.clone(), off.clone()));
    switch(&app, Method::POST, &workflow, Some(second)).await;
    assert_eq!(enabled().await, (on.clone(), on.clone()));
    // Both were chosen, and no account that the user may connect later.
    let stored = app.get(&format!("workflows/{}/enablement", workflow["id"].as_str().unwrap())).await.body;
    let mut both = [first.to_string(), second.to_string()];
    both.sort();
    assert_eq!(stored["connections"], json!(both));
    let switched = switch(&app, Method::DELETE, &workflow, Some(first)).await;
    assert_eq!((&switched["enabled"], &switched["connectCredentialId"]), (&off, &json!(first)));
    assert_eq!(enabled().await, (off.clone(), on.clone()));
    switch(&app, Method::DELETE, &workflow, Some(second)).await;
    assert_eq!(enabled().await, (off.clone(), off.clone()));
    switch(&app, Method::POST, &workflow, Some(second)).await;
    switch(&app, Method::DELETE, &workflow, None).await;
    assert_eq!(enabled().await, (off.clone(), off));
    switch(&app, Method::POST, &workflow, None).await;
    assert_eq!(enabled().await, (on.clone(), on), "in all, without a selected one");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_workflows_are_the_users_and_others_are_kept_as_they_are() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let connection = app.connect(FIRST).await;
    let workflow = make(&app, &folder_maker()).await;
    let id = workflow["id"].as_str().unwrap();
    let store = async |settings: Value| {
        let body = json!({"config": {"workflowSettings": settings}}).to_string();
        app.ask(Method::PATCH, &format!("sdk/credentials/{connection}"), &body).await
    };
    let given = json!({id: {"enabled": true, "settings": {"parent": "/Own"}}, "other": {"a": 1}});
    let stored = store(given).await;
    assert_eq!(stored.status, 200, "{}", stored.body);
    let shown = &stored.body["configurations"][0]["workflowSettings"];
    assert_eq!(shown["other"], json!({"a": 1}));
    assert_eq!(
        shown[id],
        json!({"enabled": false, "settings": {"parent": "/Own"}}),
        "settings enable nothing"
    );
    let decided = decide(&app, &workflow, json!({"enabled": true})).await;
    assert_eq!(decided["settings"], json!({"parent": "/Own"}));
    assert_eq!(setting(&app, connection, &workflow).await["enabled"], true);
    for wrong in [json!({"parent": 1}), json!({"colour": "red"}), json!("x")] {
        let refused = store(json!({"other": {"a": 2}, id: {"settings": wrong}})).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, "invalid_field"), "{wrong}");
    }
    let after = app.get(&format!("sdk/credentials/{connection}")).await.body;
    assert_eq!(
        after["configurations"][0]["workflowSettings"]["other"],
        json!({"a": 1}),
        "nothing was changed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_users_account_is_none_of_the_caller() {
    let (world, app, workflow) = with_folder_maker().await;
    let other = world.first_app("user-2");
    let foreign = other.connect(SECOND).await;
    let id = workflow["id"].as_str().unwrap();
    let credential = foreign.to_string();
    for (method, path) in [
        (Method::POST, format!("sdk/workflows/{id}")),
        (Method::DELETE, format!("sdk/workflows/{id}")),
        (Method::POST, format!("sdk/triggers/{id}")),
    ] {
        let headers = [("x-paragon-credential", credential.as_str())];
        let answer = app.ask_with(method.clone(), &path, &headers, "").await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "credential_not_found"), "{method} {path}");
        let lone = [("x-paragon-configuration-id", id)];
        let answer = app.ask_with(method.clone(), &path, &lone, "").await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "credential_missing"), "{method} {path}");
    }
}
