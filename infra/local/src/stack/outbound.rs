//! Client for endpoints on this machine.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use event_sender::{Outbound, Reply};
use http::HeaderMap;

/// Posts to any address, also on this machine.
pub(super) struct ThisMachine(pub(super) reqwest::Client);

#[async_trait]
impl Outbound for ThisMachine {
    async fn post(&self, url: &str, headers: HeaderMap, body: Bytes) -> Result<Reply, String> {
        let request = self.0.post(url).headers(headers).body(body).timeout(Duration::from_secs(15));
        let answer = request.send().await.map_err(|error| error.without_url().to_string())?;
        let status = answer.status().as_u16();
        let excerpt = answer.text().await.unwrap_or_default();
        Ok(Reply { status, retry_after: None, excerpt })
    }
}
