//! Shared folders that accounts mount.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::{Answer, account, answer, document, done};
use crate::{content::Account, service::Service, sharing};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMount {
    /// Email address of the owner.
    owner: String,
    /// Folder of the owner.
    path: String,
    /// Path at which it is displayed.
    at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OldMount {
    at: String,
}

#[derive(Serialize)]
struct Mounted {
    shared_folder_id: String,
    at: String,
}

pub(super) async fn show(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer(change(&service, &email, |_| Ok(())).await)
}

pub(super) async fn add(
    State(service): State<Arc<Service>>,
    Path(email): Path<String>,
    body: Bytes,
) -> Response {
    let added = async {
        let NewMount { owner, path, at } = document(&body)?;
        let owner = account(&service, &owner)?;
        change(&service, &email, move |member| sharing::mount(&owner, &path, member, &at).map(drop)).await
    };
    answer(added.await)
}

pub(super) async fn end(
    State(service): State<Arc<Service>>,
    Path(email): Path<String>,
    body: Bytes,
) -> Response {
    let ended = async {
        let OldMount { at } = document(&body)?;
        change(&service, &email, move |member| sharing::unmount(member, &at)).await
    };
    answer(ended.await)
}

/// Runs `work` on an account, and returns its mounts.
async fn change(
    service: &Service,
    email: &str,
    work: impl FnOnce(&Account) -> anyhow::Result<()> + Send + 'static,
) -> Answer<Vec<Mounted>> {
    let member = account(service, email)?;
    done(move || {
        work(&member)?;
        let mounted = sharing::mounted(&member)?.into_iter();
        Ok(mounted.map(|(shared_folder_id, at)| Mounted { shared_folder_id, at }).collect())
    })
    .await
}
