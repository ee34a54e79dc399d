//! Trigger subscriptions: what they deliver, how they are changed, who sees them, and how they end.

mod changes;
mod delivery;
mod ending;
mod isolation;
mod refusals;
mod webhook;

use admin::user_keys::UserKeyPair;
use reqwest::Method;
use serde_json::{Value, json};
use shared::model::ConnectionId;
use tests::{Answer, App, Receiver, World};

use super::{FIRST, SECOND, newcomer, page_of, refusal, revoke};

const CREATED: &str = "TRIGGER_DROPBOX_FILE_CREATED";
const DELETED: &str = "TRIGGER_DROPBOX_FILE_DELETED";
const PATH: &str = "trigger-subscriptions";

/// A project with an endpoint for triggers, and a user of it who has connected an account.
struct Fixture {
    world: World,
    /// The project's server, calling for the user.
    server: App,
    /// The user, with a token.
    user: App,
    pairs: Vec<UserKeyPair>,
    connection: ConnectionId,
    /// The receiver at the project's address for triggers.
    receiver: Receiver,
    secret: String,
}

impl Fixture {
    async fn new() -> Self {
        let world = World::new().await;
        let (server, user, pairs) = newcomer(&world).await;
        let receiver = Receiver::start().await;
        let secret = webhook(&server, &receiver, json!({})).await["secret"].as_str().unwrap().to_owned();
        let connection = server.connect(SECOND).await;
        world.settled().await;
        Self { world, server, user, pairs, connection, receiver, secret }
    }

    /// Writes a file of the user's, and waits until all is delivered.
    async fn write(&self, path: &str) {
        self.world.write(SECOND, path, path.as_bytes());
        self.delivered().await;
    }

    /// Waits until the changes in the accounts have reached the mirrors, and no delivery is under way.
    async fn delivered(&self) {
        self.world.settled().await;
        let deliveries = &self.world.stack.machine.deliveries;
        let is_idle = async || {
            let depth = deliveries.depth().await.expect("the queue answers");
            depth.visible + depth.in_flight + depth.delayed == 0
        };
        self.world.until(is_idle).await;
    }

    /// Returns the paths of the files that a receiver was told of, in order.
    fn paths(receiver: &Receiver) -> Vec<String> {
        let path = |body: Value| body["payload"]["item"]["path"].as_str().unwrap().to_owned();
        receiver.received().iter().map(|request| path(request.json())).collect()
    }
}

/// Makes the project's endpoint for triggers, with further members.
async fn webhook(server: &App, receiver: &Receiver, further: Value) -> Value {
    let mut body = further;
    body["url"] = json!(receiver.url());
    body["purpose"] = json!("triggers");
    let made = server.post("endpoints", &body.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body
}

/// Subscribes, with further fields.
async fn subscribe(app: &App, trigger: &str, further: Value) -> Value {
    let answer = try_subscribe(app, trigger, further).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

async fn try_subscribe(app: &App, trigger: &str, further: Value) -> Answer {
    let mut body = json!({"integration": "dropbox", "type": trigger, "parameters": {}});
    body.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
    app.post(PATH, &body.to_string()).await
}

fn path(subscription: &Value) -> String {
    format!("{PATH}/{}", subscription["id"].as_str().unwrap())
}

async fn patch(app: &App, subscription: &Value, body: Value) -> Answer {
    app.ask(Method::PATCH, &path(subscription), &body.to_string()).await
}

/// Returns the ids of the listed subscriptions.
async fn listed(app: &App, query: &str) -> Vec<Value> {
    let answer = app.get(&format!("{PATH}{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let all = answer.body["triggers"]["dropbox"].as_array().cloned().unwrap_or_default();
    all.into_iter().map(|one| one["id"].clone()).collect()
}
