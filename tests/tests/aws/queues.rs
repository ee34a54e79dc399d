//! SQS queues on the emulator.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_sqs::{Client, types::QueueAttributeName};
use contracts::{
    Harness,
    queue::{QueueHarness, Settings, TestQueue},
};
use serde_json::json;
use shared::queue::SqsQueue;

use crate::endpoint;

pub(crate) struct Queues {
    client: Client,
    urls: Mutex<Vec<String>>,
}

impl Queues {
    pub(crate) async fn new() -> Self {
        Self { client: Client::new(&endpoint::config()), urls: Mutex::default() }
    }

    async fn create(&self, settings: Settings, dead: Option<&str>) -> String {
        let Settings { fifo, visibility, max_receives } = settings;
        let suffix = if fifo { ".fifo" } else { "" };
        let mut request = self
            .client
            .create_queue()
            .queue_name(format!("{}{suffix}", endpoint::unique()))
            .attributes(QueueAttributeName::VisibilityTimeout, visibility.as_secs().to_string());
        if fifo {
            request = request.attributes(QueueAttributeName::FifoQueue, "true");
        }
        if let Some(dead) = dead {
            let policy = json!({ "deadLetterTargetArn": arn(&self.client, dead).await, "maxReceiveCount": max_receives });
            request = request.attributes(QueueAttributeName::RedrivePolicy, policy.to_string());
        }
        let url = request.send().await.unwrap().queue_url.unwrap();
        self.urls.lock().unwrap().push(url.clone());
        url
    }
}

/// Returns the ARN of a queue, which policies need.
pub(crate) async fn arn(client: &Client, url: &str) -> String {
    let request = client.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::QueueArn);
    request.send().await.unwrap().attributes.unwrap().remove(&QueueAttributeName::QueueArn).unwrap()
}

#[async_trait]
impl Harness for Queues {
    async fn clean_up(&self) {
        let urls = std::mem::take(&mut *self.urls.lock().unwrap());
        for url in urls {
            self.client.delete_queue().queue_url(url).send().await.unwrap();
        }
    }
}

#[async_trait]
impl QueueHarness for Queues {
    async fn queue(&self, settings: Settings) -> TestQueue {
        let dead = self.create(settings, None).await;
        let queue = Arc::new(SqsQueue::new(self.client.clone(), self.create(settings, Some(&dead)).await));
        let dead = Arc::new(SqsQueue::new(self.client.clone(), dead));
        TestQueue { queue: queue.clone(), inbox: queue, dead, quiet: Duration::from_secs(1) }
    }
}
