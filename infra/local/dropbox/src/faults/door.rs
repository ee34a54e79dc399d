//! Faults over HTTP, for people and for tests in other languages.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::plan::Plan;
use super::roll::Faults;
use crate::api::{json_body, text};
use crate::service::Service;

/// Tells what is left and what was injected
pub(crate) async fn show(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    with(&service, &email, |_| Ok(()))
}

/// Replaces what is to come
pub(crate) async fn replace(
    State(service): State<Arc<Service>>,
    Path(email): Path<String>,
    body: Bytes,
) -> Response {
    with(&service, &email, |faults| {
        let plan: Plan = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        plan.check(&service.routes.names())?;
        faults.replace(plan);
        Ok(())
    })
}

/// Ends what is to come
pub(crate) async fn clear(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    with(&service, &email, |faults| {
        faults.clear();
        Ok(())
    })
}

fn with(service: &Service, email: &str, change: impl FnOnce(&Faults) -> Result<(), String>) -> Response {
    let account = match service.account_by_email(email) {
        Ok(account) => account,
        Err(error) => return text(StatusCode::NOT_FOUND, error.to_string()),
    };
    match change(&account.faults) {
        Ok(()) => tell(&account.faults),
        Err(why) => text(StatusCode::BAD_REQUEST, format!("These faults are not understood: {why}")),
    }
}

fn tell(faults: &Faults) -> Response {
    let Plan { script, seeded } = faults.left();
    let told = json!({ "script": script, "seeded": seeded, "injected": faults.injected() });
    json_body(StatusCode::OK, &told)
}
