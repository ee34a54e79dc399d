//! TLS: one configuration for every client.
//!
//! The root certificates are Mozilla's, compiled in: nothing is read or parsed at start, and they are as
//! recent as the build.

use std::sync::{Arc, LazyLock};

use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

static CONFIG: LazyLock<ClientConfig> = LazyLock::new(|| {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has cipher suites of TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth()
});

/// Returns the configuration of a client that speaks HTTP/1.1 only.
pub(crate) fn http1() -> ClientConfig {
    speaking(&["http/1.1"])
}

/// Returns the configuration of a client that prefers HTTP/2.
pub(crate) fn http2() -> ClientConfig {
    speaking(&["h2", "http/1.1"])
}

fn speaking(protocols: &[&str]) -> ClientConfig {
    let mut config = CONFIG.clone();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    config
}
