//! Receivers: they keep what they get, and answer as they please.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use event_sender::{Outbound, Reply};
use http::HeaderMap;
use serde_json::Value;

use super::faults::{Faults, lock};

/// All receivers, by the address of their endpoint.
pub(super) struct Receivers {
    received: Mutex<BTreeMap<String, Vec<Value>>>,
    faults: Arc<Faults>,
}

impl Receivers {
    pub(super) fn new(faults: Arc<Faults>) -> Arc<Self> {
        Arc::new(Self { received: Mutex::default(), faults })
    }

    /// Returns the events that came to an address, in the order in which they came, each time that they came.
    pub(super) fn at(&self, url: &str) -> Vec<Value> {
        lock(&self.received).get(url).cloned().unwrap_or_default()
    }

    fn keep(&self, url: &str, body: &[u8]) {
        let body: Value = serde_json::from_slice(body).expect("a body is JSON");
        let events = match body {
            Value::Array(events) => events,
            event => vec![event],
        };
        lock(&self.received).entry(url.to_owned()).or_default().extend(events);
    }
}

#[async_trait]
impl Outbound for Receivers {
    async fn post(&self, url: &str, headers: HeaderMap, body: Bytes) -> Result<Reply, String> {
        assert!(headers.contains_key("webhook-signature"), "every request is signed");
        self.faults.survive().await;
        let reply = |status, retry_after| Reply { status, retry_after, excerpt: String::new() };
        if !self.faults.happens(|chances| chances.endpoint) {
            self.keep(url, &body);
            self.faults.survive().await;
            return Ok(reply(204, None));
        }
        match self.faults.below(6) {
            0 => Ok(reply(500, None)),
            1 => Ok(reply(404, None)),
            2 => Ok(reply(503, Some(Duration::from_secs(self.faults.below(7200))))),
            3 => Ok(reply(429, Some(Duration::from_secs(self.faults.below(60))))),
            4 => Err("nobody answers".to_owned()),
            // It took the events, and the sender does not know.
            _ => {
                self.keep(url, &body);
                Err("the answer was lost".to_owned())
            }
        }
    }
}
