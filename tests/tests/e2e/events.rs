//! Sample events in `infra/events`, read by the functions' own runtime and answered by their handlers.

use std::{collections::BTreeSet, fs, path::PathBuf, sync::Arc};

use aws_lambda_events::sqs::SqsEvent;
use base64::{Engine, engine::general_purpose::STANDARD};
use contracts::samples;
use serde_json::{Value, json};
use shared::{
    delivery::Endpoint,
    model::{
        BrowserSecret, Clock, ConnectionId, LinkPage, PageSession, SystemClock, Tags, Timestamp, WorkflowId,
    },
    store::{Attempts, Endpoints, PageSessions, Runs, Users, Workflows},
    workflows::{Position, Run, RunState, StartedBy, Workflow},
};
use sync_worker::Source;
use tests::World;
use uuid::Uuid;

use crate::webhook;

const FIRST: &str = "first@example.com";
/// Values in the samples that stand for a deployment's own.
const PROJECT: &str = "6d1f6c1e-2f0b-4f55-9f38-0c5f6f4f1f10";
const KEY: &str = "dl_sample_key";
const CONNECTION: &str = "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a";
const ACCOUNT: &str = "dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc";
const USER: &str = "user-42";
const RUN: &str = "019c1234-5678-7abc-8def-0123456789ab";
const ENDPOINT: &str = "3d7a9c52-81e4-4f06-b2c9-6a5d0e8f4b17";

/// Names of all samples; each is used by a test below.
const SAMPLES: [&str; 19] = [
    "carbon-update-users",
    "change-settings",
    "check-workflow",
    "connect-link",
    "connect-start",
    "deliver",
    "list-files",
    "oauth-callback",
    "pages-choose",
    "pages-submit",
    "paragon-update-user",
    "proxy-list-folder",
    "run-action",
    "sync-tick",
    "sync-walk",
    "transfer",
    "webhook-challenge",
    "webhook-notification",
    "workflow-step",
];

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/events"))
}

fn sample(name: &str) -> String {
    fs::read_to_string(folder().join(format!("{name}.json"))).unwrap()
}

/// Returns a sample with the first project's id and key, and this connection's id if given.
fn of_world(world: &World, name: &str, connection: Option<ConnectionId>) -> String {
    let project = &world.stack.projects[0];
    let event =
        sample(name).replace(PROJECT, &project.project.id.to_string()).replace(KEY, project.key.expose());
    match connection {
        Some(connection) => event.replace(CONNECTION, &connection.to_string()),
        None => event,
    }
}

/// Returns the page session of the samples, in the browser that they name.
fn page_session(world: &World) -> PageSession {
    PageSession {
        id: "8c1f0e0a-54b6-4d3f-9b1e-6f1c2a7d5e90".parse().unwrap(),
        project: world.stack.projects[0].project.id,
        user: USER.parse().unwrap(),
        browser: BrowserSecret::new("sample-browser").hash(),
        link: Uuid::new_v4(),
        return_to: None,
        language: Some("en".to_owned()),
        label: None,
        opened: None,
        valid_until: SystemClock.now().plus(PageSession::LIFE),
        page: LinkPage::Choose,
    }
}

/// Returns the endpoint of the samples. It wants all events of its project; nobody takes them at its address.
fn endpoint(world: &World) -> Endpoint {
    let url = world.stack.url().join("nobody").unwrap();
    let id = ENDPOINT.parse().unwrap();
    Endpoint { id, ..samples::endpoint(world.stack.projects[0].project.id, url.as_str()) }
}

async fn answer(world: &World, event: &str) -> (u16, String) {
    let answer = world.stack.answer(event).await.unwrap();
    (answer.status().as_u16(), String::from_utf8_lossy(answer.body()).into_owned())
}

