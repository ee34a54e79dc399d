//! API for Paragon's browser SDK.

mod chooser;
mod configurations;
mod credentials;
mod events;
mod field_options;
mod install;
mod metadata;
mod popups;
mod portal;
mod subscriptions;
mod uninstall;

use admin::user_keys::UserKeyPair;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::model::ConnectionId;
use tests::{Answer, App, World};
use uuid::Uuid;

use crate::user_tokens;

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";

/// Returns the server's view of `user-2`, who has connected nothing, and the user's own view with a token.
async fn newcomer(world: &World) -> (App, App, Vec<UserKeyPair>) {
    let (app, pairs) = user_tokens::project(world).await;
    let mut server = app.clone();
    "user-2".clone_into(&mut server.user);
    let token = pairs[0].sign(&user_tokens::with(&app, &json!({"sub": "user-2"}))).unwrap();
    (server, app.with_token(token.expose()), pairs)
}

async fn ask(app: &App, what: &str) -> Value {
    let answer = app.get(&format!("sdk/{what}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

async fn dropbox(app: &App) -> Value {
    ask(app, "me").await["integrations"]["dropbox"].clone()
}

/// Returns the credentials' ids and states.
fn credentials(dropbox: &Value) -> Vec<(Value, Value)> {
    let all = dropbox["allCredentials"].as_array().unwrap();
    all.iter().map(|one| (one["id"].clone(), one["status"].clone())).collect()
}

/// Returns the path of a connection's credential.
fn path_of(connection: ConnectionId) -> String {
    format!("sdk/credentials/{connection}")
}

/// Returns the credential of a connection.
async fn credential(app: &App, connection: ConnectionId) -> Value {
    let answer = app.get(&path_of(connection)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

/// Returns the status and code of an error response, which must not be one at which the SDK signs its user
/// out.
fn refusal(answer: &Answer) -> (u16, &str) {
    let status = answer.status.as_u16();
    assert!(status != 401 && status != 403, "{}", answer.body);
    (status, answer.code())
}

/// Returns a page with the token of a user of the project.
fn page_of(server: &App, pairs: &[UserKeyPair], user: &str) -> App {
    server.with_token(pairs[0].sign(&user_tokens::with(server, &json!({"sub": user}))).unwrap().expose())
}

/// Revokes access at Dropbox, and lets a walk find out.
async fn revoke(world: &World, app: &App, connection: ConnectionId) {
    world.settled().await;
    let revoked = app.proxied(Method::POST, "2/auth/token/revoke").body("null");
    let revoked = revoked.header("x-paragon-credential", connection.to_string()).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::OK);
    world.stack.dropbox.expire_access_tokens();
    app.post(&format!("connections/{connection}/resync"), "").await;
    world.settled().await;
    assert_eq!(app.details(connection).await["status"], "needs_reauth");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_a_connection_is_known_and_may_connect() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    let me = ask(&user, "me").await;
    assert_eq!(
        me,
        json!({
            "authenticated": true,
            "userId": "user-2",
            "integrations": {"dropbox": {"enabled": false, "allCredentials": []}},
            "meta": {},
            "resources": [],
            "project": {"id": user.project, "billingPlan": "free", "accessibleFeatures": ["headless-cp", "user-metadata"]},
        })
    );
    assert_eq!(ask(&server, "me").await, me, "the server may ask for its user");
    let integrations = ask(&user, "integrations").await;
    let dropbox = &integrations[0];
    assert_eq!((integrations.as_array().unwrap().len(), &dropbox["type"]), (1, &json!("dropbox")));
    assert_eq!((&dropbox["isActive"], &dropbox["hasCredential"]), (&json!(true), &json!(false)));
    // With account types the SDK would ask the user for one before OAuth.
    let how = &dropbox["sdkIntegrationConfig"];
    assert_eq!((&dropbox["authenticationType"], &how["accountTypes"]), (&json!("oauth"), &json!([])));
    assert_eq!(how["dataSources"]["folders"]["cacheKey"], "folders");
    assert_eq!(dropbox["configs"][0]["values"], json!({"workflowMeta": {}, "sharedMeta": {"inputs": []}}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_a_credential_with_one_configuration() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    let connection = server.connect(FIRST).await;
    let integrations = ask(&user, "integrations").await;
    assert_eq!(integrations[0]["hasCredential"], true);
    let dropbox = dropbox(&user).await;
    let configuration = dropbox["credentialConfigId"].clone();
    let credential = &dropbox["allCredentials"][0];
    assert_eq!(credentials(&dropbox), [(json!(connection), json!("VALID"))]);
    assert_eq!((&dropbox["enabled"], &dropbox["credentialId"]), (&json!(true), &json!(connection)));
    assert_eq!(dropbox["credentialStatus"], "VALID");
    assert_eq!(credential["projectId"], json!(user.project));
    assert_eq!(credential["integrationId"], integrations[0]["id"]);
    assert_eq!(credential["providerId"], json!(world.stack.dropbox.account_id(FIRST).unwrap()));
    let configurations = credential["configurations"].as_array().unwrap();
    assert_eq!(configurations.len(), 1);
    assert_eq!((&configurations[0]["id"], &configurations[0]["isDefault"]), (&configuration, &json!(true)));
    assert_eq!(configurations[0]["connectCredentialId"], json!(connection));
    for id in [&configuration, &credential["personaId"], &integrations[0]["id"]] {
        assert!(id.as_str().unwrap().parse::<Uuid>().is_ok(), "{id}");
    }
    // Derived values are the same every time, and differ between users.
    assert_eq!(self::dropbox(&user).await, dropbox);
    let other = world.first_app("user-2");
    other.connect(FIRST).await;
    assert_ne!(self::dropbox(&other).await["allCredentials"][0]["personaId"], credential["personaId"]);
    assert_ne!(ask(&other, "integrations").await[0]["id"], integrations[0]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_connections_the_one_is_meant_that_the_proxy_would_take() {
    let world = World::new().await;
    world.write(SECOND, "second.txt", b"second");
    let (server, user, _) = newcomer(&world).await;
    let older = server.connect(FIRST).await;
    let newer = server.connect(SECOND).await;
    world.settled().await;
    let both = dropbox(&user).await;
    assert_eq!(credentials(&both), [(json!(older), json!("VALID")), (json!(newer), json!("VALID"))]);
    assert_eq!((&both["enabled"], &both["credentialId"]), (&json!(true), &json!(newer)));
    assert_eq!(user.names().await, ["second.txt"]);
    revoke(&world, &server, newer).await;
    let one = dropbox(&user).await;
    assert_eq!(credentials(&one), [(json!(older), json!("VALID")), (json!(newer), json!("INVALID"))]);
    assert_eq!((&one["enabled"], &one["credentialId"]), (&json!(true), &json!(older)));
    assert_eq!(user.names().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_dropbox_refuses_is_invalid_until_it_is_connected_again() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    let connection = server.connect(FIRST).await;
    revoke(&world, &server, connection).await;
    let refused = dropbox(&user).await;
    assert_eq!(credentials(&refused), [(json!(connection), json!("INVALID"))]);
    assert_eq!((&refused["enabled"], &refused["credentialStatus"]), (&json!(false), &json!("INVALID")));
    assert_eq!(refused["allCredentials"][0]["refreshFailureCount"], 1);
    assert_eq!(ask(&user, "integrations").await[0]["hasCredential"], true);
    assert_eq!(server.connect(FIRST).await, connection);
    let mended = dropbox(&user).await;
    assert_eq!((&mended["enabled"], &mended["credentialStatus"]), (&json!(true), &json!("VALID")));
    assert_eq!(mended["allCredentials"][0]["refreshFailureCount"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_told() {
    let world = World::new().await;
    let (server, user, pairs) = newcomer(&world).await;
    server.connect(FIRST).await;
    let mut elsewhere = user.clone();
    elsewhere.project = world.stack.projects[0].project.id;
    let mut strange_key = world.first_app("user-2");
    strange_key.project = user.project;
    let denied = json!({"urn:useparagon:connect:permissions": {"integration:dropbox": false}});
    let denied = server.with_token(pairs[0].sign(&user_tokens::with(&server, &denied)).unwrap().expose());
    for (caller, status, code) in [
        (&elsewhere, StatusCode::UNAUTHORIZED, "token_refused"),
        (&strange_key, StatusCode::NOT_FOUND, "project_not_found"),
        (&denied, StatusCode::FORBIDDEN, "not_permitted"),
        (&user.with_token("dl_forged"), StatusCode::UNAUTHORIZED, "unauthorized"),
    ] {
        for what in ["me", "integrations"] {
            let answer = caller.get(&format!("sdk/{what}")).await;
            assert_eq!((answer.status, answer.code()), (status, code), "{what}");
        }
    }
    // A user of this name in another project is another user.
    assert_eq!(credentials(&dropbox(&world.first_app("user-2")).await), []);
    for what in ["sdk", "sdk/me/", "sdk/nothing"] {
        assert_eq!(user.get(what).await.code(), "route_not_found", "{what}");
    }
    assert_eq!(user.ask(Method::PUT, "sdk/me", "{}").await.code(), "method_not_allowed");
}
