//! Requests to AWS, captured for tests.

use std::sync::{Arc, Mutex};

use aws_sdk_sqs::config::{Credentials, Region};
use aws_smithy_runtime_api::{
    client::{
        http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
        runtime_components::RuntimeComponents,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use serde_json::Value;

/// An HTTP client that keeps the body of each request, and gives all of them the same answer.
#[derive(Debug, Clone)]
pub(crate) struct Captured {
    bodies: Arc<Mutex<Vec<Value>>>,
    answer: &'static str,
}

impl Captured {
    pub(crate) fn answering(answer: &'static str) -> Self {
        Self { bodies: Arc::default(), answer }
    }

    /// Returns a configuration whose clients send to it.
    pub(crate) fn config(&self) -> SdkConfig {
        let credentials = Credentials::new("test", "test", None, None, "test");
        super::config(Region::from_static("us-east-1"), credentials).http_client(self.clone()).build()
    }

    /// Returns the bodies of all requests so far.
    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.bodies.lock().unwrap().clone()
    }
}

impl HttpClient for Captured {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Captured {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        self.bodies.lock().unwrap().push(body);
        let status = StatusCode::try_from(200).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(self.answer))))
    }
}
