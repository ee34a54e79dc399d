//! All flows, including their failures.

use admin::user_keys::UserKeyPair;
use fake_dropbox::{
    AppAccess, AppSettings, Fault,
    faults::{RateLimitReason, RateLimitShape, TokenProblem},
};
use local::browser::{Browser, Decision};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use shared::{
    dropbox::AppTerms,
    model::{ApiKey, AppKey, AppSecret, Clock, ConnectionId, KeyAlgorithm, ProjectId, SystemClock},
    store::Projects,
};
use tests::{Answer, App, World};

use crate::hunt::Hunt;

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";
/// Text in the name of every file.
pub(crate) const NAME: &str = "kingfisher";
/// Text in the content of every file.
pub(crate) const CONTENT: &str = "feathers";

/// Connects an account, and records every secret involved. Returns the connection, if there is one.
async fn connect(app: &App, hunt: &mut Hunt, request: &Value, email: &str) -> Option<ConnectionId> {
    let (id, url) = app.link_with(request).await;
    let browser = Browser::of_a_program().unwrap();
    let back = browser.decide(&url, email, Decision::Approve).await.unwrap();
    hunt.add_connect(&url, &browser, &back);
    let shown = browser.get(back).await.unwrap();
    if !shown.status.is_success() {
        hunt.failed_page(&shown);
    }
    app.link_status(&id).await["connection"].as_str().map(|id| id.parse().unwrap())
}

/// Runs a connect with consent, a denial, a replay, another browser, and an invalid code.
pub(crate) async fn connects(world: &World, hunt: &mut Hunt) {
    let app = world.first_app("u");
    let (_, url) = app.link().await;
    let browser = Browser::new().unwrap();
    let back = browser.decide(&url, FIRST, Decision::Approve).await.unwrap();
    hunt.add_connect(&url, &browser, &back);
    hunt.failed_page(&Browser::new().unwrap().get(back.clone()).await.unwrap());
    assert!(browser.get(back.clone()).await.unwrap().status.is_success());
    hunt.failed_page(&browser.get(back.clone()).await.unwrap());
    hunt.failed_page(&browser.get(url.parse().unwrap()).await.unwrap());

    let (_, url) = app.link().await;
    let browser = Browser::new().unwrap();
    let denied = browser.decide(&url, FIRST, Decision::Deny).await.unwrap();
    hunt.add_connect(&url, &browser, &denied);
    hunt.failed_page(&browser.get(denied).await.unwrap());

    let (_, url) = app.link().await;
    let browser = Browser::new().unwrap();
    let mut other = browser.decide(&url, SECOND, Decision::Approve).await.unwrap();
    hunt.add_connect(&url, &browser, &other);
    let state = other.query_pairs().find(|(key, _)| key == "state").unwrap().1.into_owned();
    other.query_pairs_mut().clear().append_pair("code", "unknown-code-1234567").append_pair("state", &state);
    hunt.add("unknown code", "unknown-code-1234567");
    hunt.failed_page(&browser.get(other).await.unwrap());
    let id = connection(&app).await;
    hunt.add_tokens(world, id).await;
}

async fn connection(app: &App) -> ConnectionId {
    let all = app.get("connections").await.body;
    all["connections"][0]["id"].as_str().unwrap().parse().unwrap()
}

