//! Addresses for clients: the gateway and the fake Dropbox, with TLS if requested.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;
use tokio::net::TcpListener;
use url::Url;

use super::Settings;

/// Listeners, opened before anything is served.
pub(crate) struct Listeners {
    /// Listener of the gateway, for plain HTTP.
    pub(crate) gateway: TcpListener,
    /// With TLS: the listeners for clients of the gateway and the fake Dropbox.
    pub(super) secure: Option<Secure>,
}

/// TLS listeners.
pub(super) struct Secure {
    pub(super) gateway: TcpListener,
    pub(super) dropbox: TcpListener,
}

impl Listeners {
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

    /// Returns the port on which the fake Dropbox serves plain HTTP; 0 selects a free one.
    pub(super) fn plain_dropbox_port(&self, settings: &Settings) -> u16 {
        if self.secure.is_some() { 0 } else { settings.dropbox_port }
    }

    /// Returns the gateway's address. It has a host name rather than a number, because browsers keep secure
    /// cookies of `localhost` without TLS.
    pub(crate) fn url(&self) -> anyhow::Result<Url> {
        match &self.secure {
            Some(secure) => url("https", secure.gateway.local_addr()?),
            None => self.plain_url(),
        }
    }

    /// Returns the gateway's address without TLS, for notifications of the fake Dropbox, which does not trust
    /// our certificate authority.
    pub(super) fn plain_url(&self) -> anyhow::Result<Url> {
        url("http", self.gateway.local_addr()?)
    }
}

impl Secure {
    /// Returns the fake Dropbox's address with TLS.
    pub(super) fn dropbox_url(&self) -> anyhow::Result<Url> {
        url("https", self.dropbox.local_addr()?)
    }
}

/// Returns a socket address that is reachable from this machine only.
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
