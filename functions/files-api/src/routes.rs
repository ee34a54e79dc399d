//! Which request goes where: first who asks, then whose connection it is, then what is asked.

use http::{Method, Request, Response, StatusCode};
use lambda_http::Body;
use serde_json::Value;
use shared::{
    answer::{self, ApiError},
    caller::Caller,
    metrics::Subject,
    model::{Connection, ConnectionStatus},
};

use crate::{FilesApi, ui};

impl FilesApi {
    /// `subject` becomes whom the request is about, as far as that is known when it ends.
    pub(crate) async fn route(
        &self,
        path: &str,
        request: &Request<Body>,
        subject: &mut Subject,
    ) -> Result<Response<Body>, ApiError> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let ["projects", project, rest @ ..] = parts.as_slice() else {
            let is_ui = request.method() == Method::GET && parts == ["ui"];
            return if is_ui { Ok(ui::page()) } else { Err(route_not_found()) };
        };
        let caller = self.caller(project, request, subject);
        match (request.method(), rest) {
            (&Method::GET, ["connections"]) => self.list_connections(&caller.await?).await,
            (_, ["connections", connection, rest @ ..]) => {
                let connection = self.connection(&caller.await?, connection).await?;
                *subject = Subject::of(&connection);
                self.route_of(&connection, rest, request).await
            }
            (&Method::GET, ["sdk", "me"]) => self.me(&caller.await?).await,
            (&Method::GET, ["sdk", "integrations"]) => self.integrations(&caller.await?).await,
            _ => Err(route_not_found()),
        }
    }

    async fn caller(
        &self,
        project: &str,
        request: &Request<Body>,
        subject: &mut Subject,
    ) -> Result<Caller, ApiError> {
        let caller =
            Caller::check(self.projects.as_ref(), project, request.headers(), self.clock.now()).await?;
        *subject = Subject::of_project(caller.project);
        Ok(caller)
    }

    async fn route_of(
        &self,
        connection: &Connection,
        rest: &[&str],
        request: &Request<Body>,
    ) -> Result<Response<Body>, ApiError> {
        let (body, query) = (request.body(), request.uri().query().unwrap_or_default());
        match (request.method(), rest) {
            (&Method::GET, []) => self.show_connection(connection).await,
            (&Method::DELETE, []) => self.disconnect(connection).await,
            _ if connection.status == ConnectionStatus::Disconnected => Err(disconnected()),
            (&Method::PUT, ["selections", target]) => self.select(connection, target).await,
            (&Method::DELETE, ["selections", target]) => self.deselect(connection, target).await,
            (&Method::PUT, ["resync"]) => self.choose_resync(connection, body).await,
            (&Method::POST, ["resync"]) => self.resync_now(connection).await,
            (&Method::POST, ["deletions", "confirm"]) => self.confirm_deletions(connection, body).await,
            (&Method::GET, ["changes"]) => self.changes(connection, query).await,
            (&Method::GET, ["files"]) => self.files(connection, query).await,
            _ => Err(route_not_found()),
        }
    }
}

/// 200 with a body.
pub(crate) fn found(body: &Value) -> Response<Body> {
    answer::json(StatusCode::OK, body)
}

/// 202: it is stored, and a walk that obeys it is queued.
pub(crate) fn accepted(body: &Value) -> Response<Body> {
    answer::json(StatusCode::ACCEPTED, body)
}

/// 409: as things stand, it cannot be done.
pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::CONFLICT, code, message)
}

/// 410: nothing is left of it but its receipt.
fn disconnected() -> ApiError {
    let message = "This connection is disconnected; its user must connect anew.";
    ApiError::new(StatusCode::GONE, "disconnected", message)
}

fn route_not_found() -> ApiError {
    ApiError::not_found("route_not_found", "There is no such route, or not with this method.")
}
