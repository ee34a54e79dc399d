//! Receiver of deliveries: an HTTP server on this machine that records the requests that it gets, and answers as it
//! was set to.

use std::{
    collections::VecDeque,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header::RETRY_AFTER};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};

/// Longest time to wait for requests.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request that the receiver got.
#[derive(Debug, Clone)]
pub struct Received {
    /// Time at which it had come.
    pub at: Instant,
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Received {
    /// Returns the body as JSON.
    ///
    /// # Panics
    /// If it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a delivery is JSON")
    }

    /// Returns the value of a header, or an empty text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Answer of the receiver to a request.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status; `None` closes the connection without an answer.
    pub status: Option<u16>,
    /// Time before the answer.
    pub delay: Duration,
    /// The header `Retry-After`.
    pub retry_after: Option<String>,
    /// The body.
    pub body: String,
}

impl Reply {
    /// Returns an answer with this status and an empty body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { status: Some(status), delay: Duration::ZERO, retry_after: None, body: String::new() }
    }

    /// Returns an end of the connection without an answer.
    #[must_use]
    pub fn closed() -> Self {
        Self { status: None, ..Self::status(200) }
    }

    /// Returns the same answer with the header `Retry-After`.
    #[must_use]
    pub fn retry_after(self, value: &str) -> Self {
        Self { retry_after: Some(value.to_owned()), ..self }
    }

    /// Returns the same answer, after a time.
    #[must_use]
    pub fn delayed(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Returns the same answer with a body.
    #[must_use]
    pub fn body(self, body: &str) -> Self {
        Self { body: body.to_owned(), ..self }
    }
}

/// Requests so far, and answers to come.
struct Book {
    requests: Vec<Received>,
    /// Answers to the next requests, one each.
    next: VecDeque<Reply>,
    /// The answer to all others.
    usual: Reply,
}

/// State that the server and its owner share.
struct Shared {
    book: Mutex<Book>,
    /// Number of requests so far.
    count: watch::Sender<usize>,
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A receiver. It stops when it is dropped.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Receiver {
    /// Starts a receiver on a free port. It answers 200.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let book = Book { requests: Vec::new(), next: VecDeque::new(), usual: Reply::status(200) };
        let shared = Arc::new(Shared { book: Mutex::new(book), count: watch::Sender::new(0) });
        let server = tokio::spawn(serve(listener, shared.clone()));
        Self { address, shared, server }
    }

    /// Returns its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Sets the answer to all requests that no other answer is set for.
    pub fn answer(&self, reply: Reply) {
        self.shared.book().usual = reply;
    }

    /// Adds an answer to one request, after those that were added before.
    pub fn answer_once(&self, reply: Reply) {
        self.shared.book().next.push_back(reply);
    }

    /// Returns all requests so far, in the order in which they came.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.book().requests.clone()
    }

    /// Waits until there are at least so many requests. Returns all of them.
    ///
    /// # Panics
    /// If they do not come within a minute.
    pub async fn at_least(&self, count: usize) -> Vec<Received> {
        let came = self.at_least_within(PATIENCE, count).await;
        let received = self.received();
        assert!(came, "{} requests came, and not {count}: {received:#?}", received.len());
        received
    }

    /// Waits until there are at least so many requests. Returns whether they came within the time.
    pub async fn at_least_within(&self, time: Duration, count: usize) -> bool {
        let mut counted = self.shared.count.subscribe();
        let came = timeout(time, counted.wait_for(|so_far| *so_far >= count)).await;
        came.is_ok()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Serves until it is aborted, and with it all its connections.
async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(connection(stream, shared.clone()));
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(|request| answer(request, &shared));
    // A connection that ends early is the client's matter, or was asked for.
    let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Records a request, and answers it. An error closes the connection.
async fn answer(request: Request<Incoming>, shared: &Shared) -> io::Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let (method, path, headers) = (parts.method, parts.uri.path().to_owned(), parts.headers);
    let received = Received { at: Instant::now(), method, path, headers, body };
    let reply = {
        let mut book = shared.book();
        book.requests.push(received);
        shared.count.send_replace(book.requests.len());
        book.next.pop_front().unwrap_or_else(|| book.usual.clone())
    };
    sleep(reply.delay).await;
    response(&reply)
}

fn response(reply: &Reply) -> io::Result<Response<Full<Bytes>>> {
    let Some(status) = reply.status else {
        return Err(io::Error::other("this connection is closed without an answer"));
    };
    let mut response = Response::builder().status(status);
    if let Some(value) = &reply.retry_after {
        response = response.header(RETRY_AFTER, value);
    }
    response.body(Full::new(Bytes::from(reply.body.clone()))).map_err(io::Error::other)
}
