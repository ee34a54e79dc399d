//! The client to which the other files add their calls.

use std::sync::Arc;

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use reqwest::{Body, Method, Request, Response};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

use super::{DropboxError, Host, Hosts, Transport};
use crate::model::AccessToken;

/// The header that roots a request at a namespace.
pub const PATH_ROOT: HeaderName = HeaderName::from_static("dropbox-api-path-root");

/// Client for Dropbox.
#[derive(Clone)]
pub struct Dropbox {
    transport: Arc<dyn Transport>,
    hosts: Hosts,
}

/// Session of a request: a token, and the root of its paths.
#[derive(Debug, Clone)]
pub struct Session {
    /// The access token.
    pub token: AccessToken,
    /// Namespace at which paths are rooted; absent for Dropbox's default.
    pub path_root: Option<String>,
}

impl From<&AccessToken> for Session {
    fn from(token: &AccessToken) -> Self {
        Self { token: token.clone(), path_root: None }
    }
}

impl Dropbox {
    /// Returns a client that sends over `transport` to `hosts`.
    pub fn new(transport: Arc<dyn Transport>, hosts: Hosts) -> Self {
        Self { transport, hosts }
    }

    /// Returns the addresses of Dropbox's hosts.
    #[must_use]
    pub fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// Sends a request unchanged.
    ///
    /// # Errors
    /// [`DropboxError::Unavailable`] if no answer came.
    pub async fn send(&self, request: Request) -> Result<Response, DropboxError> {
        Ok(self.transport.send(request).await?)
    }

    fn request(&self, url: Url, token: &AccessToken) -> Result<Request, DropboxError> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
            .map_err(|_| DropboxError::NeedsReauth("malformed token".to_owned()))?;
        bearer.set_sensitive(true);
        let mut request = Request::new(Method::POST, url);
        request.headers_mut().insert(AUTHORIZATION, bearer);
        Ok(request)
    }

    /// Returns a request of a session, with its token and its root.
    ///
    /// # Errors
    /// [`DropboxError::NeedsReauth`] for a token, and [`DropboxError::RootMoved`] for a namespace, that is
    /// not a valid header value.
    pub fn session_request(&self, url: Url, session: &Session) -> Result<Request, DropboxError> {
        let mut request = self.request(url, &session.token)?;
        if let Some(root) = &session.path_root {
            let root = serde_json::json!({".tag": "root", "root": root}).to_string();
            let root = HeaderValue::from_str(&root)
                .map_err(|_| DropboxError::RootMoved("malformed namespace".to_owned()))?;
            request.headers_mut().insert(PATH_ROOT, root);
        }
        Ok(request)
    }

    /// Calls an RPC route.
    pub(super) async fn rpc<A: Serialize, T: DeserializeOwned>(
        &self,
        session: &Session,
        path: &str,
        argument: &A,
    ) -> Result<T, DropboxError> {
        serde_json::from_slice(&self.rpc_body(session, path, argument).await?).map_err(unreadable)
    }

    /// Calls an RPC route, and returns the body of its answer.
    pub(super) async fn rpc_body<A: Serialize>(
        &self,
        session: &Session,
        path: &str,
        argument: &A,
    ) -> Result<Bytes, DropboxError> {
        let mut request = self.session_request(self.hosts.url(Host::Api, path), session)?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(Body::from(serde_json::to_vec(argument).map_err(unreadable)?));
        let response = succeeded(self.send(request).await?).await?;
        response.bytes().await.map_err(|error| DropboxError::Unavailable(error.without_url().to_string()))
    }
}

/// Returns the answer, if it is a success.
pub(super) async fn succeeded(response: Response) -> Result<Response, DropboxError> {
    if response.status().is_success() { Ok(response) } else { Err(DropboxError::of_response(response).await) }
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
pub(super) fn unreadable(error: serde_json::Error) -> DropboxError {
    // Only the position, because the error may quote the value, which may be a file's name.
    DropboxError::Unreadable(format!("JSON at {}:{}", error.line(), error.column()))
}
