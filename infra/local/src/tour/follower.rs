//! Reader of the bus through a gateway on this machine.

use std::{collections::VecDeque, time::Duration};

use anyhow::{bail, ensure};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

/// Longest wait for an event: the schedule ticks every minute.
const PATIENCE: Duration = Duration::from_secs(150);
/// Wait of one request for events, in seconds.
const LOOK: u64 = 20;

/// A published event.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Told {
    position: u64,
    /// Name that rules match.
    #[serde(rename = "detail-type")]
    pub(super) detail_type: String,
    /// Event as consumers receive it.
    pub(super) detail: Value,
}

/// Reader of the bus, at its own position.
pub(super) struct Follower {
    http: Client,
    events: Url,
    position: u64,
    read: VecDeque<Told>,
}

impl Follower {
    pub(super) async fn from_now(http: Client, events: Url) -> anyhow::Result<Self> {
        let mut follower = Self { http, events, position: 0, read: VecDeque::new() };
        while follower.look(0).await? {
            follower.read.clear();
        }
        Ok(follower)
    }

    /// Returns the next event of this type for which `wanted` is true; skips others.
    pub(super) async fn wait_for(
        &mut self,
        detail_type: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Told> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            while let Some(told) = self.read.pop_front() {
                if told.detail_type == detail_type && wanted(&told.detail) {
                    return Ok(told);
                }
            }
            if Instant::now() > deadline {
                bail!("no event {detail_type:?} came within {} s", PATIENCE.as_secs());
            }
            self.look(LOOK).await?;
        }
    }

    /// Reads new events, waiting up to `wait` seconds for the first. Returns whether there were any.
    async fn look(&mut self, wait: u64) -> anyhow::Result<bool> {
        let query = [("after", self.position), ("wait", wait)];
        let answer = self.http.get(self.events.clone()).query(&query).send().await?;
        ensure!(answer.status() == StatusCode::OK, "the events cannot be read: {}", answer.status());
        for line in answer.text().await?.lines() {
            let told: Told = serde_json::from_str(line)?;
            self.position = told.position;
            self.read.push_back(told);
        }
        Ok(!self.read.is_empty())
    }
}
