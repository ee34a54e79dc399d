//! Mishaps over HTTP.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::plan::MishapPlan;
use super::roll::Mishaps;
use crate::door::answer;
use crate::service::Service;

/// Tells what is left and what happened
pub(crate) async fn show(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer(&service, &email, |account| Ok(tell(&account.mishaps)))
}

/// Replaces what is to come
pub(crate) async fn replace(
    State(service): State<Arc<Service>>,
    Path(email): Path<String>,
    body: Bytes,
) -> Response {
    answer(&service, &email, |account| {
        let plan: MishapPlan = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        plan.check()?;
        account.mishaps.replace(plan);
        Ok(tell(&account.mishaps))
    })
}

/// Ends what is to come
pub(crate) async fn clear(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer(&service, &email, |account| {
        account.mishaps.clear();
        Ok(tell(&account.mishaps))
    })
}

fn tell(mishaps: &Mishaps) -> Value {
    let MishapPlan { script, seeded } = mishaps.left();
    json!({ "script": script, "seeded": seeded, "happened": mishaps.happened() })
}