/// Runs calls through the proxy that succeed, are refused by us, by Dropbox and by the network, or have
/// invalid keys and tokens.
pub(crate) async fn calls(world: &World, hunt: &mut Hunt) {
    let app = world.first_app("u");
    let faults = world.stack.dropbox.faults(FIRST);
    let list = json!({"path": ""});
    let upload = app.proxied(Method::POST, "2/files/upload").body(CONTENT);
    let upload = upload.header("dropbox-api-arg", json!({"path": format!("/{NAME} up.txt")}).to_string());
    assert!(upload.send().await.unwrap().status().is_success());
    hunt.failed(&app.call("2/files/get_metadata", &json!({"path": format!("/no {NAME}")})).await);
    hunt.failed(&app.call("2/files/unheard_of", &list).await);
    hunt.failed(&app.proxy("https://example.com/2/files/list_folder", "{}").await);
    // A broken read is repeated once, so two of them must break.
    faults.next("files/list_folder", 2, Fault::Cut { after_effect: false });
    hunt.failed(&app.call("2/files/list_folder", &list).await);
    faults.next("files/list_folder", 1, Fault::ServerError { status: 500, after_effect: false });
    hunt.failed(&app.call("2/files/list_folder", &list).await);
    faults.next("files/list_folder", 1, Fault::Unauthorized { error: TokenProblem::ExpiredAccessToken });
    assert!(app.call("2/files/list_folder", &list).await.status.is_success());
    hunt.add_tokens(world, connection(&app).await).await;
    for wrong in ["dl_wrong-key-0123456789", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2lnbmF0dXJl"] {
        hunt.add("wrong key", wrong);
        let mut impostor = app.clone();
        wrong.clone_into(&mut impostor.key);
        hunt.failed(&impostor.call("2/files/list_folder", &list).await);
    }
    let pair = UserKeyPair::generate("1", KeyAlgorithm::Es256).unwrap();
    let claims = json!({"sub": "u", "exp": SystemClock.now().unix_seconds() + 60});
    let token = pair.sign(&claims).unwrap();
    hunt.add("user token", token.expose());
    hunt.failed(&app.with_token(token.expose()).call("2/files/list_folder", &list).await);
}

/// Connects an account in a popup, whose first address has the user's token. The world is its own, because a
/// popup ends after ten minutes.
pub(crate) async fn popups(hunt: &mut Hunt) {
    const ORIGIN: &str = "https://app.example.com";
    let world = World::new().await;
    let pair = UserKeyPair::generate("1", KeyAlgorithm::Es256).unwrap();
    let mut project = world.stack.projects[0].project.clone();
    project.id = ProjectId::random();
    let key = ApiKey::of_project(project.id);
    project.return_origins = vec![ORIGIN.to_owned()];
    project.user_keys = vec![pair.key.clone()];
    world.stack.store().add_project(&project, &key.hash()).await.unwrap();
    let now = SystemClock.now().unix_seconds();
    let claims = json!({"sub": "u", "aud": project.id, "iat": now, "exp": now + 3600});
    let token = pair.sign(&claims).unwrap().expose().to_owned();
    hunt.add("API key", key.expose());
    hunt.add("user token in an address", &token);
    let address = |path: &str, origin: &str| {
        let mut url = world.stack.url().join(path).unwrap();
        let values =
            [("integrationId", "dropbox"), ("originForPostMessage", origin), ("oauthMetaKeyId", "k")];
        url.query_pairs_mut().extend_pairs(values).append_pair("userToken", &token);
        url
    };
    let nonce = format!("projects/{}/sdk/actions/oauth-nonce", project.id);
    let build = format!("v2/projects/{}/sdk/actions/build-oauth", project.id);
    let browser = Browser::new().unwrap();
    let refused = browser.get(address(&nonce, "https://evil.example")).await.unwrap();
    hunt.failed_page(&refused);
    hunt.failed_page(&browser.get(refused.location().unwrap()).await.unwrap());
    let call = async |origin: &str| {
        let answer = Client::new().get(address(&build, origin)).bearer_auth(&token).send().await.unwrap();
        Answer { status: answer.status(), body: answer.json().await.unwrap() }
    };
    hunt.failed(&call("https://evil.example").await);
    let window = browser.get(address(&nonce, ORIGIN)).await.unwrap().location().unwrap();
    let ticket = window.query_pairs().find(|(name, _)| name == "ticket").unwrap().1.into_owned();
    hunt.add("ticket of a popup", &ticket);
    let link = call(ORIGIN).await.body["redirectUrl"].as_str().unwrap().to_owned();
    hunt.failed_page(&Browser::new().unwrap().get(link.parse().unwrap()).await.unwrap());
    let back = browser.decide(&link, FIRST, Decision::Approve).await.unwrap();
    hunt.add_connect(&link, &browser, &back);
    assert!(browser.get(back.clone()).await.unwrap().status.is_success());
    hunt.failed_page(&browser.get(back).await.unwrap());
    hunt.search_files(world.stop().await.path());
}

/// Sends webhooks that are not signed, or that cannot be parsed.
pub(crate) async fn notifications(world: &World, hunt: &mut Hunt) {
    let webhook = world.stack.url().join("webhook").unwrap();
    for signature in ["", "not one", &"ab".repeat(32)] {
        let post = Client::new().post(webhook.clone()).header("x-dropbox-signature", signature);
        let answer = post.body(format!("{{\"{NAME}\":1}}")).send().await.unwrap();
        assert_eq!(answer.status(), 403);
        assert!(!answer.text().await.unwrap().contains(NAME));
    }
    hunt.failed(&world.first_app("u").post("connections/1/selections", "{}").await);
}

