//! Load generator: downloads, a few of them in parallel.

use futures_util::{StreamExt, TryStreamExt, stream};
use http::{StatusCode, header::AUTHORIZATION};
use reqwest::{Client, RequestBuilder};
use shared::{caller::USER_HEADER, dropbox::ARGUMENT};
use url::Url;

use super::latency::Place;
use crate::bench::{
    part::Part,
    sample::Sample,
    seed::{API_KEY, PROJECT, USER},
    server::loopback,
};

/// Number of parallel downloads.
const PARALLEL: usize = 4;
/// Path of Dropbox's download route.
pub(super) const DOWNLOAD: &str = "/2/files/download";

/// Returns the path of a download through the proxy.
pub(super) fn proxied() -> String {
    format!("/projects/{PROJECT}/sdk/proxy/dropbox{DOWNLOAD}")
}

/// A download: size of the file in bytes, and number of requests.
#[derive(Debug, Clone, Copy)]
pub(super) struct Download {
    pub(super) bytes: u32,
    pub(super) requests: u32,
}

impl Download {
    /// Returns a tenth of the requests: enough to open connections and touch memory.
    pub(super) fn warm_up(self) -> Self {
        Self { requests: self.requests.div_ceil(10), ..self }
    }
}

/// HTTP client that downloads.
#[derive(Default)]
pub(super) struct Load(Client);

impl Load {
    /// Measures a part while it serves the downloads.
    pub(super) async fn sample(&self, part: &Part, download: Download) -> Result<Sample, String> {
        part.sample(&self.0, self.ask(part, download)).await
    }

    /// Sends the downloads to a part, and checks the number of bytes of each.
    pub(super) async fn ask(&self, part: &Part, download: Download) -> Result<(), String> {
        let url = loopback(part.port(), &proxied())?;
        let told = |error| format!("{}: {error}", part.name());
        stream::iter(0..download.requests)
            .map(|_| whole(self.request(url.clone(), download.bytes), download.bytes))
            .buffer_unordered(PARALLEL)
            .try_collect::<()>()
            .await
            .map_err(told)
    }

    /// Downloads once from a place.
    pub(super) async fn download(&self, place: &Place, bytes: u32) -> Result<(), String> {
        let request = self.request(loopback(place.port, &place.path)?, bytes);
        whole(request, bytes).await.map_err(|error| format!("{}: {error}", place.name))
    }

    fn request(&self, url: Url, bytes: u32) -> RequestBuilder {
        self.0
            .post(url)
            .header(AUTHORIZATION, format!("Bearer {API_KEY}"))
            .header(USER_HEADER, USER)
            .header(ARGUMENT, format!("{{\"path\":\"/{bytes}\"}}"))
    }
}

/// Downloads one file chunk by chunk, and checks its size.
async fn whole(request: RequestBuilder, bytes: u32) -> Result<(), String> {
    let mut answer = request.send().await.map_err(|error| error.to_string())?;
    if answer.status() != StatusCode::OK {
        return Err(format!("answered {}", answer.status()));
    }
    let mut came: u64 = 0;
    while let Some(piece) = answer.chunk().await.map_err(|error| error.to_string())? {
        came += piece.len() as u64;
    }
    if came == u64::from(bytes) { Ok(()) } else { Err(format!("{came} bytes came of {bytes}")) }
}
