//! The queue of the receiver: the production adapter and Amazon SQS's client, whose requests are answered at once.

use aws_sdk_sqs::{
    Client,
    config::{Credentials, Region},
};
use aws_smithy_runtime_api::{
    client::{
        http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
        runtime_components::RuntimeComponents,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use shared::{aws, queue::SqsQueue};

/// Answer in which no message was refused; the adapter asks for no more.
const TAKEN: &str = r#"{"Successful":[],"Failed":[]}"#;

/// Creates the queue.
pub(super) fn queue() -> SqsQueue {
    let credentials = Credentials::new("id", "secret", None, None, "benchmark");
    let config = aws::config(Region::from_static("eu-west-1"), credentials).http_client(Taking).build();
    SqsQueue::new(Client::new(&config), "https://sqs.eu-west-1.amazonaws.com/1/changes")
}

/// HTTP client that answers every request at once.
#[derive(Debug, Clone)]
struct Taking;

impl HttpClient for Taking {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Taking {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let status = StatusCode::try_from(200).map_err(|error| ConnectorError::other(error.into(), None));
        HttpConnectorFuture::ready(status.map(|status| HttpResponse::new(status, SdkBody::from(TAKEN))))
    }
}
