//! What people and foreign tests ask of the fake itself, below `/_fake/`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::{json_body, text};
use crate::content::Account;
use crate::service::Service;

/// Trouble that an account can be told to make.
pub(crate) trait Trouble: 'static {
    /// The document that says what is to come.
    type Plan: DeserializeOwned;

    /// The account's own.
    fn of(account: &Account) -> &Self;

    /// What is to come, and what there was.
    fn tell(&self) -> Value;

    /// Replaces what is to come, where `routes` are the names of the API's functions.
    ///
    /// # Errors
    /// Says what is wrong with the document; nothing is replaced then.
    fn replace_by(&self, plan: Self::Plan, routes: &[&str]) -> Result<(), String>;

    /// Ends what is to come.
    fn end(&self);
}

/// The door to one kind of trouble: `GET` tells of it, `PUT` replaces it, `DELETE` ends it.
pub(crate) fn door<T: Trouble>() -> MethodRouter<Arc<Service>> {
    get(show::<T>).put(replace::<T>).delete(end::<T>)
}

async fn show<T: Trouble>(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer::<T>(&service, &email, |_| Ok(()))
}

async fn replace<T: Trouble>(
    State(service): State<Arc<Service>>,
    Path(email): Path<String>,
    body: Bytes,
) -> Response {
    answer::<T>(&service, &email, |trouble| {
        let plan = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        trouble.replace_by(plan, &service.routes.names())
    })
}

async fn end<T: Trouble>(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer::<T>(&service, &email, |trouble| {
        trouble.end();
        Ok(())
    })
}

/// Answers with the trouble of an account after `work`, whose error says what is wrong with the document.
fn answer<T: Trouble>(
    service: &Service,
    email: &str,
    work: impl FnOnce(&T) -> Result<(), String>,
) -> Response {
    let trouble = match service.account_by_email(email) {
        Ok(account) => T::of(account),
        Err(error) => return text(StatusCode::NOT_FOUND, error.to_string()),
    };
    match work(trouble) {
        Ok(()) => json_body(StatusCode::OK, &trouble.tell()),
        Err(why) => text(StatusCode::BAD_REQUEST, format!("This document is not understood: {why}")),
    }
}
