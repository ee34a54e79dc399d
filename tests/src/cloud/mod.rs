//! Accounts of AWS on this machine: a server that speaks as AWS STS, Amazon SQS and Amazon EventBridge do. It gives
//! sessions of roles that trust, takes what these sessions may send, and fails as it was set to.

mod book;
mod wire;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use book::Book;
pub use book::{Assumed, Taken, Trouble};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::timeout,
};
use url::Url;

/// Longest time to wait for entries.
const PATIENCE: Duration = Duration::from_secs(60);

/// State that the server and its owner share.
struct Shared {
    book: Mutex<Book>,
    /// Number of entries so far, in all queues and buses.
    count: watch::Sender<usize>,
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The server. It stops when it is dropped.
pub struct Cloud {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Cloud {
    /// Starts a server on a free port, without roles, queues and buses.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::new(Shared { book: Mutex::default(), count: watch::Sender::new(0) });
        let server = tokio::spawn(serve(listener, shared.clone()));
        Self { address, shared, server }
    }

    /// Returns the address of all services.
    ///
    /// # Panics
    /// Never: an address is a URL.
    #[must_use]
    pub fn url(&self) -> Url {
        format!("http://{}/", self.address).parse().expect("an address is a URL")
    }

    /// Creates a queue, by its address, or a bus, by its ARN.
    pub fn create(&self, place: &str) {
        self.shared.book().places.entry(place.to_owned()).or_default();
    }

    /// Lets a role be assumed with an external id, and with no other any more.
    pub fn trust(&self, role: &str, external_id: &str) {
        self.shared.book().trusted.insert(role.to_owned(), external_id.to_owned());
    }

    /// Sets whether the sessions of a role may send anything.
    pub fn allow(&self, role: &str, is_allowed: bool) {
        let mut book = self.shared.book();
        match is_allowed {
            true => book.denied.remove(role),
            false => book.denied.insert(role.to_owned()),
        };
    }

    /// Ends all sessions before their time.
    pub fn end_sessions(&self) {
        self.shared.book().sessions.clear();
    }

    /// Makes one call fail, after those that were named before.
    pub fn fail_once(&self, trouble: Trouble) {
        self.shared.book().troubles.push_back(trouble);
    }

    /// Makes all calls fail that no other trouble is named for, or none.
    pub fn fail(&self, trouble: Option<Trouble>) {
        self.shared.book().usual_trouble = trouble;
    }

    /// Returns all roles that were assumed, in that order.
    #[must_use]
    pub fn assumed(&self) -> Vec<Assumed> {
        self.shared.book().assumed.clone()
    }

    /// Returns the number of entries in each call that sent some, whatever became of them.
    #[must_use]
    pub fn calls(&self) -> Vec<usize> {
        self.shared.book().calls.clone()
    }

    /// Returns what a queue or bus has taken, in that order.
    #[must_use]
    pub fn taken(&self, place: &str) -> Vec<Taken> {
        self.shared.book().places.get(place).cloned().unwrap_or_default()
    }

    /// Waits until a queue or bus has taken so many entries. Returns all of them.
    ///
    /// # Panics
    /// If they do not come within a minute.
    pub async fn at_least(&self, place: &str, count: usize) -> Vec<Taken> {
        let mut counted = self.shared.count.subscribe();
        let came = timeout(PATIENCE, counted.wait_for(|_| self.taken(place).len() >= count)).await;
        let taken = self.taken(place);
        assert!(came.is_ok(), "{} entries came to {place}, and not {count}: {taken:#?}", taken.len());
        taken
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(connection(stream, shared.clone()));
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(|request| wire::answer(request, &shared));
    // A connection that ends early is the client's matter.
    let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
