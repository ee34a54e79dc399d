//! Control endpoints of the fake itself, below `/_fake/`, for people and tests in other languages.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
    routing::{MethodRouter, get},
};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    api::{json_body, text},
    content::Account,
    service::Service,
};

/// Kind of trouble that can be set up for an account.
pub(crate) trait Controlled: 'static {
    /// Document that sets it up.
    type Plan: DeserializeOwned;

    /// Returns the trouble of an account.
    fn of(account: &Account) -> &Self;

    /// Returns what is set up, and what has happened.
    fn tell(&self) -> Value;

    /// Replaces the setup; `routes` are the names of the API's functions.
    ///
    /// # Errors
    /// Returns what is wrong with the document; then nothing is replaced.
    fn replace_by(&self, plan: Self::Plan, routes: &[&str]) -> Result<(), String>;

    /// Clears the setup.
    fn end(&self);
}

/// Returns the endpoint of one kind of trouble: `GET` returns it, `PUT` replaces it, `DELETE` clears it.
pub(crate) fn control<T: Controlled>() -> MethodRouter<Arc<Service>> {
    get(show::<T>).put(replace::<T>).delete(end::<T>)
}

async fn show<T: Controlled>(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer::<T>(&service, &email, |_| Ok(()))
}

async fn replace<T: Controlled>(
    State(service): State<Arc<Service>>,
    Path(email): Path<String>,
    body: Bytes,
) -> Response {
    answer::<T>(&service, &email, |trouble| {
        let plan = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        trouble.replace_by(plan, &service.routes.names())
    })
}

async fn end<T: Controlled>(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer::<T>(&service, &email, |trouble| {
        trouble.end();
        Ok(())
    })
}

/// Runs `work` on an account's trouble, and responds with its state. An error of `work` means that the
/// document is invalid.
fn answer<T: Controlled>(
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
