//! The long poll: relayed without a token, as Dropbox wants it, so nothing is known of the caller but the project.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use reqwest::{Body, Request};
use serde_json::Value;
use shared::{
    answer::ApiError,
    model::ProjectId,
    store::{Lease, POLLS},
};
use uuid::Uuid;

use crate::{
    Proxy,
    call::Call,
    forward::failed,
    relay::{held, passed_on},
};

/// The longest timeout that is passed on, in seconds: with the 90 s that Dropbox may add, API Gateway still waits.
const LONGEST: u64 = 200;
/// A poll's lease ends after this, should the poll have died.
const LEASE: Duration = Duration::from_secs(300);

impl Proxy {
    /// Relays a long poll, if the project has a slot for it.
    pub(crate) async fn poll(&self, project: &str, call: Call) -> Result<Response<Body>, ApiError> {
        let project = self.known(project).await?;
        let Some((lease, holder)) = self.lease(project).await? else {
            let message =
                "The project has too many long polls under way; ask again in a minute, or use events.";
            let busy = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_longpolls", message);
            return Err(busy.after(60));
        };
        let answer = self.relay_poll(call).await;
        self.leases.end_lease(lease, holder).await?;
        answer
    }

    async fn lease(&self, project: ProjectId) -> Result<Option<(Lease, Uuid)>, ApiError> {
        let now = self.clock.now();
        for slot in 0..POLLS {
            let lease = Lease::Poll(project, slot);
            if let Some(holder) = self.leases.take_lease(lease, now, now.plus(LEASE)).await? {
                return Ok(Some((lease, holder)));
            }
        }
        Ok(None)
    }

    async fn known(&self, project: &str) -> Result<ProjectId, ApiError> {
        let unknown = || ApiError::not_found("project_not_found", "There is no project of this id.");
        let id = project.parse().map_err(|_| unknown())?;
        self.projects.project(id).await?.map(|project| project.id).ok_or_else(unknown)
    }

    async fn relay_poll(&self, call: Call) -> Result<Response<Body>, ApiError> {
        let url = self.dropbox.hosts().url(call.route.host(), call.route.path());
        let mut request = Request::new(call.method, url);
        *request.headers_mut() = call.headers;
        *request.body_mut() = Some(clamped(call.body).into());
        let response = self.dropbox.send(request).await.map_err(|error| failed(&error))?;
        passed_on(held(response).await?.map(Into::into), call.wrap)
    }
}

/// The argument with a timeout that can be waited for; as it came, where it asks for no longer.
fn clamped(body: Bytes) -> Bytes {
    let Ok(mut argument) = serde_json::from_slice::<Value>(&body) else { return body };
    match argument.get_mut("timeout") {
        Some(timeout) if timeout.as_u64().is_some_and(|seconds| seconds > LONGEST) => {
            *timeout = LONGEST.into();
            Bytes::from(argument.to_string())
        }
        _ => body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_that_is_too_long_is_cut_and_all_else_is_left_alone() {
        let clamped = |body: &'static str| clamped(Bytes::from_static(body.as_bytes()));
        assert_eq!(clamped(r#"{"cursor":"c","timeout":480}"#), r#"{"cursor":"c","timeout":200}"#);
        for body in
            [r#"{ "cursor": "c", "timeout": 200 }"#, r#"{"cursor":"c"}"#, r#"{"timeout":"480"}"#, "null", "{"]
        {
            assert_eq!(clamped(body), body);
        }
    }
}