/// Runs the sync with faults of Dropbox.
pub(crate) async fn sync(world: &World, hunt: &mut Hunt) {
    let app = world.first_app("u");
    let id = connection(&app).await;
    let faults = world.stack.dropbox.faults(FIRST);
    let limited = Fault::RateLimited {
        shape: RateLimitShape::Text,
        reason: RateLimitReason::TooManyRequests,
        retry_after: 1,
    };
    for route in ["files/list_folder/continue", "files/download"] {
        faults.next(route, 1, limited.clone());
        faults.next(route, 3, Fault::ServerError { status: 503, after_effect: false });
        faults.next(route, 1, Fault::Unauthorized { error: TokenProblem::ExpiredAccessToken });
        faults.next(route, 1, Fault::CutBody);
    }
    for number in 0..3 {
        world.write(FIRST, &format!("{NAME}/{NAME} {number}.txt"), CONTENT.as_bytes());
    }
    world.mirrored(id, FIRST).await;
    world.rename(FIRST, &format!("{NAME}/{NAME} 1.txt"), &format!("{NAME} moved.txt"));
    world.remove(FIRST, &format!("{NAME}/{NAME} 2.txt"));
    world.mirrored(id, FIRST).await;
    world.resynced(id).await;
    hunt.add_tokens(world, id).await;
}

/// Uses a project's own Dropbox app, whose secret is replaced, and rotates the data key.
pub(crate) async fn own_app(world: &World, hunt: &mut Hunt) {
    let (url, app) = (world.stack.url(), world.second_app("u"));
    let terms = AppTerms::default();
    for secret in ["first-own-secret", "second-own-secret"] {
        hunt.add("own secret", secret);
        world.stack.dropbox.register_app(AppSettings {
            key: "ownappkey012345".to_owned(),
            secret: secret.to_owned(),
            name: "Notes".to_owned(),
            redirect_uris: vec![url.join(terms.redirect.as_str()).unwrap().to_string()],
            webhook: Some(url.join("webhook/ownappkey012345").unwrap()),
            scopes: terms.scopes.clone(),
            access: AppAccess::FullDropbox,
        });
        let (own, key) = (world.stack.machine.own_apps(), AppKey::from("ownappkey012345"));
        own.put(app.project, &key, &AppSecret::new(secret), terms.clone()).await.unwrap();
    }
    let id = connect(&app, hunt, &json!({}), SECOND).await.unwrap();
    hunt.add_tokens(world, id).await;
    world.stack.machine.keyring.rotate(app.project).await.unwrap();
    world.stack.dropbox.expire_access_tokens();
    assert!(app.names().await.is_empty());
    hunt.add_tokens(world, id).await;
}

/// Revokes access, reconnects with another account, and then with the right one.
pub(crate) async fn refusal_and_reconnect(world: &World, hunt: &mut Hunt) {
    let app = world.first_app("u");
    let id = connection(&app).await;
    world.stack.dropbox.revoke_access(FIRST, world.stack.app.key.as_str()).unwrap();
    world.due(id).await;
    world.event("Needs Reauthorization").await;
    hunt.failed(&app.call("2/files/list_folder", &json!({"path": ""})).await);
    let again = json!({"connection": id});
    assert_eq!(connect(&app, hunt, &again, SECOND).await, None);
    assert_eq!(connect(&app, hunt, &again, FIRST).await, Some(id));
    hunt.add_tokens(world, id).await;
    world.mirrored(id, FIRST).await;
}

/// Disconnects while Dropbox does not answer at first.
pub(crate) async fn disconnect(world: &World) {
    let app = world.first_app("u");
    let id = connection(&app).await;
    let out = Fault::ServerError { status: 503, after_effect: false };
    world.stack.dropbox.faults(FIRST).next("auth/token/revoke", 2, out);
    assert!(app.ask(Method::DELETE, &format!("connections/{id}"), "").await.status.is_success());
    world.until(async || !app.details(id).await["receipt"]["finished_at"].is_null()).await;
}
