//! Faults over HTTP.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::plan::Plan;
use super::roll::Faults;
use crate::door::answer;
use crate::service::Service;

/// Tells what is left and what was injected
pub(crate) async fn show(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer(&service, &email, |account| Ok(tell(&account.faults)))
}

/// Replaces what is to come
pub(crate) async fn replace(
    State(service): State<Arc<Service>>,
    Path(email): Path<String>,
    body: Bytes,
) -> Response {
    answer(&service, &email, |account| {
        let plan: Plan = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        plan.check(&service.routes.names())?;
        account.faults.replace(plan);
        Ok(tell(&account.faults))
    })
}

/// Ends what is to come
pub(crate) async fn clear(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer(&service, &email, |account| {
        account.faults.clear();
        Ok(tell(&account.faults))
    })
}

fn tell(faults: &Faults) -> Value {
    let Plan { script, seeded } = faults.left();
    json!({ "script": script, "seeded": seeded, "injected": faults.injected() })
}
