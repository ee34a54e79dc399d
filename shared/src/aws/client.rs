//! The HTTP client under the SDKs: the library that also calls Dropbox, with rules of its own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector},
    runtime_components::RuntimeComponents,
};
use reqwest::redirect::Policy;

use super::connector::Connector;
use crate::tls;

/// Returns a client for the SDKs. Clones share their connections.
///
/// It speaks HTTP/1.1 only, straight to the endpoint: without redirects, a proxy from the environment, or
/// decompression.
#[must_use]
pub fn http_client() -> SharedHttpClient {
    SharedHttpClient::new(Client::default())
}

/// Clients by connect timeout. The timeout is a property of a whole `reqwest` client, so there is a client
/// for each timeout that is requested; the SDKs use only one.
#[derive(Debug, Default)]
struct Client {
    by_connect_timeout: Mutex<HashMap<Option<Duration>, Connections>>,
}

type Connections = Result<reqwest::Client, Arc<reqwest::Error>>;

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        let connect_timeout = settings.connect_timeout();
        let mut clients = self.by_connect_timeout.lock().unwrap_or_else(PoisonError::into_inner);
        let connections =
            clients.entry(connect_timeout).or_insert_with(|| connections(connect_timeout)).clone();
        SharedHttpConnector::new(Connector { connections, read_timeout: settings.read_timeout() })
    }
}

fn connections(connect_timeout: Option<Duration>) -> Connections {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls::http1())
        .http1_only()
        .redirect(Policy::none())
        .no_proxy();
    if let Some(timeout) = connect_timeout {
        builder = builder.connect_timeout(timeout);
    }
    builder.build().map_err(Arc::new)
}
