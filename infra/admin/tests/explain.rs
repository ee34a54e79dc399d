//! T52: dead letters of a deployment, in the explanation of what is wrong for a user.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod emulator;

use std::process::Command;

use aws_lambda_events::sqs::SqsMessage;
use aws_sdk_sqs::{Client, types::QueueAttributeName::FifoQueue};
use contracts::samples;
use serde_json::{Value, json};
use shared::{
    model::{Connection, Lane, Linked, WalkReason},
    queue::{Outgoing, SqsQueue, give_up},
    store::{Connections, Dynamo, dynamo::create_table},
};

/// Dead-letter queue of a deployment.
struct DeadLetters {
    client: Client,
    url: String,
}

impl DeadLetters {
    async fn new(client: &Client, name: &str) -> Self {
        let is_fifo = name.ends_with(".fifo").then(|| "true".to_owned());
        let made = client.create_queue().queue_name(name);
        let made = made.set_attributes(is_fifo.map(|is| [(FifoQueue, is)].into())).send().await.unwrap();
        Self { client: client.clone(), url: made.queue_url.unwrap() }
    }

    /// Gives up a message as a function does when it gets it from its queue.
    async fn take(&self, sent: Outgoing, reason: &str) {
        let mut message = SqsMessage::default();
        message.body = Some(sent.body);
        let group = sent.group.map(|group| ("MessageGroupId".to_owned(), group));
        let deduplication = sent.deduplication.map(|id| ("MessageDeduplicationId".to_owned(), id));
        message.attributes = group.into_iter().chain(deduplication).collect();
        assert!(give_up(&SqsQueue::new(self.client.clone(), &self.url), message, &reason).await);
    }
}

/// Returns a walk for the queue of its lane. Its group is the project.
fn walk(of: &Connection, lane: Lane) -> Outgoing {
    Outgoing::walk(Linked::from(of), lane, WalkReason::Notified, samples::now(), 0)
}

/// Returns a message that cannot be read, of the queue that deployments from before the lanes had. Its group is
/// the connection.
fn unreadable(of: &Connection) -> Outgoing {
    Outgoing { body: "{}".to_owned(), group: Some(of.id.to_string()), ..Outgoing::tick() }
}

/// Reads the table and the queues of a deployment, including its dead letters.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs an AWS emulator at DROPLINE_AWS_ENDPOINT: tests/emulator runs these"]
async fn a_deployments_dead_letters_are_looked_at_and_stay() {
    let (aws, name) = (emulator::aws(), format!("dropline-test-{}", uuid::Uuid::new_v4()));
    let tables = aws_sdk_dynamodb::Client::new(&aws);
    create_table(&tables, &name).await.unwrap();
    let (store, connection) = (Dynamo::new(tables, &name), samples::connection());
    store.add_connection(&connection, &samples::tokens(1), None).await.unwrap();
    // Of the same project, so the group of its messages is the same.
    let neighbour = Connection { project: connection.project, ..samples::connection() };
    let queues = Client::new(&aws);
    let walks = DeadLetters::new(&queues, &format!("{name}-walks")).await;
    walks.take(walk(&connection, Lane::Changes), "the store: down").await;
    walks.take(walk(&connection, Lane::Bulk), "the bus: down").await;
    walks.take(walk(&neighbour, Lane::Changes), "another's").await;
    let transfers = DeadLetters::new(&queues, &format!("{name}-transfers")).await;
    transfers.take(Outgoing::transfers(Linked::from(&connection)), "the bucket: down").await;
    let old = DeadLetters::new(&queues, &format!("{name}.fifo")).await;
    old.take(unreadable(&connection), "the message cannot be read").await;
    old.take(Outgoing::tick(), "no connection's").await;

    let mut command = Command::new(env!("CARGO_BIN_EXE_dropline"));
    command.args(["explain", "--table", &name, "--json", "--connection", &connection.id.to_string()]);
    for queue in [&walks, &transfers, &old] {
        command.args(["--dead-letters", &queue.url]);
    }
    let output = command.envs(emulator::credentials()).output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = &said["connections"][0]["dead_letters"];
    assert_eq!(told["not_read"], json!([]), "{said}");
    let mut found: Vec<_> = told["found"].as_array().unwrap().iter().map(letter).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("the bucket: down", Some("transfers.v1")),
            ("the bus: down", Some("walk.v1")),
            ("the message cannot be read", None),
            ("the store: down", Some("walk.v1")),
        ]
    );
}

/// Returns why a dead letter is one, and the kind of its message.
fn letter(found: &Value) -> (&str, Option<&str>) {
    (found["reason"].as_str().unwrap(), found["message"].as_str())
}
