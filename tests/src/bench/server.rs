//! HTTP server of every part: hyper's, on one thread as in a function.

use std::{
    convert::Infallible,
    io::{self, Write},
    net::Ipv4Addr,
    sync::Arc,
};

use async_trait::async_trait;
use http::{Request, Response, StatusCode};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use reqwest::Body;
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// Path at which a part reports how many requests its store has received.
pub(super) const STORE_REQUESTS: &str = "/store-requests";

/// Builds the address of a part on the loopback.
pub(super) fn loopback(port: u16, path: &str) -> Result<Url, String> {
    let url = format!("http://{}:{port}{path}", Ipv4Addr::LOCALHOST);
    url.parse().map_err(|_| format!("{url} is no address"))
}

/// Behaviour of a part.
#[async_trait]
pub(super) trait Server: Send + Sync + 'static {
    /// Answers a request.
    async fn answer(&self, request: Request<Incoming>) -> Response<Body>;

    /// Returns the number of requests that its store has received.
    fn store_requests(&self) -> u64 {
        0
    }
}

/// Serves on a free port of the loopback, prints it, and stops when the standard input ends.
pub(super) async fn serve(server: impl Server) -> Result<(), String> {
    let failed = |error: io::Error| error.to_string();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    writeln!(io::stdout(), "{port}").map_err(failed)?;
    let abandoned = tokio::task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink()));
    tokio::select! {
        stopped = accept(listener, Arc::new(server)) => stopped.map_err(failed),
        _ = abandoned => Ok(()),
    }
}

/// Serves on a free port of the loopback in this process, until the test ends. Returns the port, and the server.
#[cfg(test)]
pub(super) async fn here<S: Server>(server: S) -> io::Result<(u16, Arc<S>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let (port, server) = (listener.local_addr()?.port(), Arc::new(server));
    tokio::spawn(accept(listener, server.clone()));
    Ok((port, server))
}

async fn accept(listener: TcpListener, server: Arc<impl Server>) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(connection(stream, server.clone()));
    }
}

async fn connection(stream: TcpStream, server: Arc<impl Server>) {
    let service = service_fn(|request: Request<Incoming>| async {
        if request.uri().path() == STORE_REQUESTS {
            return Ok(Response::new(server.store_requests().to_string().into()));
        }
        Ok::<_, Infallible>(server.answer(request).await)
    });
    // A broken connection is reported by the client.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

/// Refuses a request that a part cannot answer.
pub(super) fn refused() -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}
