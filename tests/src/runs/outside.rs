//! Dropbox, and the addresses that steps call: they note what is done, and answer as they please.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use api_proxy::Undone;
use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::{Value, json};
use shared::model::Connection;
use workflow_runner::{Account, Http, Reply, Unanswered};

use crate::deliveries::faults::{Faults, lock};

/// Everything that steps call.
pub(super) struct Outside {
    /// Number of effects of each step, by its idempotency key.
    effects: Mutex<BTreeMap<String, u32>>,
    faults: Arc<Faults>,
}

impl Outside {
    pub(super) fn new(faults: Arc<Faults>) -> Arc<Self> {
        Arc::new(Self { effects: Mutex::default(), faults })
    }

    /// Returns how often each step had its effect, by its idempotency key.
    pub(super) fn effects(&self) -> BTreeMap<String, u32> {
        lock(&self.effects).clone()
    }

    fn note(&self, key: &str) {
        *lock(&self.effects).entry(key.to_owned()).or_default() += 1;
    }

    async fn at_dropbox(&self, key: &Value) -> Result<Value, Undone> {
        let key = key.as_str().expect("every call has its key");
        self.faults.survive().await;
        let undone = |status, code: &str, wait: Option<u64>| {
            let retry_after = wait.map(Duration::from_secs);
            Err(Undone { status, code: code.to_owned(), message: "simulated".to_owned(), retry_after })
        };
        if !self.faults.happens(|chances| chances.endpoint) {
            self.note(key);
            self.faults.survive().await;
            return Ok(json!({"key": key}));
        }
        match self.faults.below(6) {
            0 => undone(409, "dropbox_refused", None),
            1 => undone(429, "dropbox_refused", Some(self.faults.below(300))),
            2 => undone(429, "too_many_requests", Some(self.faults.below(300))),
            3 => undone(503, "unavailable", Some(5)),
            4 => undone(502, "dropbox_unreachable", None),
            // It was done, and nobody knows.
            _ => {
                self.note(key);
                undone(502, "dropbox_unreachable", None)
            }
        }
    }
}

#[async_trait]
impl Account for Outside {
    async fn act(&self, _: &str, parameters: Value, _: Connection) -> Result<Value, Undone> {
        let saved = self.at_dropbox(&parameters["key"]).await?;
        // Sometimes in several parts.
        if parameters["resume"].is_null() && self.faults.below(3) == 0 {
            return Ok(json!({"status": "unfinished", "resume": "the rest"}));
        }
        Ok(saved)
    }

    async fn call(&self, _: &str, argument: &Value, _: Connection) -> Result<Value, Undone> {
        self.at_dropbox(&argument["key"]).await
    }
}

#[async_trait]
impl Http for Outside {
    async fn exchange(
        &self,
        method: Method,
        _: &str,
        headers: HeaderMap,
        _: Option<Bytes>,
    ) -> Result<Reply, Unanswered> {
        assert_eq!(method, Method::PUT);
        let key = headers["idempotency-key"].to_str().expect("it is a text").to_owned();
        self.faults.survive().await;
        let reply = |status, wait: Option<u64>| {
            let (retry_after, body) = (wait.map(Duration::from_secs), Bytes::from_static(b"{}"));
            Ok(Reply { status, headers: HeaderMap::new(), retry_after, body, is_cut: false })
        };
        if !self.faults.happens(|chances| chances.endpoint) {
            self.note(&key);
            self.faults.survive().await;
            return reply(200, None);
        }
        match self.faults.below(5) {
            0 => reply(404, None),
            1 => reply(503, Some(self.faults.below(7_200))),
            2 => reply(500, None),
            3 => Err(Unanswered::NoAnswer("nobody answers".to_owned())),
            _ => {
                self.note(&key);
                Err(Unanswered::NoAnswer("the answer was lost".to_owned()))
            }
        }
    }
}
