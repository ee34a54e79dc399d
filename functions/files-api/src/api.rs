//! What the requests are answered with.

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
    store::{ChoiceStore, Connections, HealthStore, Items, Log, Projects, Purges, Schedules, Transfers},
};

/// What the requests are answered with.
pub struct FilesApi {
    /// The projects, for their keys and settings.
    pub projects: Arc<dyn Projects>,
    /// The connections.
    pub connections: Arc<dyn Connections>,
    /// When they are next worked on.
    pub schedules: Arc<dyn Schedules>,
    /// Their health.
    pub health: Arc<dyn HealthStore>,
    /// What was chosen for them.
    pub choices: Arc<dyn ChoiceStore>,
    /// Their end.
    pub purges: Arc<dyn Purges>,
    /// Their change logs.
    pub log: Arc<dyn Log>,
    /// Their items.
    pub items: Arc<dyn Items>,
    /// The transfers that wait.
    pub transfers: Arc<dyn Transfers>,
    /// Links to the files' bytes.
    pub content_links: Arc<dyn ContentLinks>,
    /// What asks for walks.
    pub requests: Requests,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where is counted what happens.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request, given as `path` without a stage: to `/projects/{project}/connections…`. Pages
/// of any origin may ask.
pub async fn handle(api: &FilesApi, path: &str, request: Request<Body>) -> Response<Body> {
    let method = request.method();
    let answer = async {
        let mut subject = Subject::NOBODY;
        let answer = api.route(path, &request, &mut subject).await;
        api.count(subject, answer.as_ref().err());
        answer.unwrap_or_else(ApiError::into_response)
    };
    logged(method, path, cors::open(method, answer)).await
}

impl FilesApi {
    fn count(&self, subject: Subject, error: Option<&ApiError>) {
        self.metrics.count(subject, Metric::FilesApiCalls, 1);
        if error.is_some_and(|error| error.status.is_client_error()) {
            self.metrics.count(subject, Metric::FilesApiCallsRefused, 1);
        }
        self.metrics.publish();
    }

    /// Asks for a walk that obeys what was chosen. It follows the store's write, never the other way round.
    pub(crate) async fn queue_walk(&self, connection: &Connection) -> Result<(), ApiError> {
        self.requests.walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
        Ok(())
    }
}
