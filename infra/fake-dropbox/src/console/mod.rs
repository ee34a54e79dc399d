//! Console over HTTP: actions of the owners of accounts and the developers of apps.
//!
//! - `GET /_fake/accounts/{email}/team`: returns `root_info`, like `users/get_current_account`.
//! - `PUT /_fake/accounts/{email}/team` with `{ "member_folder": "First" }`: makes the account a member of a
//!   team, in whose space its own folder has this name. `DELETE` ends the membership.
//! - `POST /_fake/accounts/{email}/root`: moves the root to another namespace, with all of its contents.
//! - `GET /_fake/accounts/{email}/mounts`: lists the shared folders that the account has mounted.
//! - `POST /_fake/accounts/{email}/mounts` with `{ "owner": "second@example.com", "path": "/Shared", "at":
//!   "/Theirs" }`: mounts a folder of another account. `DELETE` with `{ "at": "/Theirs" }` unmounts it.
//! - `GET /_fake/apps/{key}`: returns an app's settings, without its secret.
//! - `PATCH /_fake/apps/{key}` with `{ "access": "app_folder" }`: changes `access` (`full_dropbox`,
//!   `app_folder`), `scopes`, `redirect_uris` or `webhook`.
//!
//! Each request returns the new state. 400 means that the document is invalid, 404 that the account or app
//! does not exist, and 409 that the action is not possible now; the body gives the reason.

mod app;
mod mounts;
mod team;

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    response::Response,
    routing::{get, post},
};
use http::StatusCode;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    api::{json_body, text},
    content::Account,
    service::{Service, blocking},
};

/// Returns all routes of the console.
pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/_fake/accounts/{email}/team", get(team::show).put(team::join).delete(team::leave))
        .route("/_fake/accounts/{email}/root", post(team::change_root))
        .route("/_fake/accounts/{email}/mounts", get(mounts::show).post(mounts::add).delete(mounts::end))
        .route("/_fake/apps/{key}", get(app::show).patch(app::change))
}

/// Reason why a request is refused.
enum Refused {
    /// The account or app does not exist.
    Unknown(String),
    /// The document is invalid.
    Document(String),
    /// The action is not possible now.
    Impossible(String),
}

type Answer<T> = Result<T, Refused>;

fn answer<T: Serialize>(answered: Answer<T>) -> Response {
    match answered {
        Ok(told) => json_body(StatusCode::OK, &told),
        Err(Refused::Unknown(why)) => text(StatusCode::NOT_FOUND, why),
        Err(Refused::Document(why)) => {
            text(StatusCode::BAD_REQUEST, format!("This document is not understood: {why}"))
        }
        Err(Refused::Impossible(why)) => text(StatusCode::CONFLICT, why),
    }
}

fn account(service: &Service, email: &str) -> Answer<Arc<Account>> {
    let found = service.account_by_email(email).map(Arc::clone);
    found.map_err(|error| Refused::Unknown(error.to_string()))
}

fn document<D: DeserializeOwned>(body: &Bytes) -> Answer<D> {
    serde_json::from_slice(body).map_err(|error| Refused::Document(error.to_string()))
}

async fn done<T: Send + 'static>(work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Answer<T> {
    blocking(work).await.map_err(|error| Refused::Impossible(format!("{error:#}")))
}
