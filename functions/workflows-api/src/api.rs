//! The API: its dependencies and entry point.

use std::sync::Arc;

use http::{Request, Response, StatusCode};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    metrics::{Metric, Metrics, Subject},
    model::Clock,
    queue::Queue,
    request_log::logged,
    workflows::{Enabling, RunMessage, Starter},
};
use url::Url;

use crate::{routes::route, store::Store};

/// Dependencies of the API's handlers.
pub struct WorkflowsApi {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Starts runs.
    pub starter: Starter,
    /// The queue of runs.
    pub queue: Arc<dyn Queue>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request. `base` is the public URL of the routes, and `path` the request's path below it.
pub async fn handle(api: &WorkflowsApi, base: &Url, path: &str, request: Request<Body>) -> Response<Body> {
    let answer = async {
        let mut subject = Subject::NOBODY;
        let answer = route(api, base, path, &request, &mut subject).await;
        let answer = answer.unwrap_or_else(ApiError::into_response);
        api.count(subject, answer.status());
        answer
    };
    logged(request.method(), path, answer).await
}

impl WorkflowsApi {
    /// Returns what decisions about users need.
    pub(crate) fn enabling(&self) -> Enabling<'_> {
        Enabling {
            workflows: self.store.as_ref(),
            connections: self.store.as_ref(),
            clock: self.clock.as_ref(),
        }
    }

    /// Asks the runner for something.
    pub(crate) async fn ask(&self, message: &RunMessage) -> Result<(), ApiError> {
        let sent = self.queue.send(vec![message.at_once()]).await;
        sent.map_err(|error| ApiError::unavailable(&error))
    }

    fn count(&self, subject: Subject, status: StatusCode) {
        self.metrics.count(subject, Metric::WorkflowsApiCalls, 1);
        if status.is_client_error() {
            self.metrics.count(subject, Metric::WorkflowsApiCallsRefused, 1);
        }
        self.metrics.publish();
    }
}
