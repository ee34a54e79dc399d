//! Command that publishes a connection's changes again on a deployment's bus.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod emulator;

use std::process::Command;

use aws_sdk_dynamodb::Client;
use aws_sdk_eventbridge::types::Target;
use aws_sdk_sqs::types::QueueAttributeName;
use contracts::samples;
use emulator::{aws, credentials};
use serde_json::{Value, json};
use shared::{
    events::SOURCE,
    model::{Change, ChangeKind, ConnectionId, Content, Head, Segment},
    store::{Commit, Connections, Dynamo, LogWriter, dynamo::create_table},
};
use uuid::Uuid;

/// Table and bus of a deployment, with a queue that receives what is published.
struct Deployment {
    name: String,
    store: Dynamo,
    queues: aws_sdk_sqs::Client,
    queue: String,
}

impl Deployment {
    async fn new() -> Self {
        let (aws, name) = (aws(), format!("dropline-test-{}", Uuid::new_v4()));
        let client = Client::new(&aws);
        create_table(&client, &name).await.unwrap();
        let queues = aws_sdk_sqs::Client::new(&aws);
        let queue = queues.create_queue().queue_name(&name).send().await.unwrap().queue_url.unwrap();
        let deployment = Self { store: Dynamo::new(client, &name), name, queues, queue };
        deployment.forward(&aws_sdk_eventbridge::Client::new(&aws)).await;
        deployment
    }

    async fn forward(&self, events: &aws_sdk_eventbridge::Client) {
        let name = &self.name;
        let asked = self.queues.get_queue_attributes().queue_url(&self.queue);
        let told =
            asked.attribute_names(QueueAttributeName::QueueArn).send().await.unwrap().attributes.unwrap();
        let target = Target::builder().id("queue").arn(&told[&QueueAttributeName::QueueArn]).build().unwrap();
        events.create_event_bus().name(name).send().await.unwrap();
        let pattern = json!({ "source": [SOURCE] }).to_string();
        events.put_rule().event_bus_name(name).name(name).event_pattern(pattern).send().await.unwrap();
        events.put_targets().event_bus_name(name).rule(name).targets(target).send().await.unwrap();
    }

    /// Creates a connection with this number of applied changes.
    async fn connection(&self, changes: u64) -> ConnectionId {
        let connection = samples::connection();
        self.store.add_connection(&connection, &samples::tokens(1), None).await.unwrap();
        let before = samples::taken_head(&self.store, connection.id).await.unwrap();
        let change = |number: u64| Change {
            number,
            kind: ChangeKind::Created { content: Content::None },
            item: samples::folder(&number.to_string(), &format!("/Folder {number}")),
            drops: None,
            created: None,
        };
        let after = Head { head: changes, ..before.clone() };
        let segment = Segment { changes: (1..=changes).map(change).collect() };
        let commit = Commit { after: after.clone(), segment, ..Commit::default() };
        self.store.commit(connection.id, &before, &commit, samples::now()).await.unwrap();
        self.store.mark_applied(connection.id, &after).await.unwrap();
        connection.id
    }

    /// Runs the command. Returns its standard output, or its standard error if it fails.
    fn replay(&self, connection: ConnectionId, more: &[&str]) -> Result<String, String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dropline"));
        command.args(["replay", "--table", &self.name, "--bus", &self.name, "--connection"]);
        let output = command.arg(connection.to_string()).args(more).envs(credentials()).output().unwrap();
        let [said, wrong] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        if output.status.success() { Ok(said) } else { Err(wrong) }
    }

    /// Returns the ids of this many events, sorted, because this kind of queue keeps no order.
    async fn arrived(&self, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        while ids.len() < count {
            let receive = self.queues.receive_message().queue_url(&self.queue).max_number_of_messages(10);
            let taken = receive.wait_time_seconds(20).send().await.unwrap();
            assert!(!taken.messages().is_empty(), "only {ids:?} arrived");
            for message in taken.messages() {
                let receipt = message.receipt_handle().unwrap();
                self.queues
                    .delete_message()
                    .queue_url(&self.queue)
                    .receipt_handle(receipt)
                    .send()
                    .await
                    .unwrap();
                let event: Value = serde_json::from_str(message.body().unwrap()).unwrap();
                ids.push(event["detail"]["id"].as_str().unwrap().to_owned());
            }
        }
        ids.sort();
        ids
    }
}

#[tokio::test]
#[ignore = "needs an AWS emulator at DROPLINE_AWS_ENDPOINT: tests/emulator runs these"]
async fn changes_are_published_again_on_a_deployments_bus() {
    let deployment = Deployment::new().await;
    let connection = deployment.connection(4).await;
    let said = deployment.replay(connection, &["--after", "1", "--through", "3"]).unwrap();
    assert_eq!(said, "2 changes were published again.\n");
    assert_eq!(deployment.arrived(2).await, [format!("{connection}:2"), format!("{connection}:3")]);
    let unknown = ConnectionId::random();
    assert!(deployment.replay(unknown, &[]).unwrap_err().contains(&unknown.to_string()));
}
