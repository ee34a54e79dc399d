//! The HTTP client that the SDK is given: it answers requests itself.

use std::fmt;

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
use dynoxide::Database;

use super::operations;

/// The header that names the operation: `DynamoDB_20120810.GetItem`.
const TARGET: &str = "x-amz-target";

/// An HTTP client with one server, in this process.
#[derive(Clone)]
pub(super) struct EmbeddedHttp(Database);

impl EmbeddedHttp {
    pub(super) fn new(database: Database) -> Self {
        Self(database)
    }
}

impl fmt::Debug for EmbeddedHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmbeddedHttp")
    }
}

impl HttpClient for EmbeddedHttp {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for EmbeddedHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let database = self.0.clone();
        // The database blocks its thread, under one mutex: for well under a millisecond mostly, but for tens of them
        // in a large query.
        let answer = tokio::task::spawn_blocking(move || answer(&database, &request));
        HttpConnectorFuture::new(async {
            answer.await.map_err(|error| ConnectorError::other(error.into(), None))?
        })
    }
}

fn answer(database: &Database, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let target = request.headers().get(TARGET).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let body = request.body().bytes().unwrap_or_default();
    let (status, text) = match operations::run(database, operation, body) {
        Ok(text) => (200, text),
        Err(error) => (error.status_code(), error.to_json()),
    };
    let status = StatusCode::try_from(status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(text));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}
