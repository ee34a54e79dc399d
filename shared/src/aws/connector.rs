//! One request of an SDK, and its answer. Bodies are streamed both ways.

use std::{sync::Arc, time::Duration};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        http::{HttpConnector, HttpConnectorFuture},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
    },
};
use aws_smithy_types::body::SdkBody;
use reqwest::{Body, Request};
use tokio::time;

use super::failure::connector_error;

#[derive(Debug)]
pub(super) struct Connector {
    /// The client, or the error that prevented it.
    pub(super) connections: Result<reqwest::Client, Arc<reqwest::Error>>,
    /// Longest time until the head of an answer.
    pub(super) read_timeout: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = match &self.connections {
            Ok(client) => client.clone(),
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.clone().into()))),
        };
        let read_timeout = self.read_timeout;
        HttpConnectorFuture::new(async move {
            let request = outgoing(request).map_err(ConnectorError::user)?;
            let answer = async { client.execute(request).await.map_err(connector_error) };
            let answer = match read_timeout {
                Some(limit) => {
                    time::timeout(limit, answer).await.unwrap_or_else(|_| Err(timed_out(limit)))?
                }
                None => answer.await?,
            };
            let answer = http::Response::<Body>::from(answer).map(SdkBody::from_body_1_x);
            HttpResponse::try_from(answer).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

fn outgoing(request: HttpRequest) -> Result<Request, BoxError> {
    let request = request.try_into_http1x()?;
    let uri = request.uri().clone();
    let request = Request::try_from(request.map(Body::wrap))?;
    // A `Url` resolves dots and escapes more characters, but the path was signed as it was.
    let url = request.url();
    if url.path() != uri.path() || url.query() != uri.query() {
        return Err("the path cannot be sent as it was signed".into());
    }
    Ok(request)
}

fn timed_out(limit: Duration) -> ConnectorError {
    ConnectorError::timeout(format!("no answer within {limit:?}").into())
}
