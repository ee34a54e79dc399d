//! Another user's connection is not found, and a malformed request changes nothing.

use reqwest::{Method, StatusCode};
use serde_json::json;
use shared::{
    model::{Clock, ConnectionId, ItemId, ProjectId, SystemClock, Target},
    store::{ChoiceStore, Log, Schedules},
};
use tests::{App, World};

use super::FIRST;

/// Every route of a connection, each with a valid body.
const ROUTES: [(&str, &str, &str); 8] = [
    ("GET", "", ""),
    ("PUT", "/selections/id:a", ""),
    ("DELETE", "/selections/everything", ""),
    ("PUT", "/resync", r#"{"off": true}"#),
    ("POST", "/resync", ""),
    ("POST", "/deletions/confirm", r#"{"deletions": 1}"#),
    ("GET", "/changes", ""),
    ("GET", "/files", ""),
];

async fn connected() -> (World, App, ConnectionId) {
    let world = World::new().await;
    world.write(FIRST, "mine.txt", b"mine");
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    (world, app, connection)
}

/// Returns everything that a route could change.
async fn state(world: &World, connection: ConnectionId) -> String {
    let store = world.stack.store();
    let choices = store.choices(connection).await.unwrap();
    let (schedule, head) = (store.schedule(connection).await.unwrap(), store.head(connection).await.unwrap());
    assert!(world.stack.machine.is_idle().await.unwrap(), "work was queued");
    format!("{choices:?} {schedule:?} {head:?}")
}

async fn expect(app: &App, connection: &str, status: StatusCode, code: &str) {
    for (method, rest, body) in ROUTES {
        let answer = app.ask(method.parse().unwrap(), &format!("connections/{connection}{rest}"), body).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{method} {rest}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_connection_is_not_there_on_any_route() {
    let (world, app, connection) = connected().await;
    let (before, id) = (state(&world, connection).await, connection.to_string());
    for other in [world.first_app("somebody"), world.second_app("u")] {
        expect(&other, &id, StatusCode::NOT_FOUND, "connection_not_found").await;
        assert_eq!(other.get("connections").await.body, json!({"connections": []}));
    }
    for nobody in [ConnectionId::random().to_string(), "mine".to_owned(), "%00".to_owned()] {
        expect(&app, &nobody, StatusCode::NOT_FOUND, "connection_not_found").await;
    }
    // Another project's key at this project's address, and this project's key at an unknown address.
    let mut intruder = world.second_app("u");
    intruder.project = app.project;
    let mut lost = app.clone();
    lost.project = ProjectId::random();
    for other in [intruder, lost] {
        expect(&other, &id, StatusCode::NOT_FOUND, "project_not_found").await;
        assert_eq!(other.get("connections").await.code(), "project_not_found");
    }
    assert_eq!(state(&world, connection).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_and_for_whom_must_be_told() {
    let (world, app, connection) = connected().await;
    let (before, id) = (state(&world, connection).await, connection.to_string());
    let mut forger = app.clone();
    forger.key = "dl_forged".to_owned();
    expect(&forger, &id, StatusCode::UNAUTHORIZED, "unauthorized").await;
    let mut nobody = app.clone();
    nobody.user = String::new();
    expect(&nobody, &id, StatusCode::BAD_REQUEST, "customer_id_invalid").await;
    assert_eq!(state(&world, connection).await, before);
    let own = app.get("connections").await.body["connections"].clone();
    assert_eq!((own.as_array().unwrap().len(), &own[0]["id"]), (1, &json!(connection)));
    assert_eq!((&own[0]["status"], own[0]["created_at"].as_str().is_some()), (&json!("active"), true));
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_input_is_refused_and_changes_nothing() {
    let (world, app, connection) = connected().await;
    let before = state(&world, connection).await;
    let (long, large) =
        (format!("/selections/id:{}", "x".repeat(201)), format!("{{\"off\": true}}{}", " ".repeat(9_000)));
    let cases = [
        ("PUT", "/selections/everything%20", "", "malformed_target"),
        ("PUT", "/selections/id:", "", "malformed_target"),
        ("PUT", "/selections/id:a%2Fb", "", "malformed_target"),
        ("PUT", "/selections/%FF", "", "malformed_target"),
        ("DELETE", "/selections/mine.txt", "", "malformed_target"),
        ("PUT", &long, "", "malformed_target"),
        ("PUT", "/resync", "", "malformed_body"),
        ("PUT", "/resync", r#"{"every_hours": 5}"#, "malformed_body"),
        ("PUT", "/resync", r#"{"every_hours": 3, "off": true}"#, "malformed_body"),
        ("PUT", "/resync", &large, "malformed_body"),
        ("POST", "/deletions/confirm", "", "malformed_body"),
        ("POST", "/deletions/confirm", r#"{"deletions": -1}"#, "malformed_body"),
        ("POST", "/deletions/confirm", r#"{"deletions": 1, "all": true}"#, "malformed_body"),
        ("GET", "/changes?after=-1", "", "malformed_query"),
        ("GET", "/changes?after=18446744073709551616", "", "malformed_query"),
        ("GET", "/changes?limit=0", "", "malformed_query"),
        ("GET", "/changes?limit=1001", "", "malformed_query"),
        ("GET", "/files?cursor=", "", "malformed_cursor"),
        ("GET", "/files?cursor=AAAA", "", "malformed_cursor"),
    ];
    for (method, rest, body, code) in cases {
        let path = format!("connections/{connection}{rest}");
        let answer = app.ask(method.parse().unwrap(), &path, body).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, code), "{method} {rest} {body}");
    }
    for (method, rest, status, code) in [
        (Method::POST, "", StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
        (Method::PUT, "/files", StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
        (Method::GET, "/nothing", StatusCode::NOT_FOUND, "route_not_found"),
    ] {
        let answer = app.ask(method, &format!("connections/{connection}{rest}"), "").await;
        assert_eq!((answer.status, answer.code()), (status, code), "{rest}");
    }
    assert_eq!(state(&world, connection).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_a_thousand_selections_at_most() {
    let (world, app, connection) = connected().await;
    let now = SystemClock.now();
    for number in 1..1_000 {
        let target = Target::Item(ItemId::from(format!("id:{number}")));
        world.stack.store().select(connection, &target, now).await.unwrap();
    }
    let before = state(&world, connection).await;
    let answer = app.select(connection, "id:one_more").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "too_many_selections"));
    assert_eq!(state(&world, connection).await, before);
    assert_eq!(app.select(connection, "everything").await.status, StatusCode::ACCEPTED);
}
