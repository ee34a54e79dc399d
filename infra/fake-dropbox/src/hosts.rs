//! Dropbox's hosts, each with the functions that it alone serves.
//!
//! The address of a request determines the host: by name, as at
//! `http://content.localhost:8081/2/files/upload` or at Dropbox's own name, or, if such names do not resolve
//! to this machine, by a prefix of the path, as at `http://localhost:8081/content/2/files/upload`. An address
//! with neither serves the functions of all hosts.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::HOST};

/// One of Dropbox's hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// `api.dropboxapi.com`: functions whose argument and result are JSON, and tokens.
    Api,
    /// `content.dropboxapi.com`: functions that send or receive bytes, and temporary links.
    Content,
    /// `notify.dropboxapi.com`: the long poll.
    Notify,
    /// `www.dropbox.com`: pages for people.
    Www,
}

impl Host {
    /// All hosts.
    pub const ALL: [Self; 4] = [Self::Api, Self::Content, Self::Notify, Self::Www];

    /// Returns its name below `localhost`, which is also its prefix of paths.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Content => "content",
            Self::Notify => "notify",
            Self::Www => "www",
        }
    }

    /// Returns its name at Dropbox.
    pub(crate) fn at_dropbox(self) -> &'static str {
        match self {
            Self::Api => "api.dropboxapi.com",
            Self::Content => "content.dropboxapi.com",
            Self::Notify => "notify.dropboxapi.com",
            Self::Www => "www.dropbox.com",
        }
    }
}

/// Returns the host in a request's address; `None` if it names none.
pub(crate) fn meant(request: &Request) -> Option<Host> {
    let by_path = request.extensions().get::<Host>().copied();
    by_path.or_else(|| by_name(request.headers().get(HOST)?.to_str().ok()?))
}

fn by_name(host: &str) -> Option<Host> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let below_localhost = name.strip_suffix(".localhost");
    Host::ALL.into_iter().find(|host| below_localhost == Some(host.name()) || name == host.at_dropbox())
}

/// Serves only requests for this host.
pub(crate) async fn only(host: Host, request: Request, next: Next) -> Response {
    match meant(&request) {
        Some(other) if other != host => (StatusCode::NOT_FOUND, "Not found").into_response(),
        _ => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_below_localhost_and_dropboxs_own_are_hosts() {
        assert_eq!(by_name("content.localhost:8081"), Some(Host::Content));
        assert_eq!(by_name("www.localhost"), Some(Host::Www));
        assert_eq!(by_name("notify.dropboxapi.com"), Some(Host::Notify));
        assert_eq!(by_name("www.dropbox.com:443"), Some(Host::Www));
        for other in
            ["localhost:8081", "127.0.0.1:8081", "api.example.com", "apis.localhost", "api.localhost.example"]
        {
            assert_eq!(by_name(other), None, "{other}");
        }
    }
}
