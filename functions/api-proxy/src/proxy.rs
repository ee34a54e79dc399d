//! The proxy's handler: finds the caller, the connection and the route.

use std::sync::Arc;

use http::{HeaderMap, Request, Response};
use lambda_http::Body;
use shared::{
    answer::{ApiError, needs_reauth},
    caller::{Caller, Operation},
    cors,
    dropbox::Style,
    dropbox_calls::DropboxCalls,
    metrics::{Metrics, Subject},
    model::{Clock, Connection, ConnectionName, ConnectionStatus},
    request_log::logged,
    store::Leases,
};
use tracing::Instrument;

use crate::{
    call::Call,
    forward, longpoll, metrics,
    refusal::ErrorForm,
    revocation,
    store::Store,
    target::{Target, split},
};

/// Header that selects one of a user's connections.
const CREDENTIAL_HEADER: &str = "x-paragon-credential";

/// Dependencies of the proxy.
pub struct Proxy {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Leases for long polls.
    pub leases: Arc<dyn Leases>,
    /// Calls of Dropbox.
    pub calls: Arc<DropboxCalls>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
}

/// State of a call, for its metrics and the form of its errors.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    /// The project or connection that the call is counted for.
    pub(crate) subject: Subject,
    /// Form of the route's errors.
    pub(crate) errors: ErrorForm,
}

/// Answers one request to `/projects/{project}/sdk/proxy/dropbox` or a path below it. `path` is without the
/// stage. Pages of any origin may call it.
pub async fn handle(proxy: &Proxy, path: &str, request: Request<Body>) -> Response<reqwest::Body> {
    let method = request.method().clone();
    let answer = async {
        let mut known = Known { subject: Subject::NOBODY, errors: ErrorForm::default() };
        let answer = answer(proxy, path, request, &mut known).await;
        metrics::counted(proxy, known, answer)
    };
    logged(&method, path, cors::open(&method, answer)).await
}

/// Answers a request. `known` is updated as soon as its parts are known.
async fn answer(
    proxy: &Proxy,
    path: &str,
    request: Request<Body>,
    known: &mut Known,
) -> Result<Response<reqwest::Body>, ApiError> {
    let (project, rest) = split(path)?;
    // Kept as a result, because who has no credentials is told that first, whatever the path; but only the route
    // says whether a call needs none, and in which form it is refused.
    let target = Target::read(rest, request.uri().query(), request.headers());
    known.errors = target.as_ref().map(|target| ErrorForm::of(&target.route)).unwrap_or_default();
    if target.as_ref().is_ok_and(|target| target.route.style() == Style::Longpoll) {
        return longpoll::run(proxy, project, request.headers(), Call::read(target?, &request)?).await;
    }
    let (projects, now) = (proxy.store.as_ref(), proxy.clock.now());
    let caller = Caller::check(projects, Operation::CallDropbox, project, request.headers(), now).await?;
    known.subject = Subject::of_project(caller.project);
    let call = Call::read(target?, &request)?;
    revocation::check(&caller, &call)?;
    let connection = connection(proxy, &caller, request.headers()).await?;
    known.subject = Subject::of(&connection);
    let span = tracing::info_span!("call", connection = %connection.id);
    forward::run(proxy, &connection, call).instrument(span).await
}

/// Returns the connection that the caller named, or else the user's newest one that works.
pub(crate) async fn connection(
    proxy: &Proxy,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<Connection, ApiError> {
    let all = proxy.store.connections_of_user(caller.project, &caller.user).await?;
    let connection = match named(headers)? {
        Some(name) => {
            let id = proxy.store.connection_named(caller.project, name).await?;
            all.into_iter().find(|connection| Some(connection.id) == id)
        }
        None => Connection::preferred(all),
    };
    match connection {
        Some(connection) if connection.status == ConnectionStatus::Active => Ok(connection),
        Some(connection) if connection.status == ConnectionStatus::NeedsReauth => Err(needs_reauth()),
        _ => Err(not_connected()),
    }
}

fn named(headers: &HeaderMap) -> Result<Option<ConnectionName>, ApiError> {
    let Some(value) = headers.get(CREDENTIAL_HEADER) else { return Ok(None) };
    let id = value.to_str().ok().and_then(|value| value.parse().ok());
    // An id in another form is answered like an id that does not exist.
    id.map(Some).ok_or_else(not_connected)
}

fn not_connected() -> ApiError {
    let message = "This user has no such Dropbox connection; let the user connect first.";
    ApiError::not_found("not_connected", message)
}
