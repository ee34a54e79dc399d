//! The API: its dependencies, and how one request is answered.

use std::sync::Arc;

use http::{Request, Response};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    metrics::{Metric, Metrics, Subject},
    model::Clock,
    queue::Requests,
    request_log::logged,
    store::{ApiKeys, ChoiceStore, Connections, Projects, Purges, SettingsStore, Users},
};

use crate::routes::route;

/// The dependencies of the API's handlers.
pub struct ProjectApi {
    /// The projects.
    pub projects: Arc<dyn Projects>,
    /// Their settings, to be changed.
    pub settings: Arc<dyn SettingsStore>,
    /// Their API keys.
    pub keys: Arc<dyn ApiKeys>,
    /// Their users.
    pub users: Arc<dyn Users>,
    /// The users' connections.
    pub connections: Arc<dyn Connections>,
    /// What is chosen for connections.
    pub choices: Arc<dyn ChoiceStore>,
    /// Disconnects, and the removal that follows.
    pub purges: Arc<dyn Purges>,
    /// Requests for walks.
    pub requests: Requests,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The metrics.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request, given as `path` without a stage.
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
