//! The proxy's handler: finds the caller, the connection and the route.

use std::sync::Arc;

use http::{Request, Response};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    caller::Operation,
    cors,
    dropbox::Style,
    dropbox_calls::DropboxCalls,
    metrics::{Metrics, Subject},
    model::Clock,
    request_log::logged,
    store::Leases,
};
use tracing::Instrument;

use crate::{
    admission::{Admission, CalledConnection, RememberedCalls},
    call::Call,
    forward, longpoll, metrics,
    refusal::ErrorForm,
    revocation,
    store::Store,
    target::{Target, split},
};

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
    /// Calls that this process remembers, and with them the connections that were called.
    pub remembered_calls: RememberedCalls,
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
    let (head, body) = request.into_parts();
    // Kept as a result, because who has no credentials is told that first, whatever the path; but only the route
    // says whether a call needs none, and in which form it is refused.
    let target = Target::read(rest, head.uri.query(), &head.headers);
    known.errors = target.as_ref().map(|target| ErrorForm::of(&target.route)).unwrap_or_default();
    if target.as_ref().is_ok_and(|target| target.route.style() == Style::Longpoll) {
        return longpoll::run(proxy, project, &head.headers, Call::read(target?, &head, body)?).await;
    }
    let admission = Admission::check(proxy, Operation::CallDropbox, project, &head.headers).await?;
    known.subject = Subject::of_project(admission.caller.project);
    let call = Call::read(target?, &head, body)?;
    revocation::check(&admission.caller, &call)?;
    let CalledConnection { connection, rows } = admission.choose_connection().await?;
    known.subject = Subject::of(&connection);
    let span = tracing::info_span!("call", connection = %connection.id);
    forward::run(proxy, &connection, rows, call).instrument(span).await
}
