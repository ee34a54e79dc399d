//! Routing: first the caller is checked, then the request.

use http::{Request, Response};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    caller::{Callers, Operation, ProjectCaller},
    metrics::Subject,
};

use crate::{ProjectApi, keys, settings, users};

/// Answers a request. `subject` is set to the project as soon as it is known.
pub(crate) async fn route(
    api: &ProjectApi,
    path: &str,
    request: &Request<Body>,
    subject: &mut Subject,
) -> Result<Response<Body>, ApiError> {
    let (operation, parameters) = Operation::find(request.method(), path)
        .filter(|(operation, _)| operation.route().callers == Callers::Project)
        .ok_or_else(unknown)?;
    let [project, named @ ..] = parameters.as_slice() else { return Err(unknown()) };
    let (projects, now) = (api.store.as_ref(), api.clock.now());
    let caller = ProjectCaller::of_path(projects, operation, project, request.headers(), now).await?;
    *subject = Subject::of_project(caller.project);
    let (body, query) = (request.body(), request.uri().query().unwrap_or_default());
    match (operation, named) {
        (Operation::GetSettings, []) => settings::show(api, &caller).await,
        (Operation::ChangeSettings, []) => settings::change(api, &caller, body).await,
        (Operation::ListApiKeys, []) => keys::list(api, &caller).await,
        (Operation::AddApiKey, []) => keys::add(api, &caller, body).await,
        (Operation::RemoveApiKey, [key]) => keys::remove(api, &caller, key).await,
        (Operation::ListUsers, []) => users::list(api, &caller, query).await,
        (operation, [user]) => {
            let user = users::named(api, &caller, user, request.headers()).await?;
            match operation {
                Operation::GetUser => users::show(api, &caller, &user).await,
                Operation::ChangeUser => users::change(api, &caller, &user, body).await,
                Operation::DeleteUser => users::delete(api, &caller, &user).await,
                _ => Err(unknown()),
            }
        }
        _ => Err(unknown()),
    }
}

fn unknown() -> ApiError {
    ApiError::not_found("route_not_found", "There is no such route, or not with this method.")
}
