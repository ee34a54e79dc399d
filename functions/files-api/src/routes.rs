//! Routing: first the caller is checked, then whether the connection is theirs, and then the request.

use http::{Request, Response, StatusCode};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    caller::{Caller, Operation},
    metrics::Subject,
    model::{Connection, ConnectionStatus},
};

use crate::{FilesApi, file};

impl FilesApi {
    /// Routes a request. `subject` is set to the project or connection as soon as it is known.
    pub(crate) async fn route(
        &self,
        path: &str,
        request: &Request<Body>,
        subject: &mut Subject,
    ) -> Result<Response<Body>, ApiError> {
        let Some((operation, parameters)) = Operation::find(request.method(), path) else {
            return Err(route_not_found());
        };
        let [project, rest @ ..] = parameters.as_slice() else { return Err(route_not_found()) };
        let caller = self.caller(operation, project, request, subject).await?;
        match (operation, rest) {
            (Operation::ListConnections, []) => self.list_connections(&caller).await,
            (Operation::ListChanges | Operation::ListFiles, [connection]) => {
                let (connection, head) = self.connection_with_head(&caller, connection).await?;
                *subject = Subject::of(&connection);
                let query = request.uri().query().unwrap_or_default();
                match operation {
                    Operation::ListFiles => self.files(&connection, &head, query).await,
                    _ => self.changes(&connection, &head, query).await,
                }
            }
            (operation, [connection, rest @ ..]) => {
                let connection = self.connection(&caller, connection).await?;
                *subject = Subject::of(&connection);
                self.route_of(operation, &connection, rest, request).await
            }
            _ => Err(route_not_found()),
        }
    }

    async fn caller(
        &self,
        operation: Operation,
        project: &str,
        request: &Request<Body>,
        subject: &mut Subject,
    ) -> Result<Caller, ApiError> {
        let (projects, now) = (self.projects.as_ref(), self.clock.now());
        let caller = Caller::check(projects, operation, project, request.headers(), now).await?;
        *subject = Subject::of_project(caller.project);
        Ok(caller)
    }

    async fn route_of(
        &self,
        operation: Operation,
        connection: &Connection,
        rest: &[&str],
        request: &Request<Body>,
    ) -> Result<Response<Body>, ApiError> {
        let (body, query) = (request.body(), request.uri().query().unwrap_or_default());
        match (operation, rest) {
            (Operation::GetConnection, []) => self.show_connection(connection).await,
            (Operation::Disconnect, []) => self.disconnect(connection).await,
            _ if connection.status == ConnectionStatus::Disconnected => Err(disconnected()),
            (Operation::Select, [target]) => self.select(connection, target).await,
            (Operation::Deselect, [target]) => self.deselect(connection, target).await,
            (Operation::ChooseResync, []) => self.choose_resync(connection, body).await,
            (Operation::ResyncNow, []) => self.resync_now(connection).await,
            (Operation::ConfirmDeletions, []) => self.confirm_deletions(connection, body).await,
            (Operation::GetFile, [id]) => file::show(self, connection, id).await,
            (Operation::GetFileLink, [id]) => file::link(self, connection, id, query).await,
            (Operation::ResyncFile, [id]) => file::resync(self, connection, id).await,
            (Operation::RemoveFile, [id]) => file::remove(self, connection, id).await,
            _ => Err(route_not_found()),
        }
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
