//! The handler: who asks, which connection, which route.

use std::sync::Arc;

use http::{Method, Request, Response, StatusCode};
use lambda_http::Body;
use shared::{
    answer::{ApiError, needs_reauth},
    caller::Caller,
    dropbox::{Dropbox, Route, RouteError},
    model::{Clock, Connection, ConnectionId, ConnectionStatus},
    store::{Connections, Projects, Schedules},
    tokens::Tokens,
};

use crate::forward::Call;

/// The header that picks one of a user's connections.
const CREDENTIAL_HEADER: &str = "x-paragon-credential";

/// What the proxy works with.
pub struct Proxy {
    /// The projects, for their keys.
    pub projects: Arc<dyn Projects>,
    /// The connections.
    pub connections: Arc<dyn Connections>,
    /// Their pauses.
    pub schedules: Arc<dyn Schedules>,
    /// Their tokens.
    pub tokens: Arc<Tokens>,
    /// Dropbox.
    pub dropbox: Dropbox,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Answers one request to `/projects/{project}/sdk/proxy/dropbox/{path}`, given as `path` without a stage.
pub async fn handle(proxy: &Proxy, path: &str, request: Request<Body>) -> Response<reqwest::Body> {
    proxy.answer(path, request).await.unwrap_or_else(ApiError::into_response)
}

impl Proxy {
    async fn answer(&self, path: &str, request: Request<Body>) -> Result<Response<reqwest::Body>, ApiError> {
        let (project, path) = split(path)?;
        let caller = Caller::check(self.projects.as_ref(), project, request.headers()).await?;
        let route = Route::parse(path).map_err(refused)?;
        if request.method() != Method::POST {
            let message = "Dropbox's API is called with POST.";
            return Err(ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message));
        }
        let call = Call::read(route, &request)?;
        let connection = self.connection(&caller, &request).await?;
        self.check_pause(&connection).await?;
        self.forward(&connection, call).await
    }

    /// The user's connection that the caller named, or the newest one that works.
    async fn connection(&self, caller: &Caller, request: &Request<Body>) -> Result<Connection, ApiError> {
        let all = self.connections.connections_of_user(caller.project, &caller.user).await?;
        let connection = match named(request)? {
            Some(id) => all.into_iter().find(|connection| connection.id == id),
            None => {
                let usable = |connection: &Connection| connection.status != ConnectionStatus::Disconnected;
                let rank = |connection: &Connection| {
                    (connection.status == ConnectionStatus::Active, connection.created_at)
                };
                all.into_iter().filter(usable).max_by_key(rank)
            }
        };
        match connection {
            Some(connection) if connection.status == ConnectionStatus::Active => Ok(connection),
            Some(connection) if connection.status == ConnectionStatus::NeedsReauth => Err(needs_reauth()),
            _ => Err(not_connected()),
        }
    }

    /// While Dropbox wants silence, callers are told at once.
    async fn check_pause(&self, connection: &Connection) -> Result<(), ApiError> {
        let now = self.clock.now();
        let Some(until) = self.schedules.schedule(connection.id).await?.pause(now) else { return Ok(()) };
        let seconds = until.since(now).as_secs().max(1);
        let message = format!("Dropbox asked for a pause of this connection; ask again in {seconds} s.");
        Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message).after(seconds))
    }
}

/// The project and the rest of `/projects/{project}/sdk/proxy/dropbox/{rest}`.
fn split(path: &str) -> Result<(&str, &str), ApiError> {
    path.strip_prefix("/projects/")
        .and_then(|path| path.split_once("/sdk/proxy/dropbox/"))
        .filter(|(project, _)| !project.contains('/'))
        .ok_or_else(|| ApiError::not_found("route_not_found", "There is no such route."))
}

fn named(request: &Request<Body>) -> Result<Option<ConnectionId>, ApiError> {
    let Some(value) = request.headers().get(CREDENTIAL_HEADER) else { return Ok(None) };
    let id = value.to_str().ok().and_then(|value| value.parse().ok());
    // An id that is none of ours is answered as one that is not there.
    id.map(Some).ok_or_else(not_connected)
}

fn not_connected() -> ApiError {
    let message = "This user has no such Dropbox connection; let the user connect first.";
    ApiError::not_found("not_connected", message)
}

fn refused(error: RouteError) -> ApiError {
    let unsupported = |message| ApiError::invalid("route_not_supported", message);
    match error {
        RouteError::Outside => {
            let message = "The path must be a route of Dropbox's API, 2/<namespace>/<route>, as in 2/files/list_folder.";
            ApiError::invalid("path_not_allowed", message)
        }
        RouteError::Bytes => unsupported(
            "This route takes or gives bytes; only routes with JSON in and out can be called here.",
        ),
        RouteError::Longpoll => {
            unsupported("The long poll cannot be called here; webhooks and events tell of changes.")
        }
    }
}
