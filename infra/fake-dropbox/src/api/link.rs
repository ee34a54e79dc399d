//! Temporary links: addresses at which a file can be read for a limited time without a token.

use std::sync::Arc;

use anyhow::Context;
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use super::{
    failure::{Failure, text},
    opening::{self, Opening},
    seal, serving,
    view::Tree,
};
use crate::{
    AppSettings,
    content::{Account, Locator},
    hosts::Host,
    service::Service,
};

/// Path of temporary links.
pub(crate) const ADDRESS: &str = "/cd/0/get/{link}/file";

const PURPOSE: &str = "temporary link";

/// Life of a link, in seconds.
const LIFETIME: i64 = 4 * 3_600;

/// Target of a link. It is bound to a revision: once the file changes, the link is dead.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Link {
    account: i64,
    rev: String,
    expires: i64,
}

impl Link {
    /// Creates a link to a revision of a file of `account`, which expires after [`LIFETIME`].
    pub(crate) fn new(service: &Service, account: &Account, rev: &str) -> Self {
        let expires = service.clock.seconds() + LIFETIME;
        Self { account: account.profile.namespace, rev: rev.to_owned(), expires }
    }

    /// Returns its address, sealed for an app.
    pub(crate) fn url(&self, service: &Service, app: &AppSettings) -> Result<String, Failure> {
        let sealed = seal::seal(app, PURPOSE, serde_json::to_vec(self)?);
        let path = ADDRESS.replace("{link}", &sealed);
        Ok(service.host_url(Host::Content)?.join(path.trim_start_matches('/'))?.into())
    }

    fn read(service: &Service, sealed: &str) -> Option<Self> {
        let bytes = service.apps().iter().find_map(|app| seal::open(app, PURPOSE, sealed))?;
        serde_json::from_slice(&bytes).ok()
    }

    fn open(self, service: &Service) -> Result<Opening, Failure> {
        let account = service.account(self.account).context("an account is not there any more")?;
        opening::open_in(&Tree::of(Arc::clone(account)), &Locator::Rev(self.rev))
    }
}

/// Serves the file of a link.
pub(crate) async fn follow(
    State(service): State<Arc<Service>>,
    Path(sealed): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(link) = Link::read(&service, &sealed) else {
        return text(StatusCode::NOT_FOUND, "There is no such link.".to_owned());
    };
    if link.expires <= service.clock.seconds() {
        return text(StatusCode::GONE, "The link has expired.".to_owned());
    }
    match read(service, link, &headers).await {
        Ok(response) => response,
        Err(Failure::Endpoint(_)) => {
            text(StatusCode::NOT_FOUND, "The file is not there any more.".to_owned())
        }
        Err(failure) => failure.response("temporary link", "URL"),
    }
}

async fn read(service: Arc<Service>, link: Link, headers: &HeaderMap) -> Result<Response, Failure> {
    let Opening { displayed, file, .. } = spawn_blocking(move || link.open(&service)).await??;
    let content = displayed.entry.file().context("only files are opened")?;
    serving::serve(headers, content, file).await
}
