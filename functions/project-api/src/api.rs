//! The API: its dependencies and entry point.

use std::sync::Arc;

use http::{Request, Response};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    events::Bus,
    metrics::{Metric, Metrics, Subject},
    model::Clock,
    queue::{Queue, Requests},
    request_log::logged,
};

use crate::{routes::route, store::Store};

/// Dependencies of the API's handlers.
pub struct ProjectApi {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Requests for walks.
    pub requests: Requests,
    /// Event bus.
    pub bus: Arc<dyn Bus>,
    /// The queue of runs of workflows.
    pub run_queue: Arc<dyn Queue>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request. `path` is without the stage.
pub async fn handle(api: &ProjectApi, path: &str, request: Request<Body>) -> Response<Body> {
    let answer = async {
        let mut subject = Subject::NOBODY;
        let answer = route(api, path, &request, &mut subject).await;
        api.count(subject, answer.as_ref().err());
        answer.unwrap_or_else(ApiError::into_response)
    };
    logged(request.method(), path, answer).await
}

impl ProjectApi {
    fn count(&self, subject: Subject, error: Option<&ApiError>) {
        self.metrics.count(subject, Metric::ProjectApiCalls, 1);
        if error.is_some_and(|error| error.status.is_client_error()) {
            self.metrics.count(subject, Metric::ProjectApiCallsRefused, 1);
        }
        self.metrics.publish();
    }
}
