//! The API: its dependencies and entry point.

use std::sync::Arc;

use http::{Request, Response};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    content::ContentLinks,
    cors,
    metrics::{Metric, Metrics, Subject},
    model::{Clock, Connection, Lane, WalkReason},
    queue::Requests,
    request_log::logged,
};

use crate::{routes, store::Store};

/// Dependencies of the API's handlers.
pub struct FilesApi {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Links to the files' bytes.
    pub content_links: Arc<dyn ContentLinks>,
    /// Requests for walks and transfers.
    pub requests: Requests,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request to `/projects/{project}/connections…`. `path` is without the stage. Pages of any
/// origin may call it.
pub async fn handle(api: &FilesApi, path: &str, request: Request<Body>) -> Response<Body> {
    let method = request.method();
    let answer = async {
        let mut subject = Subject::NOBODY;
        let answer = routes::route(api, path, &request, &mut subject).await;
        count(api, subject, answer.as_ref().err());
        answer.unwrap_or_else(ApiError::into_response)
    };
    logged(method, path, cors::open(method, answer)).await
}

fn count(api: &FilesApi, subject: Subject, error: Option<&ApiError>) {
    api.metrics.count(subject, Metric::FilesApiCalls, 1);
    if error.is_some_and(|error| error.status.is_client_error()) {
        api.metrics.count(subject, Metric::FilesApiCallsRefused, 1);
    }
    api.metrics.publish();
}

/// Requests a walk that carries out what was chosen. Called after the store's write, never before it.
pub(crate) async fn queue_walk(api: &FilesApi, connection: &Connection) -> Result<(), ApiError> {
    api.requests.walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
    Ok(())
}
