//! T52: dead letters of a deployment, in the explanation of what is wrong for a user.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod emulator;

use std::process::Command;

use contracts::samples;
use serde_json::Value;
use shared::{
    queue::{Outgoing, Queue, SqsQueue},
    store::{Connections, Dynamo, dynamo::create_table},
};

/// Reads the table and the queues of a deployment, including its dead letters.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs an AWS emulator at DROPLINE_AWS_ENDPOINT: tests/emulator runs these"]
async fn a_deployments_dead_letters_are_looked_at_and_stay() {
    let (aws, name) = (emulator::aws(), format!("dropline-test-{}", uuid::Uuid::new_v4()));
    let tables = aws_sdk_dynamodb::Client::new(&aws);
    create_table(&tables, &name).await.unwrap();
    let (store, connection) = (Dynamo::new(tables, &name), samples::connection());
    store.add_connection(&connection, &samples::tokens(1), None).await.unwrap();
    let queues = aws_sdk_sqs::Client::new(&aws);
    let made = queues.create_queue().queue_name(format!("{name}.fifo"));
    let fifo = made.attributes(aws_sdk_sqs::types::QueueAttributeName::FifoQueue, "true");
    let url = fifo.send().await.unwrap().queue_url.unwrap();
    let group = Some(connection.id.to_string());
    let letter = Outgoing::given_up("{}".to_owned(), group, true, "the store: down");
    let other = Outgoing::given_up("{}".to_owned(), Some("tick".to_owned()), true, "another reason");
    SqsQueue::new(queues, &url).send(vec![letter, other]).await.unwrap();

    let mut command = Command::new(env!("CARGO_BIN_EXE_dropline"));
    command.args(["explain", "--table", &name, "--dead-letters", &url, "--json", "--connection"]);
    let output = command.arg(connection.id.to_string()).envs(emulator::credentials()).output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = said["connections"][0]["dead_letters"]["found"].clone();
    assert_eq!(found.as_array().unwrap().len(), 1, "{said}");
    assert_eq!(found[0]["reason"], "the store: down");
}
