//! Queues and buses of an application, reached by an assumed role, on the emulator.

use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use contracts::{Harness, bus::BusHarness};
use event_sender::{AwsPublisher, Entry, Publisher, Refusal, RefusalKind};
use http::HeaderMap;
use shared::{
    delivery::{AwsDestination, AwsPlace, ExternalId},
    model::{ProjectId, SystemClock},
};

use crate::{bus::ObservedBus, endpoint};

/// The emulator's account.
const ACCOUNT: &str = "000000000000";

fn to(place: AwsPlace) -> AwsDestination {
    let role = format!("arn:aws:iam::{ACCOUNT}:role/dropline/events").parse().unwrap();
    AwsDestination { place, role, external_id: ExternalId::random() }
}

fn queue(name: &str) -> AwsDestination {
    // AWS's form of the address: the emulator's own addresses are on this machine.
    to(AwsPlace::Queue(format!("https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/{name}").parse().unwrap()))
}

fn entry(number: u32) -> Entry {
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", number.into());
    headers.insert("webhook-signature", "v1,c2lnbmF0dXJl".parse().unwrap());
    Entry {
        id: number.to_string(),
        body: format!(r#"{{"type":"file.created","data":{{"number":{number}}}}}"#),
        headers,
        event_type: Some("file.created"),
        group: "connection".to_owned(),
    }
}

async fn publish(to: &AwsDestination, numbers: std::ops::Range<u32>) -> Vec<Result<String, Refusal>> {
    let publisher = AwsPublisher::new(&endpoint::config(), std::sync::Arc::new(SystemClock));
    let entries: Vec<Entry> = numbers.map(entry).collect();
    publisher.publish(to, ProjectId::random(), &entries).await
}

async fn received(client: &aws_sdk_sqs::Client, url: &str) -> Vec<Message> {
    let request = client.receive_message().queue_url(url).max_number_of_messages(10).wait_time_seconds(1);
    let request = request.message_attribute_names("All");
    let request = request.message_system_attribute_names(MessageSystemAttributeName::All);
    request.send().await.unwrap().messages.unwrap_or_default()
}

#[tokio::test]
#[ignore = "needs an AWS emulator at DROPLINE_AWS_ENDPOINT: tests/emulator runs these"]
async fn a_queue_takes_messages_with_their_attributes() {
    let client = aws_sdk_sqs::Client::new(&endpoint::config());
    for suffix in ["", ".fifo"] {
        let name = format!("{}{suffix}", endpoint::unique());
        let mut request = client.create_queue().queue_name(&name);
        if suffix == ".fifo" {
            request = request.attributes(aws_sdk_sqs::types::QueueAttributeName::FifoQueue, "true");
        }
        let url = request.send().await.unwrap().queue_url.unwrap();
        let outcomes = publish(&queue(&name), 0..10).await;
        assert!(outcomes.len() == 10 && outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        let messages = received(&client, &url).await;
        let first = messages.iter().find(|one| one.body() == Some(entry(0).body.as_str())).unwrap();
        let attribute =
            |name: &str| first.message_attributes().unwrap()[name].string_value().unwrap().to_owned();
        assert_eq!(attribute("webhook-id"), "0");
        assert_eq!(attribute("webhook-signature"), "v1,c2lnbmF0dXJl");
        assert_eq!(attribute("event-type"), "file.created");
        if suffix == ".fifo" {
            let group = &first.attributes().unwrap()[&MessageSystemAttributeName::MessageGroupId];
            assert_eq!((messages.len(), group.as_str()), (10, "connection"));
        }
        client.delete_queue().queue_url(&url).send().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs an AWS emulator at DROPLINE_AWS_ENDPOINT: tests/emulator runs these"]
async fn a_bus_takes_events_with_their_type() {
    let observed = ObservedBus::new().await;
    let arn = format!("arn:aws:events:us-east-1:{ACCOUNT}:event-bus/{}", observed.name());
    let outcomes = publish(&to(AwsPlace::Bus(arn.parse().unwrap())), 0..3).await;
    assert!(outcomes.len() == 3 && outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let mut arrived = Vec::new();
    for _ in 0..20 {
        arrived = observed.arrived().await;
        if arrived.len() == 3 {
            break;
        }
    }
    let numbers: Vec<u64> =
        arrived.iter().map(|one| one.detail["data"]["number"].as_u64().unwrap()).collect();
    assert!(arrived.iter().all(|one| one.detail_type == "file.created"), "{arrived:?}");
    assert_eq!(numbers.iter().sum::<u64>(), 3, "{numbers:?}");
    observed.clean_up().await;
}

#[tokio::test]
#[ignore = "needs an AWS emulator at DROPLINE_AWS_ENDPOINT: tests/emulator runs these"]
async fn a_queue_and_a_bus_that_are_not_there_are_named() {
    let name = endpoint::unique();
    let bus = format!("arn:aws:events:us-east-1:{ACCOUNT}:event-bus/{name}");
    for to in [queue(&name), to(AwsPlace::Bus(bus.parse().unwrap()))] {
        let outcomes = publish(&to, 0..2).await;
        let is_missing = |outcome: &Result<String, Refusal>| {
            outcome.as_ref().is_err_and(|refusal| refusal.kind == RefusalKind::NotFound)
        };
        assert!(outcomes.len() == 2 && outcomes.iter().all(is_missing), "{outcomes:?}");
    }
}
