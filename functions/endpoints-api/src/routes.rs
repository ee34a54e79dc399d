//! Routing: first the caller is checked, then the request.

use http::{Request, Response};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    caller::{Callers, Operation, ProjectCaller},
    metrics::Subject,
    model::ProjectId,
};

use crate::{
    EndpointsApi, attempts, change, create, delete, deliveries, event_types, find, list, preview,
    public_keys, replay, rotate, test_request,
};

/// The part of a path that names no endpoint, but the comparison of a filter.
const PREVIEW: &str = "preview";

/// Answers a request. `subject` is set to the project as soon as it is known.
pub(crate) async fn route(
    api: &EndpointsApi,
    path: &str,
    request: &Request<Body>,
    subject: &mut Subject,
) -> Result<Response<Body>, ApiError> {
    let (operation, parameters) = Operation::find(request.method(), path).ok_or_else(unknown)?;
    let query = request.uri().query().unwrap_or_default();
    match (operation, parameters.as_slice()) {
        (Operation::GetEndpointKeys, [project, endpoint]) => public_keys::show(api, project, endpoint).await,
        (Operation::GetWebhookKeys, []) => public_keys::show_asked(api, query).await,
        (operation, [project, named @ ..]) if operation.route().callers == Callers::Project => {
            let (projects, now) = (api.store.as_ref(), api.clock.now());
            let caller = ProjectCaller::of_path(projects, operation, project, request.headers(), now).await?;
            *subject = Subject::of_project(caller.project);
            of_project(api, caller.project, (operation, named), query, request.body()).await
        }
        _ => Err(unknown()),
    }
}

async fn of_project(
    api: &EndpointsApi,
    project: ProjectId,
    (operation, named): (Operation, &[&str]),
    query: &str,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    let id = match (operation, named) {
        (Operation::ListEndpoints, []) => return list::all(api, project).await,
        (Operation::AddEndpoint, []) => return create::create(api, project, body).await,
        (Operation::PreviewFilter, []) => return preview::preview(api, project, body).await,
        (Operation::ListEventTypes, []) => return Ok(event_types::list()),
        (_, [id]) if *id != PREVIEW => *id,
        _ => return Err(unknown()),
    };
    let found = find::endpoint(api, project, id).await?;
    match operation {
        Operation::GetEndpoint => list::one(api, &found).await,
        Operation::ChangeEndpoint => change::change(api, found, body).await,
        Operation::DeleteEndpoint => delete::delete(api, &found.endpoint).await,
        Operation::RotateEndpoint => rotate::rotate(api, found, body).await,
        Operation::TestEndpoint => test_request::send(api, &found.endpoint, body).await,
        Operation::ReplayEndpoint => replay::replay(api, &found, body).await,
        Operation::ListAttempts => attempts::list(api, &found.endpoint, query).await,
        Operation::ListDeliveries => deliveries::list(api, &found.endpoint, query).await,
        _ => Err(unknown()),
    }
}

fn unknown() -> ApiError {
    ApiError::not_found("route_not_found", "There is no such route, or not with this method.")
}
