//! Certificates that the clients accept over TLS.

use std::sync::Arc;

use runtime_stubs::play;
use rustls::{
    ServerConfig, ServerConnection,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use shared::dropbox::{READ_TIMEOUT, Transport};

use crate::s3;

#[tokio::test]
async fn a_certificate_that_no_authority_has_signed_is_refused() {
    let error = s3(&imposter()).head_object().bucket("b").key("k").send().await.unwrap_err();
    let told = format!("{:?}", error.into_source().unwrap());
    assert!(told.contains("UnknownIssuer"), "{told}");

    let client = shared::dropbox::http_client(READ_TIMEOUT).unwrap();
    let request = reqwest::Request::new(reqwest::Method::POST, imposter().parse().unwrap());
    let told = Transport::send(&client, request).await.unwrap_err().0;
    assert!(told.contains("UnknownIssuer"), "{told}");
}

/// A peer that presents a self-signed certificate for its own address.
fn imposter() -> String {
    let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let url = play(|listener| {
        let mut tls = ServerConnection::new(Arc::new(config)).unwrap();
        // Ends when the client has said why it refuses.
        let refused = tls.complete_io(&mut listener.accept().unwrap().0);
        refused.unwrap_err();
    });
    url.replacen("http", "https", 1)
}
