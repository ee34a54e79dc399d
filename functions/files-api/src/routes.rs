//! Routing: first the caller is checked, then whether the connection is theirs, and then the request.

use http::{Request, Response, StatusCode};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    caller::{Caller, Operation},
    metrics::Subject,
    model::{Connection, ConnectionStatus},
};

use crate::{FilesApi, changes, connection, deletions, disconnect, file, files, resync, selections};

/// Routes a request. `subject` is set to the project or connection as soon as it is known.
pub(crate) async fn route(
    api: &FilesApi,
    path: &str,
    request: &Request<Body>,
    subject: &mut Subject,
) -> Result<Response<Body>, ApiError> {
    let Some((operation, parameters)) = Operation::find(request.method(), path) else {
        return Err(route_not_found());
    };
    let [project, rest @ ..] = parameters.as_slice() else { return Err(route_not_found()) };
    let caller = caller(api, operation, project, request, subject).await?;
    match (operation, rest) {
        (Operation::ListConnections, []) => connection::list(api, &caller).await,
        (Operation::ListChanges | Operation::ListFiles, [connection]) => {
            let (connection, head) = connection::read_with_head(api, &caller, connection).await?;
            *subject = Subject::of(&connection);
            let query = request.uri().query().unwrap_or_default();
            match operation {
                Operation::ListFiles => files::list(api, &connection, &head, query).await,
                _ => changes::list(api, &connection, &head, query).await,
            }
        }
        (operation, [connection, rest @ ..]) => {
            let connection = connection::read(api, &caller, connection).await?;
            *subject = Subject::of(&connection);
            route_of(api, operation, &connection, rest, request).await
        }
        _ => Err(route_not_found()),
    }
}

async fn caller(
    api: &FilesApi,
    operation: Operation,
    project: &str,
    request: &Request<Body>,
    subject: &mut Subject,
) -> Result<Caller, ApiError> {
    let (projects, now) = (api.store.as_ref(), api.clock.now());
    let caller = Caller::check(projects, operation, project, request.headers(), now).await?;
    *subject = Subject::of_project(caller.project);
    Ok(caller)
}

async fn route_of(
    api: &FilesApi,
    operation: Operation,
    connection: &Connection,
    rest: &[&str],
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let (body, query) = (request.body(), request.uri().query().unwrap_or_default());
    match (operation, rest) {
        (Operation::GetConnection, []) => connection::show(api, connection).await,
        (Operation::Disconnect, []) => disconnect::run(api, connection).await,
        _ if connection.status == ConnectionStatus::Disconnected => Err(disconnected()),
        (Operation::Select, [target]) => selections::select(api, connection, target).await,
        (Operation::Deselect, [target]) => selections::deselect(api, connection, target).await,
        (Operation::ChooseResync, []) => resync::choose_interval(api, connection, body).await,
        (Operation::ResyncNow, []) => resync::request(api, connection).await,
        (Operation::ConfirmDeletions, []) => deletions::confirm(api, connection, body).await,
        (Operation::GetFile, [id]) => file::show(api, connection, id).await,
        (Operation::GetFileLink, [id]) => file::link(api, connection, id, query).await,
        (Operation::ResyncFile, [id]) => file::resync(api, connection, id).await,
        (Operation::RemoveFile, [id]) => file::remove(api, connection, id).await,
        _ => Err(route_not_found()),
    }
}

/// 409: not possible in the current state.
pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::CONFLICT, code, message)
}

/// 410: only the receipt is left.
pub(crate) fn disconnected() -> ApiError {
    let message = "This connection is disconnected; its user must connect anew.";
    ApiError::new(StatusCode::GONE, "disconnected", message)
}

fn route_not_found() -> ApiError {
    ApiError::not_found("route_not_found", "There is no such route, or not with this method.")
}
