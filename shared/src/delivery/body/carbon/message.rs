//! One message of a webhook.

use serde_json::{Value, json};

use crate::model::{Timestamp, UserId};

/// Object of a message: its type in Carbon's words, and its id.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Object {
    pub(super) kind: &'static str,
    /// A text, or a list of texts.
    pub(super) id: Value,
    /// Additional information; null if there is none.
    pub(super) additional: Value,
}

impl Object {
    /// Returns an object about which nothing else is said.
    pub(super) fn new(kind: &'static str, id: impl Into<Value>) -> Self {
        Self { kind, id: id.into(), additional: Value::Null }
    }

    pub(super) fn with(self, additional: Value) -> Self {
        Self { additional, ..self }
    }
}

/// A message of a webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id: a message with the same id has the same content.
    pub id: String,
    pub(super) kind: &'static str,
    pub(super) object: Object,
    pub(super) customer: Option<UserId>,
    /// Time of the event.
    pub(super) at: Timestamp,
}

impl Message {
    /// Returns the message that says nothing: a test.
    #[must_use]
    pub fn checkup(id: String, at: Timestamp) -> Self {
        Self { id, kind: "CHECKUP", object: Object::new("NONE", Value::Null), customer: None, at }
    }

    /// Returns the body of a delivery: compact JSON.
    #[must_use]
    pub fn to_body(&self) -> Vec<u8> {
        let object = json!({
            "object_type": self.object.kind,
            "object_id": self.object.id,
            "additional_information": self.object.additional.to_string(),
        });
        let payload = json!({
            "webhook_type": self.kind,
            "obj": object,
            "object": object,
            "customer_id": self.customer,
            "timestamp": self.at.unix_seconds().to_string(),
        });
        json!({"payload": payload.to_string()}).to_string().into_bytes()
    }
}
