//! Load generator: signed notifications, a few of them in parallel.

use aws_lc_rs::hmac;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::{StatusCode, Uri};
use reqwest::Client;
use serde_json::{Value, json};
use shared::dropbox::WebhookSignature;
use url::Url;

use super::Role;
use crate::bench::{
    part::Part,
    sample::Sample,
    seed::{APP, account},
    server::loopback,
};

/// A notification: how many accounts it names, number of requests with it in a round, and how many at the same time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Notification {
    pub(super) accounts: usize,
    pub(super) requests: u32,
    pub(super) parallel: usize,
}

/// Returns the path of the receiver, with the number of accounts for parts that do not read the body.
fn path(accounts: usize) -> String {
    format!("/webhook?accounts={accounts}")
}

/// Returns the number of accounts of a request.
pub(super) fn accounts_of(uri: &Uri) -> Option<usize> {
    uri.query()?.strip_prefix("accounts=")?.parse().ok()
}

/// A notification as Dropbox sends it.
struct Signed {
    body: Bytes,
    signature: String,
}

impl Signed {
    fn of(notification: Notification) -> Self {
        let accounts: Vec<String> =
            (0..notification.accounts).map(|place| account(place).to_string()).collect();
        let users: Vec<usize> = (0..notification.accounts).collect();
        let body = json!({"list_folder": {"accounts": accounts}, "delta": {"users": users}}).to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA256, APP.1.as_bytes());
        let signature = hmac::sign(&key, body.as_bytes());
        let signature = signature.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Self { body: body.into(), signature }
    }
}

/// HTTP client that notifies.
#[derive(Default)]
pub(super) struct Load(Client);

impl Load {
    /// Measures a part while it is notified.
    pub(super) async fn sample(&self, part: &Part, notification: Notification) -> Result<Sample, String> {
        part.sample(&self.0, self.notify(part.name(), part.port(), notification)).await
    }

    /// Notifies the part of this name at this port.
    pub(super) async fn notify(
        &self,
        name: &str,
        port: u16,
        notification: Notification,
    ) -> Result<(), String> {
        let signed = Signed::of(notification);
        let url = loopback(port, &path(notification.accounts))?;
        // The baselines answer alike whether or not they queue.
        let queued = ![Role::Hello, Role::TableRequests].iter().any(|role| role.name() == name);
        let queued = queued.then_some(notification.accounts);
        stream::iter(0..notification.requests)
            .map(|_| self.once(url.clone(), &signed, queued))
            .buffer_unordered(notification.parallel)
            .try_collect::<()>()
            .await
            .map_err(|error| format!("{name}: {error}"))
    }

    /// Notifies once, and checks how many accounts are queued, if that is answered.
    async fn once(&self, url: Url, signed: &Signed, queued: Option<usize>) -> Result<(), String> {
        let failed = |error: reqwest::Error| error.to_string();
        let request =
            self.0.post(url).header(WebhookSignature::HEADER, &signed.signature).body(signed.body.clone());
        let answer = request.send().await.map_err(failed)?;
        if answer.status() != StatusCode::OK {
            return Err(format!("answered {}", answer.status()));
        }
        let body = answer.bytes().await.map_err(failed)?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        if queued.is_none_or(|queued| answer["queued"] == queued) { Ok(()) } else { Err(answer.to_string()) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_notification_is_signed_by_the_app_and_says_its_size() {
        let notification = Notification { accounts: 3, requests: 1, parallel: 1 };
        let Signed { body, signature } = Signed::of(notification);
        let signature = WebhookSignature::parse(&signature).unwrap();
        assert!(signature.is_of(&shared::model::AppSecret::new(APP.1), &body));
        assert_eq!(accounts_of(&path(3).parse().unwrap()), Some(3));
        assert_eq!(accounts_of(&"/webhook".parse().unwrap()), None);
    }
}
