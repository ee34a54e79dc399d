//! Receivers: they keep what they get, and answer as they please.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use event_sender::{Entry, Outbound, Publisher, Refusal, RefusalKind, Reply};
use http::HeaderMap;
use serde_json::Value;
use shared::{
    delivery::{AwsDestination, AwsPlace},
    model::ProjectId,
};

use super::faults::{Faults, lock};

/// All receivers, by the address of their endpoint, or by that of their queue.
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

#[async_trait]
impl Publisher for Receivers {
    async fn publish(
        &self,
        to: &AwsDestination,
        _: ProjectId,
        entries: &[Entry],
    ) -> Vec<Result<String, Refusal>> {
        assert!((1..=10).contains(&entries.len()), "a call has one to ten entries");
        let is_signed = |entry: &Entry| entry.headers.contains_key("webhook-signature");
        assert!(entries.iter().all(is_signed), "every entry is signed");
        let AwsPlace::Queue(queue) = &to.place else { panic!("there are queues only") };
        let place = queue.as_str();
        self.faults.survive().await;
        let refused = |kind| Err(Refusal { kind, said: "simulated".to_owned() });
        if self.faults.happens(|chances| chances.endpoint) {
            let kind = match self.faults.below(3) {
                0 => RefusalKind::Throttled,
                1 => RefusalKind::RoleNotAssumed,
                _ => RefusalKind::Unavailable,
            };
            // It may have taken the events, and the sender does not know.
            if self.faults.below(2) == 0 {
                entries.iter().for_each(|entry| self.keep(place, entry.body.as_bytes()));
            }
            return entries.iter().map(|_| refused(kind)).collect();
        }
        let mut outcomes = Vec::new();
        for entry in entries {
            if self.faults.happens(|chances| chances.endpoint) {
                outcomes.push(refused(RefusalKind::EntryRefused));
                continue;
            }
            self.keep(place, entry.body.as_bytes());
            outcomes.push(Ok(entry.id.clone()));
        }
        self.faults.survive().await;
        outcomes
    }
}
