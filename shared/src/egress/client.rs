//! The HTTP client under all requests to addresses that a caller names.

use std::sync::Arc;

use reqwest::{Client, ClientBuilder};

use super::PublicResolver;

/// Returns a client that connects only to addresses of this resolver. It follows no redirects, because these are
/// checked first, and uses no proxy from the environment, because a proxy would resolve names itself.
pub(super) fn guarded(resolver: PublicResolver) -> ClientBuilder {
    Client::builder()
        .dns_resolver(Arc::new(resolver))
        .no_proxy()
        .https_only(true)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("dropline/", env!("CARGO_PKG_VERSION")))
}
