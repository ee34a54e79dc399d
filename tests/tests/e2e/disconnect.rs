//! Disconnecting: the tokens are revoked, all data is removed, and there is a receipt.

use fake_dropbox::{
    Fault,
    faults::{RateLimitReason, RateLimitShape},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::{
    dropbox::{Dropbox, DropboxError, Session},
    model::{AccessToken, ConnectionId, RefreshToken},
    seal::{EncryptionContext, Owner},
    store::{Connections, TokenStore},
};
use tests::{Answer, App, World};

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";

async fn disconnect(app: &App, connection: ConnectionId) -> Answer {
    app.ask(Method::DELETE, &format!("connections/{connection}"), "").await
}

async fn synced(world: &World) -> (App, ConnectionId) {
    for (path, bytes) in [("a/b.txt", "b"), ("a/c.txt", "c"), ("d.txt", "d")] {
        world.write(FIRST, path, bytes.as_bytes());
    }
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.mirrored(connection, FIRST).await;
    (app, connection)
}

/// Waits for the finished receipt.
async fn receipt(world: &World, app: &App, connection: ConnectionId) -> Value {
    world.until(async || !app.details(connection).await["receipt"]["finished_at"].is_null()).await;
    app.details(connection).await["receipt"].clone()
}

/// Asserts what is left: the receipt, the news of the end for endpoints, and the integer, which no other
/// connection gets.
async fn expect_rests(world: &World, connection: ConnectionId) {
    let rows = world.rows_of(connection).await;
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert_eq!(rows[0], format!("connection#{connection}/connection"));
    assert!(rows[1].starts_with(&format!("notices#{connection}/")), "{rows:?}");
    let is_integer =
        rows[2].starts_with("ordinal#") && rows[2].ends_with(&format!("/connection#{connection}"));
    assert!(is_integer, "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnected_account_leaves_a_receipt_and_nothing_else() {
    let world = World::new().await;
    let (app, connection) = synced(&world).await;
    let answer = disconnect(&app, connection).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    assert_eq!(answer.body["status"], "disconnected");
    let receipt = receipt(&world, &app, connection).await;
    assert_eq!(
        (&receipt["revoked"], &receipt["items"], &receipt["objects"]),
        (&json!(true), &json!(4), &json!(3))
    );
    let event = world.event("Disconnected").await;
    assert_eq!((&event["items"], &event["id"]), (&json!(4), &json!(format!("{connection}:disconnected"))));
    expect_rests(&world, connection).await;
    let user = app.user.parse().unwrap();
    assert_eq!(world.stack.store().list_version(app.project, &user).await.unwrap(), None);
    assert_eq!(world.objects_of(app.project, connection).await, 0);
    assert_eq!(world.stack.dropbox.calls()["auth/token/revoke"], 1);
}

/// Returns the token with which a call would be made.
async fn token_of(_: Dropbox, session: Session) -> Result<AccessToken, DropboxError> {
    Ok(session.token)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tokens_of_a_disconnected_account_open_nothing() {
    let world = World::new().await;
    let (app, id) = synced(&world).await;
    let (worker, store) = (world.stack.worker(), world.stack.store());
    let connection = store.connection(id).await.unwrap().unwrap();
    let sealed = store.tokens(id).await.unwrap().unwrap();
    let access = worker.calls.call(&connection, token_of).await.unwrap();
    let context = EncryptionContext { project: app.project, owner: Owner::Connection(id), field: "refresh" };
    let refresh =
        RefreshToken::new(world.stack.machine.keyring.open(context, &sealed.refresh).await.unwrap());
    disconnect(&app, id).await;
    receipt(&world, &app, id).await;
    assert_eq!(store.tokens(id).await.unwrap(), None);
    let called = worker.calls.dropbox().current_account(&access).await;
    assert!(matches!(called, Err(DropboxError::NeedsReauth(_))), "{called:?}");
    let refreshed = worker.calls.dropbox().refresh(&world.stack.app, &refresh).await;
    assert!(matches!(refreshed, Err(DropboxError::NeedsReauth(_))), "{refreshed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnected_connection_is_out_of_use() {
    let world = World::new().await;
    let (app, connection) = synced(&world).await;
    disconnect(&app, connection).await;
    assert_eq!(app.get("connections").await.body, json!({"connections": []}));
    let answer = app.call("2/files/list_folder", &json!({"path": ""})).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "not_connected"));
    let answer = app.select(connection, "everything").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::GONE, "disconnected"));
    let finished = receipt(&world, &app, connection).await;
    let again = disconnect(&app, connection).await;
    assert_eq!((again.status, &again.body["receipt"]), (StatusCode::ACCEPTED, &finished));
    world.write(FIRST, "later.txt", b"later");
    world.settled().await;
    assert!(world.items(connection).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_connects_again_begins_anew_and_others_never_noticed() {
    let world = World::new().await;
    let (app, old) = synced(&world).await;
    let (neighbour, elsewhere) =
        (world.first_app("v").connect(FIRST).await, world.second_app("u").connect(SECOND).await);
    world.settled().await;
    disconnect(&app, old).await;
    receipt(&world, &app, old).await;
    let new = app.connect(FIRST).await;
    assert_ne!(new, old);
    world.settled().await;
    for (connection, account) in [(new, FIRST), (neighbour, FIRST), (elsewhere, SECOND)] {
        world.assert_mirrors(connection, account).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_own_user_disconnects_a_connection() {
    let world = World::new().await;
    let (_, connection) = synced(&world).await;
    for stranger in [world.first_app("v"), world.second_app("u")] {
        let answer = disconnect(&stranger, connection).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "connection_not_found"));
    }
    world.assert_mirrors(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_waits_for_a_dropbox_that_does_not_answer() {
    let world = World::hurried().await;
    let (app, connection) = synced(&world).await;
    let faults = world.stack.dropbox.faults(FIRST);
    let limited = Fault::RateLimited {
        shape: RateLimitShape::Json,
        reason: RateLimitReason::TooManyRequests,
        retry_after: 30,
    };
    faults.next("auth/token/revoke", 1, limited);
    faults.next("auth/token/revoke", 3, Fault::ServerError { status: 503, after_effect: false });
    disconnect(&app, connection).await;
    let receipt = receipt(&world, &app, connection).await;
    assert_eq!((&receipt["revoked"], &receipt["items"]), (&json!(true), &json!(4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_access_was_taken_back_is_purged_all_the_same() {
    let world = World::new().await;
    let (app, connection) = synced(&world).await;
    world.stack.dropbox.revoke_access(FIRST, world.stack.app.key.as_str()).unwrap();
    disconnect(&app, connection).await;
    assert_eq!(receipt(&world, &app, connection).await["revoked"], true);
    assert_eq!(world.objects_of(app.project, connection).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_outlives_a_restart() {
    let world = World::new().await;
    let (app, connection) = synced(&world).await;
    disconnect(&app, connection).await;
    let world = world.restarted(|| {}).await;
    let app = world.first_app(&app.user);
    assert_eq!(receipt(&world, &app, connection).await["revoked"], true);
    // The run that wrote the receipt ends its lease after that.
    world.settled().await;
    expect_rests(&world, connection).await;
}
