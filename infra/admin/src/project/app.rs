//! A project's own Dropbox app, and its data key.

use std::{
    fs,
    io::{Read, stdin},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::Args;
use serde::{
    Deserialize,
    de::{IntoDeserializer, value::Error},
};
use serde_json::json;
use shared::{
    apps::{AppError, OwnApps},
    dropbox::{AppTerms, RedirectPath},
    model::{AppKey, AppSecret, ProjectId},
    store::{Projects, StoreError},
};

use crate::{Site, console::say};

/// Dropbox app through which a project's accounts are linked from now on.
#[derive(Debug, Clone, Args)]
pub struct NewApp {
    /// Id of the project.
    #[arg(long, value_name = "ID")]
    pub project: ProjectId,

    /// App key from the App Console.
    #[arg(long, value_name = "KEY")]
    pub key: String,

    /// File with the app secret; - reads it from standard input. A new secret of the same app replaces the
    /// earlier one, which is still accepted for webhooks until the command is run again with the new one.
    #[arg(long, value_name = "FILE")]
    pub secret: PathBuf,

    /// Scope to request from users. May be repeated. [default: `account_info.read`, `files.metadata.read`,
    /// `files.content.read`, `files.content.write`]
    #[arg(long = "scope", value_name = "SCOPE")]
    pub scopes: Vec<String>,

    /// Path of the redirect URI that is registered for the app: /oauth/callback, /oauth or
    /// /integrations/dropbox.
    #[arg(long, value_name = "PATH", default_value = "/oauth/callback", value_parser = redirect_path)]
    pub redirect: RedirectPath,
}

/// A new data key of a project.
#[derive(Debug, Clone, Args)]
pub struct NewKey {
    /// Id of the project.
    #[arg(long, value_name = "ID")]
    pub project: ProjectId,
}

fn redirect_path(text: &str) -> Result<RedirectPath, String> {
    let path: Result<_, Error> = RedirectPath::deserialize(text.into_deserializer());
    path.map_err(|_| "it must be /oauth/callback, /oauth or /integrations/dropbox".to_owned())
}

/// Sets the app of a project, and prints what to register in the App Console.
///
/// # Errors
/// If a required scope is missing, the project does not exist, or the app is another project's.
pub async fn set_app(new: &NewApp, site: &dyn Site) -> anyhow::Result<()> {
    let mut terms = AppTerms { redirect: new.redirect, ..AppTerms::default() };
    if !new.scopes.is_empty() {
        terms.scopes.clone_from(&new.scopes);
    }
    let missing = terms.missing_scopes();
    if !missing.is_empty() {
        bail!("without {} nothing can be synced: add --scope for it", missing.join(", "));
    }
    let (key, secret) = (AppKey::from(new.key.as_str()), AppSecret::new(read_secret(&new.secret)?));
    let store = site.store().await?;
    let apps = OwnApps::new(store.clone(), site.keyring(&store).await?);
    match apps.put(new.project, &key, &secret, terms.clone()).await {
        Err(AppError::Store(StoreError::Conflict)) => {
            bail!("there is no project {}, or the app {key} is another project's", new.project)
        }
        put => put?,
    }
    let accepted = if apps.with_key(&key).await?.previous_secret.is_some() { 2 } else { 1 };
    let output = json!({
        "project": new.project,
        "app": key,
        "scopes": terms.scopes,
        "redirect_uri": format!("<the deployment's URL>/{}", terms.redirect.as_str()),
        "webhook_uri": format!("<the deployment's URL>/webhook/{key}"),
        "webhook_secrets_accepted": accepted,
    });
    say(&serde_json::to_string_pretty(&output)?);
    Ok(())
}

/// Creates a new data key of the project, under which its secrets are sealed from now on.
///
/// # Errors
/// If the project does not exist, or the key cannot be created.
pub async fn rotate_key(new: &NewKey, site: &dyn Site) -> anyhow::Result<()> {
    let store = site.store().await?;
    if store.project(new.project).await?.is_none() {
        bail!("there is no project {}", new.project);
    }
    let version = site.keyring(&store).await?.rotate(new.project).await?;
    say(&serde_json::to_string_pretty(&json!({"project": new.project, "key_version": version}))?);
    Ok(())
}

/// Reads a secret that is the only content of a file; - is standard input.
pub(super) fn read_secret(file: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if file == Path::new("-") {
        stdin().read_to_string(&mut text).context("the standard input cannot be read")?;
    } else {
        text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    }
    match text.trim() {
        "" => bail!("{} holds no secret", file.display()),
        secret => Ok(secret.to_owned()),
    }
}
