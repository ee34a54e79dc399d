//! Replacement of a project's keys: API keys, and keys for user tokens. Old and new keys both work until the
//! old one is removed.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;
use shared::{
    model::{ApiKey, Clock, Project, ProjectId, SystemClock},
    store::{ApiKeys, Dynamo, Projects, StoreError, StoredApiKey, UserKeys},
};

use super::{app::read_secret, create::Signing};
use crate::{
    Site,
    console::say,
    user_keys::{UserKeyPair, read_public_key},
};

/// A new API key of a project.
#[derive(Debug, Clone, Args)]
pub struct AddApiKey {
    /// Id of the project.
    #[arg(long, value_name = "ID")]
    pub project: ProjectId,
}

/// An API key to remove.
#[derive(Debug, Clone, Args)]
pub struct RemoveApiKey {
    /// Id of the project.
    #[arg(long, value_name = "ID")]
    pub project: ProjectId,

    /// File with the API key; - reads it from standard input.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// A new key for a project's user tokens.
#[derive(Debug, Clone, Args)]
pub struct AddUserKey {
    /// Id of the project.
    #[arg(long, value_name = "ID")]
    pub project: ProjectId,

    /// Id of the key in user tokens (kid); must be new in the project.
    #[arg(long, value_name = "ID")]
    pub key_id: String,

    /// Signature algorithm of user tokens.
    #[arg(long, value_enum, default_value = "rs256")]
    pub algorithm: Signing,

    /// Public key, as PEM, of a key pair that you have; without it a pair is generated.
    #[arg(long, value_name = "FILE")]
    pub public_key: Option<PathBuf>,
}

/// A key for user tokens to remove.
#[derive(Debug, Clone, Args)]
pub struct RemoveUserKey {
    /// Id of the project.
    #[arg(long, value_name = "ID")]
    pub project: ProjectId,

    /// Id of the key in user tokens (kid).
    #[arg(long, value_name = "ID")]
    pub key_id: String,
}

/// Creates another API key, and prints it once.
///
/// # Errors
/// If the project does not exist.
pub async fn add_api_key(new: &AddApiKey, site: &dyn Site) -> anyhow::Result<()> {
    let store = site.store().await?;
    let key = ApiKey::of_project(new.project);
    let stored = StoredApiKey { hash: key.hash(), created_at: SystemClock.now() };
    match store.add_api_key(new.project, &stored).await {
        Err(StoreError::Conflict) => bail!("there is no project {}", new.project),
        added => added?,
    }
    say(&serde_json::to_string_pretty(&json!({"project": new.project, "api_key": key.expose()}))?);
    Ok(())
}

/// Removes an API key.
///
/// # Errors
/// If the project has no such key.
pub async fn remove_api_key(old: &RemoveApiKey, site: &dyn Site) -> anyhow::Result<()> {
    let key = ApiKey::new(&read_secret(&old.key)?);
    if !site.store().await?.remove_api_key(old.project, &key.hash(), None).await? {
        bail!("the project {} has no such API key", old.project);
    }
    say(&serde_json::to_string_pretty(&json!({"project": old.project, "removed": true}))?);
    Ok(())
}

/// Adds a key for user tokens, and prints the pair if it was generated.
///
/// # Errors
/// If the project does not exist or already has a key with this id, or the public key is invalid.
pub async fn add_user_key(new: &AddUserKey, site: &dyn Site) -> anyhow::Result<()> {
    let (key, private_key) = match &new.public_key {
        Some(file) => (read_public_key(file, &new.key_id, new.algorithm.into())?, None),
        None => {
            let pair = UserKeyPair::generate(&new.key_id, new.algorithm.into())?;
            (pair.key, Some(pair.private_key))
        }
    };
    let (store, project) = project_of(site, new.project).await?;
    if project.user_keys.iter().any(|known| known.id == key.id) {
        bail!("the project has a key {:?} already: choose another --key-id", key.id);
    }
    let public_key = key.public_key.clone();
    let mut keys = project.user_keys.clone();
    keys.push(key);
    store.replace_user_keys(project.id, &project.user_keys, &keys).await?;
    let output = json!({"project": project.id, "key_id": new.key_id, "public_key": public_key, "private_key": private_key});
    say(&serde_json::to_string_pretty(&output)?);
    Ok(())
}

/// Removes a key for user tokens. Tokens signed with it are refused from then on.
///
/// # Errors
/// If the project does not exist, or has no such key.
pub async fn remove_user_key(old: &RemoveUserKey, site: &dyn Site) -> anyhow::Result<()> {
    let (store, project) = project_of(site, old.project).await?;
    let mut keys = project.user_keys.clone();
    keys.retain(|key| key.id != old.key_id);
    if keys.len() == project.user_keys.len() {
        bail!("the project has no key {:?}", old.key_id);
    }
    store.replace_user_keys(project.id, &project.user_keys, &keys).await?;
    let left: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
    say(&serde_json::to_string_pretty(&json!({"project": project.id, "key_ids": left}))?);
    Ok(())
}

async fn project_of(site: &dyn Site, id: ProjectId) -> anyhow::Result<(Arc<Dynamo>, Project)> {
    let store = site.store().await?;
    let project = store.project(id).await?.with_context(|| format!("there is no project {id}"))?;
    Ok((store, project))
}
