//! The long poll, relayed without a token, as Dropbox requires. Dropbox's SDKs send it without any
//! credentials, so only the project of most callers is known.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header::AUTHORIZATION};
use reqwest::{Body, Request};
use serde_json::Value;
use shared::{
    answer::ApiError,
    caller::{Caller, Operation},
    model::ProjectId,
};

use crate::{
    Proxy,
    call::Call,
    forward::failed,
    poll_slots::{PollSlots, Poller},
    relay::{buffered, passed_on},
};

/// Maximum timeout that is forwarded, in seconds: with the 90 s that Dropbox may add, API Gateway still
/// waits.
const LONGEST: u64 = 200;
/// Dropbox's default timeout, in seconds.
const DEFAULT: u64 = 30;
/// Time after its timeout at which a dead poll's slot is free again, in seconds: the 90 s that Dropbox may
/// add, and ten for the network.
const AFTER_TIMEOUT: u64 = 100;

/// Relays a long poll, if the slots that it needs are free. On Lambda, a caller's disconnect is not noticed, and they
/// are free when the poll ends; on one machine they are free at once.
pub(crate) async fn run(
    proxy: &Proxy,
    project: &str,
    headers: &HeaderMap,
    call: Call,
) -> Result<Response<Body>, ApiError> {
    let (id, poller) = poller(proxy, project, headers).await?;
    let duration = Duration::from_secs(timeout(&call.body) + AFTER_TIMEOUT);
    let slots = PollSlots::take(&proxy.leases, id, poller, proxy.clock.now(), duration).await?;
    let slots = slots.ok_or_else(|| too_many(poller))?;
    let answer = relay_poll(proxy, call).await;
    slots.give_back().await?;
    answer
}

/// Returns the project and the kind of caller. Credentials are optional, but must be valid if there are
/// any.
async fn poller(proxy: &Proxy, project: &str, headers: &HeaderMap) -> Result<(ProjectId, Poller), ApiError> {
    if !headers.contains_key(AUTHORIZATION) {
        return Ok((known(proxy, project).await?, Poller::WithoutCredentials));
    }
    let (projects, now) = (proxy.store.as_ref(), proxy.clock.now());
    let caller = Caller::check(projects, Operation::CallDropbox, project, headers, now).await?;
    Ok((caller.project, Poller::WithCredentials))
}

async fn known(proxy: &Proxy, project: &str) -> Result<ProjectId, ApiError> {
    let unknown = || ApiError::not_found("project_not_found", "There is no project of this id.");
    let id = project.parse().map_err(|_| unknown())?;
    proxy.store.project(id).await?.map(|project| project.id).ok_or_else(unknown)
}

async fn relay_poll(proxy: &Proxy, call: Call) -> Result<Response<Body>, ApiError> {
    let dropbox = proxy.calls.dropbox();
    let url = dropbox.hosts().url(call.route.host(), call.route.path());
    let mut request = Request::new(call.method, url);
    *request.headers_mut() = call.headers;
    *request.body_mut() = Some(clamped(call.body).into());
    let response = dropbox.send(request).await.map_err(|error| failed(&error))?;
    passed_on(buffered(response).await?.map(Into::into), call.wrap)
}

fn too_many(poller: Poller) -> ApiError {
    let message = match poller {
        Poller::WithCredentials => {
            "The project has too many long polls under way; ask again in a minute, or use events."
        }
        Poller::WithoutCredentials => {
            "Too many long polls without credentials are under way; send the project's API key or a user token in the \
             header Authorization, ask again in a minute, or use events."
        }
    };
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_longpolls", message).after(60)
}

/// Returns the timeout that is forwarded, in seconds.
fn timeout(body: &[u8]) -> u64 {
    let argument: Option<Value> = serde_json::from_slice(body).ok();
    argument.and_then(|argument| argument.get("timeout")?.as_u64()).unwrap_or(DEFAULT).min(LONGEST)
}

/// Limits the timeout in an argument to [`LONGEST`]; any other argument stays unchanged.
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

    #[test]
    fn a_slot_is_taken_for_as_long_as_the_poll_may_last() {
        for (body, seconds) in [
            (r#"{"cursor":"c","timeout":480}"#, 200),
            (r#"{"cursor":"c","timeout":45}"#, 45),
            (r#"{"cursor":"c"}"#, 30),
            (r#"{"timeout":"480"}"#, 30),
            (r#"{"timeout":-1}"#, 30),
            ("", 30),
        ] {
            assert_eq!(timeout(body.as_bytes()), seconds, "{body}");
        }
    }
}
