//! Requests to an app's webhook.

use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::redirect::Policy;
use serde_json::json;
use url::Url;

use crate::{content::Profile, crypto};

const TIMEOUT: Duration = Duration::from_secs(10);

/// HTTP client for webhooks.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    client: reqwest::Client,
}

/// Webhook of one app.
#[derive(Clone, Debug)]
pub(super) struct Letterbox {
    client: reqwest::Client,
    url: Url,
    secret: String,
}

impl Delivery {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().timeout(TIMEOUT).redirect(Policy::none());
        let client =
            client.user_agent("DropboxWebhooks/1.0").build().context("cannot make an HTTP client")?;
        Ok(Self { client })
    }

    /// Returns an app's webhook, with the secret that signs its notifications.
    pub(super) fn letterbox(&self, url: Url, secret: &str) -> Letterbox {
        Letterbox { client: self.client.clone(), url, secret: secret.to_owned() }
    }

    /// Checks that a webhook returns a challenge.
    pub(crate) async fn verify(&self, mut url: Url) -> anyhow::Result<()> {
        let challenge = crypto::base64url(&crypto::random::<24>());
        url.query_pairs_mut().append_pair("challenge", &challenge);
        let answer = self.client.get(url).send().await?;
        ensure!(answer.status() == 200, "it answered {}", answer.status());
        ensure!(answer.text().await? == challenge, "it did not give the challenge back");
        Ok(())
    }
}

impl Letterbox {
    /// Notifies of changes in these accounts; any status but 200 is an error.
    pub(super) async fn notify(&self, accounts: &[&Profile]) -> anyhow::Result<()> {
        let body = json!({
            "list_folder": { "accounts": accounts.iter().map(|account| &account.account_id).collect::<Vec<_>>() },
            "delta": { "users": accounts.iter().map(|account| account.uid).collect::<Vec<_>>() },
        });
        let body = body.to_string();
        let signature = crypto::hex(&crypto::hmac_sha256(self.secret.as_bytes(), body.as_bytes()));
        let request = self.client.post(self.url.clone()).header("X-Dropbox-Signature", signature);
        let answer = request.header("Content-Type", "application/json").body(body).send().await?;
        ensure!(answer.status() == 200, "it answered {}", answer.status());
        Ok(())
    }

    /// Notifies of changes in these accounts, if there are any, and ignores errors.
    pub(super) async fn try_notify(&self, accounts: &[&Profile]) {
        if !accounts.is_empty()
            && let Err(error) = self.notify(accounts).await
        {
            tracing::debug!("a notification was refused: {error:#}");
        }
    }
}
