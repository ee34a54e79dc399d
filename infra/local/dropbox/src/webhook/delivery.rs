//! Requests to an app's webhook.

use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::redirect::Policy;
use serde_json::json;
use url::Url;

use crate::content::Profile;
use crate::crypto;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends requests to webhooks.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    client: reqwest::Client,
}

/// Where one app gets its notifications.
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

    /// Where an app gets its notifications, signed with its secret.
    pub(super) fn letterbox(&self, url: Url, secret: &str) -> Letterbox {
        Letterbox { client: self.client.clone(), url, secret: secret.to_owned() }
    }

    /// Checks that a webhook gives a challenge back.
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
    /// Says that these accounts changed; anything but a 200 is an error.
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

    /// Says that these accounts changed, if there are any, and does not insist.
    pub(super) async fn try_notify(&self, accounts: &[&Profile]) {
        if !accounts.is_empty()
            && let Err(error) = self.notify(accounts).await
        {
            tracing::debug!("a notification was refused: {error:#}");
        }
    }
}
