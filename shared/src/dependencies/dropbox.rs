//! Parts of a function that calls Dropbox or receives its notifications.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use aws_types::SdkConfig;

use super::Dependencies;
use crate::{
    apps::{Apps, OwnApps},
    config::{app_of, required},
    dropbox::{Dropbox, Hosts, OauthApp, http_client},
    dropbox_calls::DropboxCalls,
    seal::Keyring,
    tokens::Tokens,
};

/// Dependencies for Dropbox.
pub struct DropboxDependencies {
    /// The client for Dropbox, at `DROPBOX_URL` if that is set (a fake; see [`Hosts::named`]), else at
    /// Dropbox itself.
    pub client: Dropbox,
    /// The keyring under the KMS key named by `KEY_ID`.
    pub keyring: Arc<Keyring>,
    /// The deployment's Dropbox app, in the parameter named by `APP_PARAMETER`, and those of projects.
    pub apps: Arc<Apps>,
    /// The access tokens of connections through these apps.
    pub tokens: Arc<Tokens>,
    /// Calls of Dropbox with these tokens.
    pub calls: DropboxCalls,
}

impl Dependencies {
    /// Reads the environment and the app's parameter. `read_timeout` is that of answers from Dropbox.
    ///
    /// # Errors
    /// Names what is missing or wrong.
    pub async fn dropbox(&self, read_timeout: Duration) -> anyhow::Result<DropboxDependencies> {
        let (store, clock, metrics) = (&self.store, &self.clock, &self.metrics);
        let app = app(&self.aws, &required("APP_PARAMETER")?).await?;
        let client = Dropbox::new(Arc::new(http_client(read_timeout)?), hosts()?);
        let keyring = self.keyring()?;
        let apps = Arc::new(Apps::new(app, OwnApps::new(store.clone(), keyring.clone())));
        let tokens = Arc::new(Tokens::new(
            store.clone(),
            store.clone(),
            keyring.clone(),
            client.clone(),
            apps.clone(),
            clock.clone(),
            metrics.clone(),
        ));
        let calls = DropboxCalls::new(tokens.clone(), client.clone(), store.clone(), clock.clone());
        Ok(DropboxDependencies { client, keyring, apps, tokens, calls })
    }
}

fn hosts() -> anyhow::Result<Hosts> {
    match std::env::var("DROPBOX_URL") {
        Ok(pattern) => Hosts::named(&pattern).context("DROPBOX_URL is no URL"),
        Err(_) => Ok(Hosts::default()),
    }
}

/// Reads the app from the parameter, a SecureString: its secret is never in the environment in clear. The
/// value is `{"key":"…","secret":"…"}`, with `previous_secret`, `scopes` and `redirect` if they differ from
/// the default.
async fn app(aws: &SdkConfig, parameter: &str) -> anyhow::Result<OauthApp> {
    let request = aws_sdk_ssm::Client::new(aws).get_parameter().name(parameter).with_decryption(true);
    let answer = request.send().await.with_context(|| format!("the parameter {parameter} cannot be read"))?;
    let value = answer.parameter().and_then(|parameter| parameter.value()).unwrap_or_default();
    app_of(value).with_context(|| format!("the parameter {parameter} is no Dropbox app"))
}
