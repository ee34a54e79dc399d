//! Notifications of apps.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use aws_lc_rs::hmac;
use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use url::Url;

use crate::world::{APP, FIRST, SECOND, SECRET, World, eventually};

/// An app's webhook, which records the notifications.
#[derive(Clone, Default)]
pub(crate) struct Receiver {
    statuses: Arc<Mutex<VecDeque<u16>>>,
    bodies: Arc<Mutex<Vec<Value>>>,
}

impl Receiver {
    pub(crate) async fn start(statuses: &[u16]) -> (Self, Url) {
        let receiver =
            Self { statuses: Arc::new(Mutex::new(statuses.iter().copied().collect())), ..Self::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}/hook", listener.local_addr().unwrap().port());
        let router = Router::new().fallback(receive).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (receiver, url.parse().unwrap())
    }

    pub(crate) async fn got(&self, count: usize) -> Vec<Value> {
        let bodies = Arc::clone(&self.bodies);
        let enough = || async { Some(bodies.lock().unwrap().clone()).filter(|bodies| bodies.len() >= count) };
        eventually("a notification", enough).await
    }
}

async fn receive(State(receiver): State<Receiver>, request: Request) -> Response {
    if let Some(challenge) = request.uri().query().and_then(|query| query.strip_prefix("challenge=")) {
        return challenge.to_owned().into_response();
    }
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signature =
        hmac::sign(&key, &body).as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(parts.headers["x-dropbox-signature"], signature);
    assert_eq!(parts.headers["user-agent"], "DropboxWebhooks/1.0");
    receiver.bodies.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
    let status = receiver.statuses.lock().unwrap().pop_front().unwrap_or(200);
    Response::builder().status(status).body(axum::body::Body::empty()).unwrap()
}

#[tokio::test]
async fn linked_apps_are_told_which_accounts_changed() {
    let world = World::start().await;
    let (receiver, url) = Receiver::start(&[]).await;
    world.fake.register_webhook(APP, Some(url));
    world.fake.verify_webhook(APP).await.unwrap();
    let answer = world.connect_to(APP, SECRET, FIRST).await;
    std::fs::write(world.folder.path().join(SECOND).join("unlinked"), "1").unwrap();
    world.fake.rescan(SECOND).await.unwrap();
    world.session(&answer).put(json!({"path": "/own"}), "1").await;
    let uid: u64 = answer["uid"].as_str().unwrap().parse().unwrap();
    let expected = json!({"list_folder": {"accounts": [answer["account_id"]]}, "delta": {"users": [uid]}});
    assert_eq!(receiver.got(1).await, std::slice::from_ref(&expected));
    world.write("by-hand", "1");
    assert_eq!(receiver.got(2).await, [expected.clone(), expected]);
}

#[tokio::test]
async fn a_refused_notification_is_repeated() {
    let world = World::start().await;
    let (receiver, url) = Receiver::start(&[500, 302]).await;
    world.fake.register_webhook(APP, Some(url));
    world.connect().await.put(json!({"path": "/a"}), "1").await;
    assert_eq!(receiver.got(3).await.len(), 3);
}

#[tokio::test]
async fn something_new_does_not_wait_for_the_repetition_of_something_old() {
    let world = World::start().await;
    let (receiver, url) = Receiver::start(&[500; 5]).await;
    world.fake.register_webhook(APP, Some(url));
    let owner = world.connect().await;
    for n in 0..6 {
        owner.put(json!({"path": format!("/{n}")}), "1").await;
        receiver.got(n + 1).await;
    }
}

#[tokio::test]
async fn what_changed_while_nobody_listened_is_told_later() {
    let world = World::start().await;
    let token = world.connect_to(APP, SECRET, FIRST).await;
    world.session(&token).put(json!({"path": "/a"}), "1").await;
    let world = world.restart(|folder| std::fs::write(folder.join(FIRST).join("b"), "1").unwrap()).await;
    let (receiver, url) = Receiver::start(&[]).await;
    world.fake.register_webhook(APP, Some(url.clone()));
    receiver.got(1).await;
    let world = world.restart(|_| {}).await;
    world.fake.register_webhook(APP, Some(url));
    world.session(&token).put(json!({"path": "/c"}), "1").await;
    assert_eq!(receiver.got(2).await.len(), 2, "what was delivered is not told again");
}

#[tokio::test]
async fn an_unlinked_app_is_not_told() {
    let world = World::start().await;
    let (receiver, url) = Receiver::start(&[]).await;
    world.fake.register_webhook(APP, Some(url));
    let owner = world.session(&world.connect_to(APP, SECRET, FIRST).await);
    let grace = world.session(&world.connect_to(APP, SECRET, SECOND).await);
    owner.call("auth/token/revoke", Value::Null).await;
    world.write("a", "1");
    world.rescan().await;
    grace.put(json!({"path": "/a"}), "1").await;
    let accounts = receiver.got(1).await[0]["list_folder"]["accounts"].clone();
    assert_eq!(accounts, json!([world.fake.account_id(SECOND)]));
}

#[tokio::test]
async fn a_webhook_that_does_not_give_the_challenge_back_is_not_verified() {
    let world = World::start().await;
    assert!(world.fake.verify_webhook(APP).await.is_err());
    world.fake.register_webhook(APP, Some(world.fake.url()));
    assert!(world.fake.verify_webhook(APP).await.is_err());
}
