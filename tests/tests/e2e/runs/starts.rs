//! Starts of runs by events of Dropbox and of the application, and their users.

use std::collections::BTreeSet;

use serde_json::json;
use shared::{
    model::{Clock, SystemClock, Tags},
    store::{Enablement, EndpointReader, Workflows},
    workflows::{Cause, NotStarted, Start, Started, StartedBy},
};
use tests::{Receiver, World};

use super::{FIRST, add, over, records, runs, user};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_file_starts_a_run_that_tells_the_application() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let app = world.first_app("user-1");
    let connection = app.connect(FIRST).await;
    let filter = json!({"types": ["file.created"], "glob": "/contracts/*.pdf"});
    let workflow = add(
        &world,
        &app,
        json!({"trigger": {"type": "event", "filter": filter}, "steps": [
            {"id": "metadata", "type": "dropbox", "route": "files/get_metadata", "argument": {"path": "{{ trigger.file.path }}"}},
            {"id": "tell", "type": "http", "method": "PUT", "url": receiver.url(), "headers": {"Authorization": "Bearer secret"},
                "body": {"name": "{{ steps.metadata.name }}", "size": "{{ steps.metadata.size }}", "user": "{{ user.id }}"}},
        ]}),
    )
    .await;
    world.write(FIRST, "contracts/a.pdf", b"abc");
    world.write(FIRST, "contracts/a.txt", b"abcd");
    world.write(FIRST, "b.pdf", b"abcde");
    let all = over(&world, &workflow, 1).await;
    let run = &all[0];
    assert_eq!((run.state.name(), run.connection, run.steps), ("succeeded", Some(connection), 2), "{run:?}");
    assert!(matches!(&run.started_by, StartedBy::Event { id } if id.starts_with(&connection.to_string())));
    let [request] = &receiver.received()[..] else { panic!("one request comes") };
    assert_eq!(request.json(), json!({"name": "a.pdf", "size": 3, "user": "user-1"}));
    assert_eq!(request.method, "PUT");
    assert_eq!(request.header("idempotency-key"), format!("{}:1", run.id));
    assert_eq!(request.header("authorization"), "Bearer secret");
    let records = records(&world, run).await;
    assert_eq!(records[1].input["headers"]["Authorization"], "(hidden)");
    assert_eq!(records[1].output.as_ref().unwrap()["status"], 200);
}

/// The endpoint through which events come belongs to the workflow, and to nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_workflows_endpoint_is_out_of_the_projects_sight() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let trigger = json!({"type": "event", "filter": {"types": ["file.created"]}});
    let workflow = add(&world, &app, json!({"trigger": trigger, "steps": []})).await;
    assert_eq!(app.get("endpoints").await.body, json!({"endpoints": []}));
    let path = format!("endpoints/{}", workflow.endpoint());
    for answer in [app.get(&path).await, app.ask(http::Method::DELETE, &path, "").await] {
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "endpoint_not_found"));
    }
    let stored = world.stack.store().endpoint(workflow.project, workflow.endpoint()).await.unwrap();
    assert!(stored.is_some(), "it is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applications_event_starts_the_workflows_of_its_name_for_its_user() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let named = |name: &str| {
        json!({"trigger": {"type": "application_event", "name": name}, "steps": [
            {"id": "answer", "type": "response", "body": "{{ trigger.payload.number }}"},
        ]})
    };
    let (wanted, other) =
        (add(&world, &app, named("Order paid")).await, add(&world, &app, named("Order sent")).await);
    let body = json!({"name": "Order paid", "payload": {"number": 42}}).to_string();
    let sent = app.request_of_version("v2", http::Method::POST, "sdk/events/trigger").body(body);
    let answer = app.answer(sent.header("content-type", "application/json")).await;
    assert!(answer.status.is_success(), "{}", answer.body);
    let all = over(&world, &wanted, 1).await;
    assert_eq!(all[0].user, user());
    assert_eq!(all[0].response.as_ref().unwrap().body, json!(42));
    assert!(runs(&world, &other).await.is_empty());
}

/// An event that comes again starts no other run, and no run starts for a user for whom the workflow is not enabled.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_starts_once_and_only_for_users_who_want_it() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let trigger = json!({"type": "application_event", "name": "x"});
    let steps = json!([{"id": "answer", "type": "response"}]);
    let document = json!({"trigger": trigger, "steps": steps, "enabled_by_default": false});
    let workflow = add(&world, &app, document).await;
    let store = world.stack.store();
    let starter = &world.stack.runner().starter;
    let cause = Cause::Event { id: "a:1".to_owned(), at: SystemClock.now() };
    let start = Start { user: user(), connection: None, cause, trigger: json!({}) };
    let refused = starter.start(&workflow, start.clone()).await.unwrap();
    assert!(matches!(refused, Started::Not(NotStarted::NotEnabled)));
    let enabled = Enablement {
        user: user(),
        connections: BTreeSet::new(),
        is_enabled: true,
        settings: Tags::new(),
        at: SystemClock.now(),
    };
    store.enable_workflow(workflow.project, workflow.id, &enabled).await.unwrap();
    for _ in 0..3 {
        starter.start(&workflow, start.clone()).await.unwrap();
    }
    assert_eq!(over(&world, &workflow, 1).await[0].state.name(), "succeeded");
}
