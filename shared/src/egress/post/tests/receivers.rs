//! Receivers on this machine that count connections.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// A receiver, at a port of all of this machine's addresses.
pub(super) struct Receiver {
    /// Its port.
    pub(super) port: u16,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
    written: Arc<AtomicUsize>,
    left: Arc<Notify>,
}

impl Receiver {
    /// Returns an address of it.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Returns the number of connections so far.
    pub(super) fn connections(&self) -> usize {
        self.connections.load(SeqCst)
    }

    /// Returns the only request.
    pub(super) fn request(&self) -> String {
        let requests = self.requests.lock().unwrap();
        assert_eq!(requests.len(), 1);
        requests[0].clone()
    }

    /// Waits until an endless answer has ended, and returns its size in bytes.
    pub(super) async fn written(&self) -> usize {
        self.left.notified().await;
        self.written.load(SeqCst)
    }
}

/// Behaviour of a receiver.
#[derive(Clone, Copy)]
enum Manner {
    /// With this, and closes the connection.
    Once(&'static str),
    /// With this, and then leaves the connection open.
    Open(&'static str),
    /// With this, and then with this again and again.
    Endless(&'static str, &'static [u8]),
}

/// Returns a receiver that answers with this text.
pub(super) async fn answering(answer: &'static str) -> Receiver {
    receiver(Manner::Once(answer)).await
}

/// Returns a receiver that begins with this text and then says nothing.
pub(super) async fn silent(beginning: &'static str) -> Receiver {
    receiver(Manner::Open(beginning)).await
}

/// Returns a receiver that begins with this text and repeats the other.
pub(super) async fn endless(beginning: &'static str, repeated: &'static [u8]) -> Receiver {
    receiver(Manner::Endless(beginning, repeated)).await
}

/// Returns an address at which nobody listens.
pub(super) async fn closed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn receiver(manner: Manner) -> Receiver {
    // All addresses of both families, where the machine has the second.
    let listener = match TcpListener::bind("[::]:0").await {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind("0.0.0.0:0").await.unwrap(),
    };
    let receiver = Receiver {
        port: listener.local_addr().unwrap().port(),
        connections: Arc::default(),
        requests: Arc::default(),
        written: Arc::default(),
        left: Arc::default(),
    };
    let (connections, requests) = (receiver.connections.clone(), receiver.requests.clone());
    let (written, left) = (receiver.written.clone(), receiver.left.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            connections.fetch_add(1, SeqCst);
            let (requests, written, left) = (requests.clone(), written.clone(), left.clone());
            tokio::spawn(async move {
                if let Some(request) = request(&mut stream).await {
                    requests.lock().unwrap().push(request);
                    answer(&mut stream, manner, &written).await;
                    left.notify_one();
                }
            });
        }
    });
    receiver
}

/// Reads a request to the end of its body.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    let mut piece = [0; 4096];
    loop {
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => text.push_str(std::str::from_utf8(&piece[..count]).unwrap()),
        }
    }
}

async fn answer(stream: &mut TcpStream, manner: Manner, written: &AtomicUsize) {
    let (Manner::Once(beginning) | Manner::Open(beginning) | Manner::Endless(beginning, _)) = manner;
    let _ = stream.write_all(beginning.as_bytes()).await;
    match manner {
        Manner::Once(_) => {}
        Manner::Open(_) => {
            let _ = stream.read(&mut [0]).await;
        }
        Manner::Endless(_, repeated) => {
            let many = repeated.repeat(1024);
            while stream.write_all(&many).await.is_ok() {
                written.fetch_add(many.len(), SeqCst);
            }
        }
    }
}
