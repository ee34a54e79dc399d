//! Credentials, and the settings that are stored with them.

use reqwest::Method;
use serde_json::{Value, json};
use shared::model::ConnectionId;
use tests::{Answer, App, World};

use super::{FIRST, SECOND, ask, credential, newcomer, page_of, path_of, refusal};

async fn change(app: &App, connection: ConnectionId, body: &Value) -> Answer {
    app.ask(Method::PATCH, &path_of(connection), &body.to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_listed_without_a_token_of_dropboxs() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    assert_eq!(ask(&user, "credentials").await, json!([]));
    assert_eq!(
        refusal(&user.get("sdk/credentials?integration=dropbox").await),
        (404, "credential_not_found")
    );
    let (first, second) = (server.connect(FIRST).await, server.connect(SECOND).await);
    let all = ask(&user, "credentials").await;
    assert_eq!(all, json!([credential(&user, first).await, credential(&user, second).await]));
    let integration = ask(&user, "integrations").await[0].clone();
    let query = "sdk/credentials?integration=dropbox&includeAccountAuth=true";
    let newest = user.get(query).await.body;
    assert_eq!((&newest["credential"]["id"], &newest["type"]), (&json!(second), &json!("dropbox")));
    assert_eq!((&newest["id"], &newest["accountAuth"]), (&integration["id"], &Value::Null));
    let named = [("x-paragon-credential", &*first.to_string())];
    let picked = user.ask_with(Method::GET, query, &named, "").await.body;
    assert_eq!(picked["credential"], all[0]);
    assert_eq!(user.ask_with(Method::GET, "sdk/credentials", &named, "").await.body, json!([all[0]]));
    let by_id = format!("sdk/credentials?integration={}", integration["id"].as_str().unwrap());
    assert_eq!(user.get(&by_id).await.body["credential"]["id"], json!(second));
    for unknown in ["slack", "", "3e0748fe-16ab-5186-ab62-a73739978807"] {
        let answer = user.get(&format!("sdk/credentials?integration={unknown}")).await;
        assert_eq!(refusal(&answer), (404, "integration_not_found"), "{unknown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_kept_with_a_credential_and_returned_with_its_user() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    let connection = server.connect(FIRST).await;
    let shared = json!({"folder": "id:abc", "limit": 5, "filters": [{"name": "☃"}]});
    let answer = change(&user, connection, &json!({"config": {"sharedSettings": shared}})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body, credential(&user, connection).await);
    let workflows = json!({"5f0c": {"enabled": true, "settings": {}}});
    change(&user, connection, &json!({"config": {"workflowSettings": workflows}})).await;
    let found = credential(&server, connection).await["configurations"].clone();
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!((&found[0]["isDefault"], &found[0]["sharedSettings"]), (&json!(true), &shared));
    assert_eq!(found[0]["workflowSettings"], workflows);
    let dropbox = ask(&user, "me").await["integrations"]["dropbox"].clone();
    assert_eq!((&dropbox["sharedSettings"], &dropbox["workflowSettings"]), (&shared, &workflows));
    assert_eq!(dropbox["allCredentials"][0]["configurations"], found);
    // New settings replace the old ones as a whole.
    change(&user, connection, &json!({"config": {"sharedSettings": {}}})).await;
    let found = credential(&user, connection).await["configurations"][0].clone();
    assert_eq!((&found["sharedSettings"], &found["workflowSettings"]), (&json!({}), &workflows));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_kept_change_nothing() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    let connection = server.connect(FIRST).await;
    let before = credential(&user, connection).await;
    for bad in [
        json!({"config": "<b>"}),
        json!({"config": []}),
        json!({"config": {"sharedSettings": "<b>"}}),
        json!({"config": {"sharedSettings": [1]}}),
        json!({"config": {"sharedSettings": {"a": "x".repeat(5_000)}}}),
        json!({"config": {"sharedSettings": {"ok": 1}, "workflowSettings": true}}),
        json!({"externalId": 7}),
        json!({"externalId": ""}),
        json!({"externalId": " padded"}),
        json!({"externalId": "ext:mine"}),
        json!({"externalId": connection}),
        json!({"config": {"sharedSettings": {"ok": 1}}, "externalId": "x".repeat(256)}),
    ] {
        let answer = change(&user, connection, &bad).await;
        assert_eq!(refusal(&answer), (400, "invalid_field"), "{bad:.80}");
        assert!(!answer.body.to_string().contains("<b>"), "{}", answer.body);
    }
    for body in ["[]", "7", "{"] {
        let answer = user.ask(Method::PATCH, &path_of(connection), body).await;
        assert_eq!(refusal(&answer), (400, "malformed_body"), "{body}");
    }
    assert_eq!(credential(&user, connection).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projects_inputs_say_which_settings_are_kept() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    let connection = server.connect(FIRST).await;
    let set = async |settings: Value| {
        change(&user, connection, &json!({"config": {"sharedSettings": settings}})).await
    };
    // Kept from the time before there were inputs.
    assert_eq!(set(json!({"old": [1]})).await.status, 200);
    let inputs = json!({"inputs": [
        {"id": "folder", "type": "folder", "title": "Folder", "hint": "Exports go there.", "required": true},
        {"id": "limit", "type": "number", "title": "Limit", "default": 5},
        {"id": "kind", "type": "choice", "title": "Kind", "options": [{"value": "a", "label": "A"}]},
    ]});
    assert_eq!(server.ask(Method::PATCH, "settings", &inputs.to_string()).await.status, 200);
    let values = ask(&user, "integrations").await[0]["configs"][0]["values"].clone();
    let shown = json!([
        {"id": "folder", "type": "DYNAMIC_ENUM", "title": "Folder", "required": true,
            "tooltip": "Exports go there.", "sourceType": "folders"},
        {"id": "limit", "type": "NUMBER", "title": "Limit", "required": false, "defaultValue": 5},
        {"id": "kind", "type": "CUSTOM_DROPDOWN", "title": "Kind", "required": false, "key": "kind",
            "keyIsDefault": false, "customDropdownOptions": [{"value": "a", "label": "A"}]},
    ]);
    assert_eq!(values["sharedMeta"]["inputs"], shown);
    let sources = &ask(&user, "integrations").await[0]["sdkIntegrationConfig"]["dataSources"];
    assert_eq!(sources["folders"]["cacheKey"], "folders", "the form lists folders by it");
    for (place, wrong) in [
        (".limit must be a number", json!({"limit": "<b>"})),
        (".folder must be a folder's Dropbox id", json!({"folder": "/<b>"})),
        (".kind must be one of", json!({"kind": "<b>"})),
        (" takes no other settings than folder, limit, kind", json!({"<b>": 1})),
        (" takes no other settings than", json!({"limit": 1, "old": [2]})),
    ] {
        let answer = set(wrong.clone()).await;
        assert_eq!(refusal(&answer), (400, "invalid_field"), "{wrong}");
        let message = answer.body["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("The field config.sharedSettings{place}")), "{message}");
        assert!(!message.contains("<b>"), "{message}");
    }
    let kept = async || credential(&user, connection).await["configurations"][0]["sharedSettings"].clone();
    assert_eq!(kept().await, json!({"old": [1]}), "nothing was changed");
    let good = json!({"old": [1], "folder": "id:abc", "limit": 7, "kind": "a"});
    assert_eq!(set(good.clone()).await.status, 200);
    assert_eq!(kept().await, good);
    // Null takes a value away, but not a required one.
    assert_eq!(refusal(&set(json!({"limit": 7})).await), (400, "invalid_field"));
    assert_eq!(set(json!({"folder": "id:abc", "limit": null})).await.status, 200);
    assert_eq!(kept().await, json!({"folder": "id:abc"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_external_id_is_one_credentials_of_a_user() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    let (first, second) = (server.connect(FIRST).await, server.connect(SECOND).await);
    let named = json!({"externalId": "work ☃"});
    assert_eq!(change(&server, first, &named).await.body["externalId"], "work ☃");
    assert_eq!(refusal(&change(&user, second, &named).await), (409, "external_id_taken"));
    assert_eq!(change(&user, first, &named).await.status, 200, "it is its own");
    assert_eq!(credential(&user, second).await["externalId"], Value::Null);
    let mut other = server.clone();
    "user-3".clone_into(&mut other.user);
    let others = other.connect(FIRST).await;
    assert_eq!(change(&other, others, &named).await.status, 200, "it is another user's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_its_users_alone() {
    let world = World::new().await;
    let (server, user, pairs) = newcomer(&world).await;
    let connection = server.connect(FIRST).await;
    let strangers = [page_of(&server, &pairs, "user-3"), world.first_app("user-2")];
    let body = json!({"config": {"sharedSettings": {"a": 1}}});
    for stranger in &strangers {
        assert_eq!(refusal(&stranger.get(&path_of(connection)).await), (404, "credential_not_found"));
        assert_eq!(refusal(&change(stranger, connection, &body).await), (404, "credential_not_found"));
    }
    for unknown in [ConnectionId::random().to_string(), "x".to_owned(), "%00".to_owned(), "1".to_owned()] {
        let answer = user.get(&format!("sdk/credentials/{unknown}")).await;
        assert_eq!(refusal(&answer), (404, "credential_not_found"), "{unknown}");
    }
    assert_eq!(credential(&user, connection).await["configurations"][0]["sharedSettings"], json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_go_with_their_connection() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    let connection = server.connect(FIRST).await;
    change(&user, connection, &json!({"config": {"sharedSettings": {"folder": "id:a"}}})).await;
    let rows = world.rows_of(connection).await;
    assert!(rows.contains(&format!("connection#{connection}/settings")), "{rows:?}");
    user.ask(Method::DELETE, &format!("connections/{connection}"), "").await;
    let late = change(&user, connection, &json!({"config": {"sharedSettings": {"folder": "id:b"}}})).await;
    assert_eq!(refusal(&late), (404, "credential_not_found"));
    world.settled().await;
    assert_eq!(world.rows_left_by(connection).await, [format!("connection#{connection}/connection")]);
    assert_eq!(ask(&user, "credentials").await, json!([]));
}
