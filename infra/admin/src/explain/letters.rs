//! Dead letters.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Value, json};
use shared::model::ConnectionId;

use crate::aws;

/// Largest number of messages that are read from a queue.
const MOST: usize = 200;
/// Seconds for which a message that is read is hidden from other consumers.
const HIDDEN: i32 = 10;

/// Dead letters that could be read.
#[derive(Debug, Default)]
pub struct Letters {
    /// Letters.
    pub read: Vec<Letter>,
    /// Queues that could not be read, with the reason.
    pub unread: Vec<String>,
}

/// A message that no function could handle.
#[derive(Debug, Deserialize)]
pub struct Letter {
    /// Name of the dead-letter queue.
    pub queue: String,
    /// Message group: a connection's id, or `tick`.
    pub group: Option<String>,
    /// Reason for which the function gave up; none if it died.
    pub reason: Option<String>,
    /// Message.
    pub body: String,
}

impl Letters {
    /// Reads the dead letters of a deployment's queues, by their URLs.
    pub async fn of_queues(queues: &[String]) -> Self {
        if queues.is_empty() {
            let unread = vec!["say which queues: --dead-letters URL".to_owned()];
            return Self { unread, ..Self::default() };
        }
        let client = aws_sdk_sqs::Client::new(&aws().await);
        let mut letters = Self::default();
        for queue in queues {
            match peek(&client, queue).await {
                Ok(read) => letters.read.extend(read),
                Err(error) => letters.unread.push(format!("{queue}: {error:#}")),
            }
        }
        letters
    }

    /// Returns the dead letters of a connection, and which queues could not be read.
    pub(super) fn of(&self, connection: ConnectionId) -> Value {
        let id = connection.to_string();
        let about = |letter: &&Letter| letter.group.as_ref() == Some(&id) || letter.body.contains(&id);
        let found: Vec<Value> = self.read.iter().filter(about).map(to_json).collect();
        json!({"found": found, "not_read": self.unread})
    }
}

fn to_json(letter: &Letter) -> Value {
    let message: Value = serde_json::from_str(&letter.body).unwrap_or_default();
    json!({"queue": letter.queue, "reason": letter.reason, "message": message["type"]})
}

async fn peek(client: &aws_sdk_sqs::Client, queue: &str) -> anyhow::Result<Vec<Letter>> {
    use aws_sdk_sqs::types::MessageSystemAttributeName::MessageGroupId;

    let (mut seen, mut read) = (HashSet::new(), Vec::new());
    while read.len() < MOST {
        let request = client.receive_message().queue_url(queue).max_number_of_messages(10);
        let request = request.visibility_timeout(HIDDEN).message_attribute_names("reason");
        let answer = request.message_system_attribute_names(MessageGroupId).send().await?;
        let before = seen.len();
        for message in answer.messages() {
            if seen.insert(message.message_id.clone()) {
                let reason =
                    message.message_attributes().and_then(|all| all.get("reason")?.string_value.clone());
                read.push(Letter {
                    queue: queue.rsplit('/').next().unwrap_or(queue).to_owned(),
                    group: message.attributes().and_then(|all| all.get(&MessageGroupId).cloned()),
                    reason,
                    body: message.body.clone().unwrap_or_default(),
                });
            }
        }
        if seen.len() == before {
            break;
        }
    }
    Ok(read)
}
