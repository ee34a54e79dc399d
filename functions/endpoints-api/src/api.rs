//! The API: its dependencies and entry point.

use std::sync::Arc;

use http::{Request, Response};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    delivery::{DeliveryMessage, Partition},
    egress::Destinations,
    metrics::{Metric, Metrics, Subject},
    model::Clock,
    queue::Queue,
    request_log::logged,
    seal::Keyring,
};

use crate::{routes::route, store::Store};

/// Dependencies of the API's handlers.
pub struct EndpointsApi {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Seals keys and headers of endpoints.
    pub keyring: Arc<Keyring>,
    /// Addresses that an endpoint may have.
    pub destinations: Destinations,
    /// The partition of AWS in which queues and buses may be; `None` if there is no AWS.
    pub partition: Option<Partition>,
    /// The queue of deliveries.
    pub queue: Arc<dyn Queue>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request. `path` is without the stage.
pub async fn handle(api: &EndpointsApi, path: &str, request: Request<Body>) -> Response<Body> {
    let answer = async {
        let mut subject = Subject::NOBODY;
        let answer = route(api, path, &request, &mut subject).await;
        api.count(subject, answer.as_ref().err());
        answer.unwrap_or_else(ApiError::into_response)
    };
    logged(request.method(), path, answer).await
}

impl EndpointsApi {
    /// Asks the event sender for something.
    pub(crate) async fn ask(&self, message: &DeliveryMessage) -> Result<(), ApiError> {
        let sent = self.queue.send(vec![message.at_once()]).await;
        sent.map_err(|error| ApiError::unavailable(&error))
    }

    fn count(&self, subject: Subject, error: Option<&ApiError>) {
        self.metrics.count(subject, Metric::EndpointsApiCalls, 1);
        if error.is_some_and(|error| error.status.is_client_error()) {
            self.metrics.count(subject, Metric::EndpointsApiCallsRefused, 1);
        }
        self.metrics.publish();
    }
}
