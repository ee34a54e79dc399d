//! TLS terminator in front of a plain address: it passes the decrypted bytes on unchanged.

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// Serves until it is stopped, and then closes open connections.
pub(crate) async fn serve(
    listener: TcpListener,
    inside: SocketAddr,
    config: Arc<ServerConfig>,
    mut stop: watch::Receiver<bool>,
) {
    let acceptor = TlsAcceptor::from(config);
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            // A client's broken connection needs no handling.
            Some(_) = open.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((outside, _)) => drop(open.spawn(carry(outside, inside, acceptor.clone()))),
                Err(error) => tracing::warn!(%error, "a connection was not accepted"),
            },
        }
    }
}

async fn carry(outside: TcpStream, inside: SocketAddr, acceptor: TlsAcceptor) -> io::Result<()> {
    outside.set_nodelay(true)?;
    let mut outside = acceptor.accept(outside).await?;
    let mut inside = TcpStream::connect(inside).await?;
    inside.set_nodelay(true)?;
    copy_bidirectional(&mut outside, &mut inside).await.map(drop)
}
