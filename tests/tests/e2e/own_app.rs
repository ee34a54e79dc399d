//! Projects with a Dropbox app of their own, besides those that use the deployment's app.

use fake_dropbox::{AppAccess, AppSettings};
use local::browser::{Browser, Decision};
use reqwest::{Client, StatusCode};
use shared::{
    dropbox::{AppTerms, RedirectPath},
    model::{AppKey, AppSecret, ConnectionId, ProjectId},
    store::{Connections, TokenStore},
};
use tests::{App, World};

use crate::webhook::signed;

const FIRST: &str = "first@example.com";
const KEY: &str = "ownappkey012345";

fn terms(redirect: RedirectPath) -> AppTerms {
    AppTerms { redirect, ..AppTerms::default() }
}

/// Gives the first project its own app, registered at Dropbox.
async fn own_app(world: &World, secret: &str, terms: AppTerms) {
    let url = world.stack.url();
    world.stack.dropbox.register_app(AppSettings {
        key: KEY.to_owned(),
        secret: secret.to_owned(),
        name: "Notes".to_owned(),
        redirect_uris: vec![url.join(terms.redirect.as_str()).unwrap().to_string()],
        webhook: Some(url.join(&format!("webhook/{KEY}")).unwrap()),
        scopes: terms.scopes.clone(),
        access: AppAccess::FullDropbox,
    });
    put(world, world.stack.projects[0].project.id, secret, terms).await.unwrap();
}

async fn put(
    world: &World,
    project: ProjectId,
    secret: &str,
    terms: AppTerms,
) -> Result<(), shared::apps::AppError> {
    let apps = world.stack.machine.own_apps();
    apps.put(project, &AppKey::from(KEY), &AppSecret::new(secret), terms).await
}

async fn app_of(world: &World, connection: ConnectionId) -> String {
    world.stack.store().connection(connection).await.unwrap().unwrap().app.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_with_its_own_app_is_synced_by_its_own_webhook() {
    let world = World::new().await;
    own_app(&world, "ownsecret", AppTerms::default()).await;
    let (own, other) =
        (world.first_app("u").connect(FIRST).await, world.second_app("u").connect(FIRST).await);
    assert_eq!(app_of(&world, own).await, KEY);
    assert_eq!(app_of(&world, other).await, world.stack.app.key.to_string());
    world.settled().await;
    world.write(FIRST, "new.txt", b"new");
    world.settled().await;
    for connection in [own, other] {
        world.assert_mirrors(connection, FIRST).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_refreshed_through_the_app_that_they_were_granted_to() {
    let world = World::new().await;
    let before = world.first_app("u").connect(FIRST).await;
    own_app(&world, "ownsecret", AppTerms::default()).await;
    let after = world.first_app("v").connect(FIRST).await;
    world.settled().await;
    world.stack.dropbox.expire_access_tokens();
    world.write(FIRST, "later.txt", b"later");
    world.settled().await;
    for connection in [before, after] {
        world.assert_mirrors(connection, FIRST).await;
        assert!(world.stack.store().tokens(connection).await.unwrap().unwrap().version > 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_keeps_the_redirect_address_of_the_service_before() {
    for redirect in RedirectPath::ALL {
        let world = World::new().await;
        own_app(&world, "ownsecret", terms(redirect)).await;
        let (_, url) = world.first_app("u").link().await;
        let back = Browser::of_a_program().unwrap().decide(&url, FIRST, Decision::Approve).await.unwrap();
        assert_eq!(back.path().trim_start_matches('/'), redirect.as_str());
        assert_eq!(app_of(&world, world.first_app("v").connect(FIRST).await).await, KEY);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_asks_for_its_own_scopes() {
    let world = World::new().await;
    let scopes = ["account_info.read", "files.metadata.read", "files.content.read"].map(str::to_owned);
    own_app(&world, "ownsecret", AppTerms { scopes: scopes.to_vec(), ..AppTerms::default() }).await;
    let connection = world.first_app("u").connect(FIRST).await;
    let granted = world.stack.store().connection(connection).await.unwrap().unwrap().scopes;
    assert_eq!(granted.into_iter().collect::<std::collections::BTreeSet<_>>(), scopes.into());
}

/// Returns the receiver's response to a notification that is signed with a secret.
async fn notified(world: &World, path: &str, secret: &str) -> StatusCode {
    let body = r#"{"list_folder":{"accounts":["dbid:nobody"]}}"#;
    let signature = signed(secret, body);
    let request = Client::new().post(world.stack.url().join(path).unwrap()).body(body);
    request.header("x-dropbox-signature", signature).send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_secret_is_replaced_both_sign_webhooks() {
    let world = World::new().await;
    let (project, own) = (world.stack.projects[0].project.id, format!("webhook/{KEY}"));
    own_app(&world, "oldsecret", AppTerms::default()).await;
    for (secret, old, new) in [("oldsecret", 200, 403), ("newsecret", 200, 200), ("newsecret", 403, 200)] {
        put(&world, project, secret, AppTerms::default()).await.unwrap();
        assert_eq!(notified(&world, &own, "oldsecret").await.as_u16(), old);
        assert_eq!(notified(&world, &own, "newsecret").await.as_u16(), new);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_apps_secret_signs_for_no_other() {
    let world = World::new().await;
    own_app(&world, "ownsecret", AppTerms::default()).await;
    let (own, deployments) = (format!("webhook/{KEY}"), world.stack.app.secret.expose().to_owned());
    assert_eq!(notified(&world, &own, &deployments).await, StatusCode::FORBIDDEN);
    assert_eq!(notified(&world, "webhook", "ownsecret").await, StatusCode::FORBIDDEN);
    assert_eq!(notified(&world, "webhook", &deployments).await, StatusCode::OK);
    assert_eq!(notified(&world, "webhook/unknown", "ownsecret").await, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_belongs_to_one_project() {
    let world = World::new().await;
    own_app(&world, "ownsecret", AppTerms::default()).await;
    for project in [world.stack.projects[1].project.id, ProjectId::random()] {
        assert!(put(&world, project, "stolen", AppTerms::default()).await.is_err());
    }
    let connection = world.second_app("u").connect(FIRST).await;
    assert_eq!(app_of(&world, connection).await, world.stack.app.key.to_string());
    assert_eq!(notified(&world, &format!("webhook/{KEY}"), "ownsecret").await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_old_secrets_open_and_new_ones_have_the_new_key() {
    let world = World::new().await;
    own_app(&world, "ownsecret", AppTerms::default()).await;
    let app: App = world.first_app("u");
    let connection = app.connect(FIRST).await;
    let sealed = async || world.stack.store().tokens(connection).await.unwrap().unwrap();
    assert_eq!(sealed().await.access.version, 1);
    assert_eq!(world.stack.machine.keyring.rotate(app.project).await.unwrap(), 2);
    assert!(app.names().await.is_empty());
    world.stack.dropbox.expire_access_tokens();
    assert!(app.names().await.is_empty());
    assert_eq!((sealed().await.access.version, sealed().await.refresh.version), (2, 2));
}
