//! Where clients knock: the gateway's address and the fake Dropbox's, with TLS before them where that is wanted.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;
use tokio::net::TcpListener;
use url::Url;

use super::Settings;

/// The listeners, before anything is served.
pub(crate) struct Doors {
    /// The gateway's own, which speaks plain HTTP.
    pub(crate) gateway: TcpListener,
    /// With TLS: what clients open, of the gateway and of the fake Dropbox.
    pub(super) secure: Option<Secure>,
}

/// What clients open with TLS.
pub(super) struct Secure {
    pub(super) gateway: TcpListener,
    pub(super) dropbox: TcpListener,
}

impl Doors {
    pub(crate) async fn open(settings: &Settings) -> anyhow::Result<Self> {
        if !settings.tls {
            return Ok(Self { gateway: listen(settings.port, "--port").await?, secure: None });
        }
        let secure = Secure {
            gateway: listen(settings.port, "--port").await?,
            dropbox: listen(settings.dropbox_port, "--dropbox-port").await?,
        };
        Ok(Self { gateway: listen(0, "--port").await?, secure: Some(secure) })
    }

    /// The port on which the fake Dropbox speaks plain HTTP; 0 takes a free one.
    pub(super) fn plain_dropbox_port(&self, settings: &Settings) -> u16 {
        if self.secure.is_some() { 0 } else { settings.dropbox_port }
    }

    /// What the gateway is called. By name, not by number: browsers keep secure cookies of `localhost` without TLS.
    pub(crate) fn url(&self) -> anyhow::Result<Url> {
        match &self.secure {
            Some(secure) => url("https", secure.gateway.local_addr()?),
            None => self.plain_url(),
        }
    }

    /// The gateway without TLS: for the fake Dropbox's notifications, since that knows no authority of ours.
    pub(super) fn plain_url(&self) -> anyhow::Result<Url> {
        url("http", self.gateway.local_addr()?)
    }
}

impl Secure {
    /// What the fake Dropbox is called with TLS.
    pub(super) fn dropbox_url(&self) -> anyhow::Result<Url> {
        url("https", self.dropbox.local_addr()?)
    }
}

/// An address on this machine only.
pub(super) fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

async fn listen(port: u16, option: &str) -> anyhow::Result<TcpListener> {
    let address = loopback(port);
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("{address} is taken; choose another with {option}"))
}

fn url(scheme: &str, address: SocketAddr) -> anyhow::Result<Url> {
    Ok(Url::parse(&format!("{scheme}://localhost:{}", address.port()))?)
}
