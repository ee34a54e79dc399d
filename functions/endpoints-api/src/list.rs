//! `GET …/endpoints` and `GET …/endpoints/{endpoint}`.

use http::Response;
use lambda_http::Body;
use serde_json::json;
use shared::{
    answer::{ApiError, found},
    model::ProjectId,
    store::StoredEndpoint,
};

use crate::{EndpointsApi, to_json};

/// Lists the project's endpoints, oldest first.
pub(crate) async fn all(api: &EndpointsApi, project: ProjectId) -> Result<Response<Body>, ApiError> {
    let mut all = api.store.endpoints(project).await?;
    // Those of workflows are not the project's to see.
    all.retain(|found| !found.endpoint.destination.is_workflow());
    all.sort_by_key(|found| (found.endpoint.created_at, found.endpoint.id));
    let mut listed = Vec::new();
    for one in &all {
        listed.push(to_json::endpoint(api, one).await?);
    }
    Ok(found(&json!({"endpoints": listed})))
}

/// Shows one endpoint.
pub(crate) async fn one(api: &EndpointsApi, endpoint: &StoredEndpoint) -> Result<Response<Body>, ApiError> {
    Ok(found(&to_json::endpoint(api, endpoint).await?))
}
