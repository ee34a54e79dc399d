//! Application events, and the list of triggers.

use reqwest::Method;
use serde_json::{Value, json};
use shared::model::ConnectionId;
use tests::{Answer, App, World};

use super::{FIRST, credential, newcomer, page_of, refusal};

async fn trigger(app: &App, headers: &[(&str, &str)], body: &str) -> Answer {
    let request = app.request_of_version("v2", Method::POST, "sdk/events/trigger").body(body.to_owned());
    app.answer(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applications_event_is_published_as_it_was_sent() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    let connection = server.connect(FIRST).await;
    let payload = json!({"number": 42, "total": 12.5, "lines": [{"name": "☃"}], "none": null});
    let sent = trigger(&user, &[], &json!({"name": "Invoice Paid", "payload": payload}).to_string()).await;
    assert_eq!(sent.status, 202, "{}", sent.body);
    let event = world.event("Application Event").await;
    assert_eq!((&event["id"], &event["name"]), (&sent.body["id"], &json!("Invoice Paid")));
    assert_eq!((&event["payload"], &event["sent_by"]), (&payload, &json!("user_token")));
    assert_eq!((&event["project"], &event["user"]), (&json!(user.project), &json!("user-2")));
    assert_eq!((&event["connection"], &event["type"]), (&Value::Null, &json!("application")));
    // Sent by the server for a credential and one of its configurations.
    let configuration = credential(&user, connection).await["configurations"][0]["id"].clone();
    let id = connection.to_string();
    let headers = [
        ("x-paragon-credential", id.as_str()),
        ("x-paragon-configuration-id", configuration.as_str().unwrap()),
    ];
    trigger(&server, &headers, "{\"name\": \"Paid\"}").await;
    let events = world.events().await;
    let last = &events.iter().rfind(|event| event.detail_type == "Application Event").unwrap().detail;
    assert_eq!((&last["connection"], &last["configuration"]), (&json!(connection), &configuration));
    assert_eq!((&last["sent_by"], &last["payload"]), (&json!("api_key"), &json!({})));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_cannot_be_is_not_published() {
    let world = World::new().await;
    let (server, user, pairs) = newcomer(&world).await;
    let connection = server.connect(FIRST).await.to_string();
    for bad in [
        json!({}),
        json!({"name": null}),
        json!({"name": 7}),
        json!({"name": ""}),
        json!({"name": " Paid"}),
        json!({"name": "Pa\nid"}),
        json!({"name": "x".repeat(129)}),
        json!({"name": "Paid", "payload": "<b>"}),
        json!({"name": "Paid", "payload": [1]}),
        json!({"name": "Paid", "payload": {"a": "x".repeat(50_000)}}),
    ] {
        let answer = trigger(&user, &[], &bad.to_string()).await;
        assert_eq!(refusal(&answer), (400, "invalid_field"), "{bad:.80}");
    }
    let large = json!({"name": "Paid", "payload": {"a": "x".repeat(70_000)}}).to_string();
    assert_eq!(refusal(&trigger(&user, &[], &large).await), (413, "body_too_large"));
    assert_eq!(refusal(&trigger(&user, &[], "Paid").await), (400, "malformed_body"));
    let (unknown, paid) = (ConnectionId::random().to_string(), "{\"name\": \"Paid\"}");
    let (credential, configuration) = ("x-paragon-credential", "x-paragon-configuration-id");
    for (headers, expected) in [
        (vec![(credential, unknown.as_str())], (404, "credential_not_found")),
        (vec![(credential, "x")], (404, "credential_not_found")),
        (vec![(configuration, unknown.as_str())], (400, "credential_missing")),
        (vec![(credential, &*connection), (configuration, &*unknown)], (404, "configuration_not_found")),
    ] {
        assert_eq!(refusal(&trigger(&user, &headers, paid).await), expected, "{headers:?}");
    }
    let stranger = page_of(&server, &pairs, "user-3");
    let others = trigger(&stranger, &[(credential, &*connection)], paid).await;
    assert_eq!(refusal(&others), (404, "credential_not_found"));
    assert!(world.events().await.iter().all(|event| event.detail_type != "Application Event"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_triggers_are_what_the_bus_tells_of_files() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    let connection = server.connect(FIRST).await.to_string();
    let headers = [("x-paragon-credential", connection.as_str())];
    let answer = user.ask_with(Method::GET, "triggers?integrations=dropbox", &headers, "").await;
    let triggers = answer.body["triggers"]["dropbox"].as_array().unwrap().clone();
    let named: Vec<&str> = triggers.iter().map(|one| one["type"].as_str().unwrap()).collect();
    let paragons =
        ["TRIGGER_DROPBOX_FILE_CREATED", "TRIGGER_DROPBOX_FILE_UPDATED", "TRIGGER_DROPBOX_FILE_DELETED"];
    assert_eq!(named[..3], paragons);
    assert!(named.contains(&"TRIGGER_DROPBOX_FOLDER_MOVED"), "{named:?}");
    for one in &triggers {
        assert_eq!(one["triggerModel"], "WEBHOOK");
        let parameters = one["parameters"].as_array().unwrap();
        let required = parameters.iter().filter(|parameter| parameter["required"] != false).count();
        assert_eq!((required, &parameters[0]["id"]), (0, &json!("folder")), "{one}");
    }
    assert_eq!(user.get("triggers").await.body, answer.body);
    assert_eq!(user.get("triggers?integrations=slack,dropbox").await.body, answer.body);
    assert_eq!(user.get("triggers?integrations=slack").await.body, json!({"triggers": {}}));
    // Each of Paragon's is real: the event with its title is on the bus.
    world.write(FIRST, "a.txt", b"one");
    world.settled().await;
    world.write(FIRST, "a.txt", b"another");
    world.settled().await;
    world.remove(FIRST, "a.txt");
    world.settled().await;
    let told: Vec<String> = world.events().await.into_iter().map(|event| event.detail_type).collect();
    for one in &triggers[..3] {
        assert!(told.iter().any(|told| one["title"] == told.as_str()), "{one} of {told:?}");
    }
    let unknown = [("x-paragon-credential", "x")];
    let answer = user.ask_with(Method::GET, "triggers", &unknown, "").await;
    assert_eq!(refusal(&answer), (404, "credential_not_found"));
}
