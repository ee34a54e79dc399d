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

/// Connect timeout of the SDKs, by which they and requests of our own share connections.
const CONNECT: Duration = Duration::from_millis(3_100);

/// Returns a client for the SDKs. Clones share their connections.
#[must_use]
pub fn http_client() -> SharedHttpClient {
    SharedHttpClient::new(HttpConnections::default())
}

/// Connections of a client for the SDKs. Clones share them.
///
/// The client speaks HTTP/1.1 only, straight to the endpoint: without redirects, a proxy from the environment, or
/// decompression.
#[derive(Debug, Clone, Default)]
pub struct HttpConnections {
    /// Clients by connect timeout. The timeout is a property of a whole `reqwest` client, so there is a client
    /// for each timeout that is requested; the SDKs use only one.
    by_connect_timeout: Arc<Mutex<HashMap<Option<Duration>, Connections>>>,
}

type Connections = Result<reqwest::Client, Arc<reqwest::Error>>;

impl HttpConnections {
    /// Returns what sends requests of our own, by the connections that the SDKs' clients have.
    #[must_use]
    pub fn connector(&self) -> SharedHttpConnector {
        self.connector_with(Some(CONNECT), None)
    }

    fn connector_with(
        &self,
        connect_timeout: Option<Duration>,
        read_timeout: Option<Duration>,
    ) -> SharedHttpConnector {
        let mut clients = self.by_connect_timeout.lock().unwrap_or_else(PoisonError::into_inner);
        let connections =
            clients.entry(connect_timeout).or_insert_with(|| connections(connect_timeout)).clone();
        SharedHttpConnector::new(Connector { connections, read_timeout })
    }
}

impl HttpClient for HttpConnections {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        self.connector_with(settings.connect_timeout(), settings.read_timeout())
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

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::{
        Client,
        config::{Credentials, Region},
    };

    use super::*;

    #[tokio::test]
    async fn requests_of_our_own_share_connections_with_the_sdks() {
        let connections = HttpConnections::default();
        let _own = connections.connector();
        let credentials = Credentials::new("test", "test", None, None, "test");
        let config = crate::aws::config(Region::from_static("local"), credentials)
            .http_client(connections.clone())
            .retry_config(aws_smithy_types::retry::RetryConfig::disabled())
            .endpoint_url("http://127.0.0.1:1");
        let nobody = Client::new(&config.build()).list_tables().send().await;
        assert!(nobody.is_err(), "nobody answers there");
        assert_eq!(connections.by_connect_timeout.lock().unwrap().len(), 1);
    }
}