#[test]
fn every_sample_is_tried() {
    let there: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(there, SAMPLES.iter().map(|name| format!("{name}.json")).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_carbons_sdk_changes_a_user() {
    let world = World::new().await;
    let event = of_world(&world, "carbon-update-users", None);
    assert_eq!(answer(&world, &event).await, (200, r#"{"success":true}"#.to_owned()));
    let (project, user) = (world.stack.projects[0].project.id, USER.parse().unwrap());
    let changed = world.stack.store().user(project, &user).await.unwrap().unwrap();
    assert_eq!((changed.settings.auto_sync, changed.settings.resync_hours), (Some(true), Some(6)));
}

#[tokio::test]
async fn requests_of_the_gateway_reach_their_functions() {
    let world = World::new().await;
    let connection = world.first_app(USER).connect(FIRST).await;
    world.stack.store().add_page_session(&page_session(&world), None).await.unwrap();
    let answers = [
        ("connect-link", 201, "\"url\":"),
        ("connect-start", 404, "link"),
        ("oauth-callback", 400, "state"),
        ("proxy-list-folder", 200, "\"entries\":"),
        ("run-action", 200, "\"path_display\":\"/Reports\""),
        ("list-files", 200, "\"files\":"),
        ("pages-choose", 200, "Choose what"),
        // Its proof is none.
        ("pages-submit", 403, "not_from_own_page"),
        ("paragon-update-user", 200, "{\"meta\":{\"Name\":\"Zoë\"}}"),
        ("check-workflow", 200, "\"problems\":[]"),
        ("change-settings", 200, "\"max_file_bytes\":100000000"),
        ("webhook-challenge", 200, "sample-challenge"),
        ("webhook-notification", 403, "signature"),
    ];
    for (name, status, told) in answers {
        let (answered, text) = answer(&world, &of_world(&world, name, Some(connection))).await;
        assert_eq!(answered, status, "{name}: {text}");
        assert!(text.contains(told), "{name}: {text}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_notification_is_taken_once_it_is_signed() {
    let world = World::new().await;
    let account = world.stack.dropbox.account_id(FIRST).unwrap();
    let mut event: Value = serde_json::from_str(&sample("webhook-notification")).unwrap();
    signed(&mut event, &account, world.stack.app.secret.expose());
    assert_eq!(answer(&world, &event.to_string()).await.0, 200);
    world.stop().await;
}

/// Puts an account into a sample notification, and signs it.
fn signed(event: &mut Value, account: &str, secret: &str) {
    let body = STANDARD.decode(event["body"].as_str().unwrap()).unwrap();
    let body = String::from_utf8(body).unwrap().replace(ACCOUNT, account);
    let signature = webhook::signed(secret, &body);
    event["headers"]["X-Dropbox-Signature"] = json!(signature);
    event["multiValueHeaders"]["X-Dropbox-Signature"] = json!([signature]);
    event["body"] = json!(STANDARD.encode(&body));
}

#[tokio::test]
async fn messages_of_the_queues_reach_the_worker() {
    let world = World::new().await;
    let connection = world.first_app(USER).connect(FIRST).await;
    world.settled().await;
    for name in ["sync-walk", "sync-tick", "transfer"] {
        let event: SqsEvent = serde_json::from_str(&of_world(&world, name, Some(connection))).unwrap();
        let queue = world.stack.machine.changes.clone();
        let dead_letters = Arc::new(queue.dead_letter_queue().unwrap());
        let source = Source { inbox: Arc::new(queue), dead_letters };
        let failed = sync_worker::handle(world.stack.worker(), &source, event).await.batch_item_failures;
        assert!(failed.is_empty(), "{name}");
    }
    assert!(world.stack.machine.changes.dead_letters().await.unwrap().is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_the_queue_of_deliveries_makes_the_sender_post_events() {
    let world = World::new().await;
    let connection = world.first_app(USER).connect(FIRST).await;
    world.settled().await;
    let (endpoint, store) = (endpoint(&world), world.stack.store());
    store.add_endpoint(&endpoint).await.unwrap();
    let event: SqsEvent = serde_json::from_str(&of_world(&world, "deliver", Some(connection))).unwrap();
    let queue = world.stack.machine.deliveries.clone();
    let source = event_sender::Source { dead_letters: Arc::new(queue.dead_letter_queue().unwrap()) };
    let failed = event_sender::handle(world.stack.sender(), &source, event).await.batch_item_failures;
    assert!(failed.is_empty());
    assert!(queue.dead_letters().await.unwrap().is_empty());
    let attempts = store.attempts(endpoint.id, Timestamp::NEVER, 10).await.unwrap();
    assert_eq!(attempts.first().map(|attempt| attempt.events), Some(1));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_the_queue_of_runs_makes_the_runner_do_a_step() {
    let world = World::new().await;
    let (store, run) = (world.stack.store(), run(&world).await);
    let event: SqsEvent = serde_json::from_str(&of_world(&world, "workflow-step", None)).unwrap();
    let queue = world.stack.machine.runs.clone();
    let dead_letters = Arc::new(queue.dead_letter_queue().unwrap());
    let source = workflow_runner::Source { inbox: Arc::new(queue.clone()), dead_letters };
    let failed = workflow_runner::handle(world.stack.runner(), &source, event).await.batch_item_failures;
    assert!(failed.is_empty());
    assert!(queue.dead_letters().await.unwrap().is_empty());
    let done = store.run(run.project, run.id).await.unwrap().unwrap();
    assert_eq!((done.state.name(), done.steps), ("succeeded", 1));
    world.stop().await;
}

/// Adds the run of the samples, which has one step, an answer.
async fn run(world: &World) -> Run {
    let (store, at) = (world.stack.store(), SystemClock.now());
    let document = json!({
        "name": "Sample",
        "trigger": {"type": "request"},
        "steps": [{"id": "answer", "type": "response"}],
    });
    let workflow = Workflow {
        id: WorkflowId::random(),
        project: world.stack.projects[0].project.id,
        version: 1,
        paused: false,
        created_at: at,
        updated_at: at,
        document: serde_json::from_value(document).unwrap(),
    };
    store.add_workflow(&workflow).await.unwrap();
    let run = Run {
        id: RUN.parse().unwrap(),
        project: workflow.project,
        workflow: workflow.id,
        version: workflow.version,
        user: USER.parse().unwrap(),
        connection: None,
        started_by: StartedBy::Request,
        trigger: json!({}),
        settings: Tags::new(),
        started_at: at,
        state: RunState::Running { position: Position::FIRST, failures: 0, due_at: None },
        revision: 1,
        steps: 0,
        response: None,
        replay_of: None,
    };
    assert!(store.add_run(&run).await.unwrap());
    run
}
