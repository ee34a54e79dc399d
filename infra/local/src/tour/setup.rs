//! Setting of a tour: a gateway on this machine, known by its address alone.

use std::path::Path;

use anyhow::{Context, ensure};
use local_adapters::RecordedMetrics;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::follower::Follower;
use crate::{
    DemoProject,
    gateway::{DemoAccount, LocalSetup},
};

/// A gateway, with the accounts and projects that were created for it.
pub(super) struct TourSetup {
    pub(super) http: Client,
    pub(super) gateway: Url,
    /// Port of the receiver of deliveries.
    pub(super) receiver_port: u16,
    /// Metrics of the functions, if they run in this process.
    pub(super) metrics: Option<RecordedMetrics>,
    local_setup: LocalSetup,
}

impl TourSetup {
    /// Requests a gateway's accounts and projects.
    pub(super) async fn at(gateway: &Url, receiver_port: u16) -> anyhow::Result<Self> {
        let http = Client::new();
        let answer = http.get(gateway.join("_local/stage")?).send().await;
        let answer = answer.with_context(|| format!("nothing answers at {gateway}"))?;
        ensure!(answer.status() == StatusCode::OK, "{gateway} is no gateway of `local`: {}", answer.status());
        let local_setup = serde_json::from_slice(&answer.bytes().await?)?;
        Ok(Self { http, gateway: gateway.clone(), receiver_port, metrics: None, local_setup })
    }

    /// Returns the setup with the metrics of the functions.
    pub(super) fn counting(self, metrics: RecordedMetrics) -> Self {
        Self { metrics: Some(metrics), ..self }
    }

    pub(super) fn account(&self, number: usize) -> anyhow::Result<&DemoAccount> {
        self.local_setup.accounts.get(number).context("a tour needs two accounts")
    }

    pub(super) fn project(&self, number: usize) -> anyhow::Result<&DemoProject> {
        self.local_setup.projects.get(number).context("a tour needs two projects")
    }

    pub(super) fn dropbox(&self) -> &Url {
        &self.local_setup.dropbox
    }

    /// Creates a reader of events published from now on.
    pub(super) async fn follower(&self) -> anyhow::Result<Follower> {
        Follower::from_now(self.http.clone(), self.gateway.join("_local/events")?).await
    }

    /// Returns the bytes of an object in the bucket, or `None` if there is none.
    pub(super) async fn content(&self, key: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let mut url = self.gateway.join("_local/content/")?;
        url.path_segments_mut().ok().context("no path")?.pop_if_empty().extend(key.split('/'));
        let answer = self.http.get(url).send().await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        ensure!(answer.status() == StatusCode::OK, "{key} cannot be read: {}", answer.status());
        Ok(Some(answer.bytes().await?.into()))
    }

    /// Makes Dropbox request a pause of `seconds` seconds at the next listing of an account.
    pub(super) async fn ask_for_pause(&self, account: &DemoAccount, seconds: u32) -> anyhow::Result<()> {
        let fault = json!({"kind": "rate_limited", "retry_after": seconds});
        let script = json!({"script": [{"route": "files/list_folder/continue", "fault": fault}]});
        let answer = self.http.put(self.faults(account)?).json(&script).send().await?;
        ensure!(answer.status() == StatusCode::OK, "the fake Dropbox says {}", answer.text().await?);
        Ok(())
    }

    /// Returns how many times Dropbox has requested a pause for an account.
    pub(super) async fn pauses(&self, account: &DemoAccount) -> anyhow::Result<u64> {
        let told = self.http.get(self.faults(account)?).send().await?.bytes().await?;
        let told: Value = serde_json::from_slice(&told)?;
        Ok(told["injected"]["rate_limited"].as_u64().unwrap_or_default())
    }

    fn faults(&self, account: &DemoAccount) -> anyhow::Result<Url> {
        Ok(self.dropbox().join(&format!("_fake/accounts/{}/faults", account.email))?)
    }
}

/// Checks that a directory is empty, because the tour removes its files afterwards.
pub(super) fn ensure_empty(directory: &Path) -> anyhow::Result<()> {
    let first = std::fs::read_dir(directory)?.next().transpose()?;
    let Some(first) = first else { return Ok(()) };
    anyhow::bail!(
        "the account's directory is not empty: the tour needs it so, and found {}",
        first.path().display()
    )
}
