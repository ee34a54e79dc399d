//! Saving an object of the bucket: at once, in chunks, and only the caller's own.

use std::time::Duration;

use bytes::Bytes;
use fake_dropbox::Fault;
use serde_json::{Value, json};
use shared::{
    content::ContentStore,
    model::{ConnectionId, ContentKey, ItemId, ProjectId, Rev},
};
use tests::{App, World};

use super::{FIRST, SECOND, act, connected, connected_with, done};
use crate::user_tokens;

const SAVE: &str = "DROPBOX_SAVE_FILE";
const MIB: usize = 1024 * 1024;
/// Size of an object that needs more than two chunks, in bytes.
const LARGE: usize = 20 * MIB + 3;

/// Puts an object of `size` bytes into the bucket, and returns its key.
async fn put(world: &World, project: ProjectId, connection: ConnectionId, size: usize) -> String {
    let key = ContentKey::new(project, connection, &ItemId::from("id:file"), &Rev::from("015f"));
    let mut upload = world.stack.machine.content.upload(&key).await.unwrap();
    upload.write(bytes(size)).await.unwrap();
    upload.complete().await.unwrap();
    key.as_str().to_owned()
}

fn bytes(size: usize) -> Bytes {
    (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn parameters(key: &str, resume: Option<&Value>) -> Value {
    let mut parameters = json!({"file": {"object": key}, "path": "/saved.bin"});
    if let Some(resume) = resume {
        parameters["resume"] = resume.clone();
    }
    parameters
}

/// Repeats the action until the file is saved. Returns the numbers of saved bytes from the responses, and
/// Dropbox's last response.
async fn save(app: &App, key: &str, mut resume: Option<Value>) -> (Vec<u64>, Value) {
    let mut so_far = Vec::new();
    loop {
        let answer = act(app, SAVE, parameters(key, resume.as_ref())).await;
        if answer.status == 200 {
            return (so_far, answer.body);
        }
        assert_eq!(
            (answer.status.as_u16(), &answer.body["status"]),
            (202, &json!("unfinished")),
            "{}",
            answer.body
        );
        so_far.push(answer.body["saved_bytes"].as_u64().unwrap());
        resume = Some(answer.body["resume"].clone());
    }
}

fn saved(world: &World) -> Vec<u8> {
    std::fs::read(world.directory(FIRST).join("saved.bin")).unwrap()
}

fn sessions(world: &World) -> [u64; 4] {
    let calls = world.stack.dropbox.calls();
    ["upload", "upload_session/start", "upload_session/append_v2", "upload_session/finish"]
        .map(|route| calls.get(&format!("files/{route}")).copied().unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_object_goes_in_one_request_and_a_large_one_by_a_session() {
    let (world, app) = connected().await;
    let connection = ConnectionId::random();
    let small = put(&world, app.project, connection, 5).await;
    assert_eq!(save(&app, &small, None).await.1["size"], 5);
    assert_eq!((saved(&world), sessions(&world)), (bytes(5).to_vec(), [1, 0, 0, 0]));
    let large = put(&world, app.project, ConnectionId::random(), LARGE).await;
    let mut overwrite = parameters(&large, None);
    overwrite["mode"] = json!("overwrite");
    assert_eq!(done(&app, SAVE, overwrite).await["size"], LARGE);
    assert!(saved(&world) == bytes(LARGE), "other bytes arrived");
    assert_eq!(sessions(&world), [1, 1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_longer_than_a_call_goes_on_with_the_next() {
    let (world, app) = connected_with(|settings| settings.save_time = Duration::ZERO).await;
    let key = put(&world, app.project, ConnectionId::random(), LARGE).await;
    let (so_far, metadata) = save(&app, &key, None).await;
    assert_eq!(so_far, [8 * MIB as u64, 16 * MIB as u64]);
    assert_eq!(metadata["size"], LARGE);
    assert!(saved(&world) == bytes(LARGE), "other bytes arrived");
}

/// After a failure in the middle the response says how to resume; nothing is sent twice, and nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_save_that_fails_in_the_middle_is_gone_on_with() {
    let (world, app) = connected().await;
    let key = put(&world, app.project, ConnectionId::random(), LARGE).await;
    let faults = world.stack.dropbox.faults(FIRST);
    faults.next("files/upload_session/append_v2", 2, Fault::ServerError { status: 503, after_effect: true });
    let failed = act(&app, SAVE, parameters(&key, None)).await;
    assert_eq!((failed.status.as_u16(), failed.code()), (502, "dropbox_unreachable"), "{}", failed.body);
    assert_eq!(failed.body["saved_bytes"], 8 * MIB, "{}", failed.body);
    let went_on = act(&app, SAVE, parameters(&key, Some(&failed.body["resume"]))).await;
    assert_eq!(went_on.status, 200, "{}", went_on.body);
    assert!(saved(&world) == bytes(LARGE), "other bytes arrived");
    std::fs::remove_file(world.directory(FIRST).join("saved.bin")).unwrap();
    world.settled().await;
    let full = Fault::EndpointError { tag: "path/insufficient_space".into() };
    faults.next("files/upload_session/finish", 1, full);
    let refused = act(&app, SAVE, parameters(&key, None)).await;
    assert_eq!(refused.body["error"]["path"][".tag"], "insufficient_space", "{}", refused.body);
    assert!(refused.body["user_message"]["text"].is_string(), "{}", refused.body);
    let appended = sessions(&world)[2];
    let (again, metadata) = save(&app, &key, Some(refused.body["resume"].clone())).await;
    assert_eq!((again.len(), &metadata["size"]), (0, &json!(LARGE)));
    assert_eq!(sessions(&world)[2], appended, "only the end was sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_has_changed_is_not_gone_on_with() {
    let (world, app) = connected_with(|settings| settings.save_time = Duration::ZERO).await;
    let connection = ConnectionId::random();
    let key = put(&world, app.project, connection, LARGE).await;
    let unfinished = act(&app, SAVE, parameters(&key, None)).await;
    put(&world, app.project, connection, LARGE + 1).await;
    let changed = act(&app, SAVE, parameters(&key, Some(&unfinished.body["resume"]))).await;
    assert_eq!((changed.status.as_u16(), changed.code()), (409, "source_changed"), "{}", changed.body);
    assert!(!world.directory(FIRST).join("saved.bin").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_of_another_project_is_not_there() {
    let (world, app) = connected().await;
    let (own, other) = (app.project, world.stack.projects[1].project.id);
    let foreign = put(&world, other, ConnectionId::random(), 5).await;
    let name = put(&world, own, ConnectionId::random(), 5).await;
    for key in [
        foreign.clone(),
        format!("{own}/../{foreign}"),
        format!("{own}/x/../../{foreign}"),
        format!("{own}//{name}"),
        format!("/{name}"),
        format!("{own}/nothing"),
        format!("{own}/a/b/c"),
        own.to_string(),
        String::new(),
        "x".repeat(2_000),
        ".uploads/x/y".to_owned(),
    ] {
        let answer = act(&app, SAVE, parameters(&key, None)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (404, "object_not_found"),
            "{key}: {}",
            answer.body
        );
    }
    assert!(!world.directory(FIRST).join("saved.bin").exists());
}

/// A page with its user's token can save only that user's objects; the server can save all of the project's.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_token_saves_objects_of_its_users_connections_only() {
    let world = World::new().await;
    let (server, pairs) = user_tokens::project(&world).await;
    let page = server.with_token(pairs[0].sign(&user_tokens::with(&server, &json!({}))).unwrap().expose());
    let own = page.get("connections").await.body["connections"][0]["id"].as_str().unwrap().parse().unwrap();
    let mut neighbour = server.clone();
    neighbour.user = "user-2".to_owned();
    let other = neighbour.connect(SECOND).await;
    let (mine, theirs) =
        (put(&world, server.project, own, 5).await, put(&world, server.project, other, 6).await);
    let refused = act(&page, SAVE, parameters(&theirs, None)).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (404, "object_not_found"));
    assert_eq!(done(&page, SAVE, parameters(&mine, None)).await["size"], 5);
    let mut overwrite = parameters(&theirs, None);
    overwrite["mode"] = json!("overwrite");
    assert_eq!(done(&server, SAVE, overwrite).await["size"], 6);
}
