//! A function's settings, from its environment. What is missing is named, at start.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, bail};
use aws_config::{BehaviorVersion, SdkConfig};
use serde::Deserialize;
use url::Url;

use crate::{
    dropbox::{Dropbox, Hosts, OauthApp, http_client},
    model::{AppSecret, Clock, SystemClock},
    seal::{Keyring, KmsKey},
    store::Dynamo,
    tokens::Tokens,
};

/// The value of an environment variable that must be there.
///
/// # Errors
/// Names the variable.
pub fn required(name: &str) -> anyhow::Result<String> {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => Ok(value),
        _ => bail!("the environment variable {name} is missing"),
    }
}

/// Region and credentials, and the table named by `TABLE_NAME`: all that a function needs that never calls Dropbox.
///
/// # Errors
/// Where `TABLE_NAME` is missing.
pub async fn aws_and_store() -> anyhow::Result<(SdkConfig, Arc<Dynamo>)> {
    let aws = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let store = Arc::new(Dynamo::new(aws_sdk_dynamodb::Client::new(&aws), required("TABLE_NAME")?));
    Ok((aws, store))
}

/// What a function is wired from that calls Dropbox, or hears from it.
pub struct Wiring {
    /// Region and credentials.
    pub aws: SdkConfig,
    /// The table named by `TABLE_NAME`.
    pub store: Arc<Dynamo>,
    /// The Dropbox app in the parameter named by `APP_PARAMETER`.
    pub app: OauthApp,
    /// The client to Dropbox, at `DROPBOX_URL` where that is set (a fake), else at Dropbox itself.
    pub dropbox: Dropbox,
    /// The machine's clock.
    pub clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
struct AppParameter {
    key: String,
    secret: String,
}

impl Wiring {
    /// Reads the environment and the app's parameter. No answer of Dropbox may be silent for longer than `silence`.
    ///
    /// # Errors
    /// Names what is missing or wrong.
    pub async fn from_env(silence: Duration) -> anyhow::Result<Self> {
        let (aws, store) = aws_and_store().await?;
        let app = app(&aws, &required("APP_PARAMETER")?).await?;
        let dropbox = Dropbox::new(Arc::new(http_client(silence)?), hosts()?);
        Ok(Self { aws, store, app, dropbox, clock: Arc::new(SystemClock) })
    }

    /// The keyring under the KMS key named by `KEY_ID`.
    ///
    /// # Errors
    /// Where `KEY_ID` is missing.
    pub fn keyring(&self) -> anyhow::Result<Arc<Keyring>> {
        let master = KmsKey::new(aws_sdk_kms::Client::new(&self.aws), required("KEY_ID")?);
        Ok(Arc::new(Keyring::new(Arc::new(master), self.store.clone(), self.clock.clone())))
    }

    /// The access tokens, over that keyring.
    ///
    /// # Errors
    /// Where `KEY_ID` is missing.
    pub fn tokens(&self) -> anyhow::Result<Arc<Tokens>> {
        Ok(Arc::new(Tokens::new(
            self.store.clone(),
            self.store.clone(),
            self.keyring()?,
            self.dropbox.clone(),
            self.app.clone(),
            self.clock.clone(),
        )))
    }
}

fn hosts() -> anyhow::Result<Hosts> {
    match std::env::var("DROPBOX_URL") {
        Ok(url) => Ok(Hosts::at(&Url::parse(&url).context("DROPBOX_URL is no URL")?)),
        Err(_) => Ok(Hosts::default()),
    }
}

/// The app's key and secret are one SecureString, `{"key":"…","secret":"…"}`: never in the environment in clear.
async fn app(aws: &SdkConfig, parameter: &str) -> anyhow::Result<OauthApp> {
    let request = aws_sdk_ssm::Client::new(aws).get_parameter().name(parameter).with_decryption(true);
    let answer = request.send().await.with_context(|| format!("the parameter {parameter} cannot be read"))?;
    let value = answer.parameter().and_then(|parameter| parameter.value()).unwrap_or_default();
    let Ok(AppParameter { key, secret }) = serde_json::from_str(value) else {
        bail!("the parameter {parameter} is not {{\"key\":\"…\",\"secret\":\"…\"}}");
    };
    Ok(OauthApp { key: key.into(), secret: AppSecret::new(secret) })
}
