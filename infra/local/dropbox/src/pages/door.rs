//! Adversity over HTTP.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::adversity::Adversity;
use super::way::Pages;
use crate::door::answer;
use crate::service::Service;

/// Tells how awkward listings are
pub(crate) async fn show(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer(&service, &email, |account| Ok(tell(&account.pages)))
}

/// Makes listings as awkward as the document says
pub(crate) async fn replace(
    State(service): State<Arc<Service>>,
    Path(email): Path<String>,
    body: Bytes,
) -> Response {
    answer(&service, &email, |account| {
        let adversity: Adversity = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        adversity.check()?;
        account.pages.set(adversity);
        Ok(tell(&account.pages))
    })
}

/// Makes listings plain
pub(crate) async fn clear(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer(&service, &email, |account| {
        account.pages.clear();
        Ok(tell(&account.pages))
    })
}

fn tell(pages: &Pages) -> Value {
    json!(pages.adversity())
}
