//! The HTTP client under the AWS SDKs, used by S3's client, against misbehaving peers on this machine; and requests that
//! it sends for us.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod body;
mod direct;
mod failures;
mod idle;
mod streams;
mod trust;

use std::time::Duration;

use aws_sdk_s3::{
    Client, Config,
    config::{
        BehaviorVersion, Builder, Credentials, Region, StalledStreamProtectionConfig, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
};
use runtime_stubs::{Line, play};

/// A short timeout, for answers that never come.
const SOON: Duration = Duration::from_millis(100);

/// A peer that answers one request with `answer`.
fn answer_once(answer: &'static str) -> String {
    play(move |listener| {
        let mut line = Line::accept(listener);
        line.request();
        line.write(answer);
    })
}

/// A client of S3 at this address, without retries.
fn s3(endpoint: &str) -> Client {
    Client::from_conf(config(endpoint).build())
}

fn s3_in_a_hurry(endpoint: &str) -> Client {
    let timeouts = TimeoutConfig::builder().connect_timeout(SOON).read_timeout(SOON).build();
    Client::from_conf(config(endpoint).timeout_config(timeouts).build())
}

fn config(endpoint: &str) -> Builder {
    Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .endpoint_url(endpoint)
        .force_path_style(true)
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .http_client(shared::aws::http_client())
}
