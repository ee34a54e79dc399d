//! Peer's side of a connection.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

/// Peer's side of a connection.
#[derive(Debug)]
pub struct Line(BufReader<TcpStream>);

/// Head of a message: the first line and the headers, in lower case.
#[derive(Debug, Clone)]
pub struct Head {
    lines: Vec<String>,
    is_cut: bool,
}

/// Runs `script` with a new listener, and returns its URL.
pub fn play(script: impl FnOnce(&TcpListener) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || script(&listener));
    url
}

/// Starts a server that passes every request to `answer`, and returns its URL. If there is no answer, the
/// request stays unanswered.
pub fn serve(answer: impl Fn(&Head, &[u8]) -> Option<String> + Send + Sync + 'static) -> String {
    serve_noting(|_| {}, answer)
}

/// Starts a server like [`serve`], which also passes each chunk of a body to `note` as it arrives.
pub(crate) fn serve_noting(
    note: impl Fn(&[u8]) + Send + Sync + 'static,
    answer: impl Fn(&Head, &[u8]) -> Option<String> + Send + Sync + 'static,
) -> String {
    let both = Arc::new((note, answer));
    play(move |listener| {
        for stream in listener.incoming() {
            let both = both.clone();
            thread::spawn(move || {
                let (note, answer) = both.as_ref();
                let mut line = Line(BufReader::new(stream.unwrap()));
                while let Some((head, body)) = line.next_request(note) {
                    let Some(answer) = answer(&head, &body) else { continue };
                    if head.is_cut {
                        return;
                    }
                    line.write(&answer);
                }
            });
        }
    })
}

impl Line {
    /// Accepts the next connection.
    pub fn accept(listener: &TcpListener) -> Self {
        Self(BufReader::new(listener.accept().unwrap().0))
    }

    /// Reads the head of a request. Its body, if any, is read next.
    pub fn head(&mut self) -> Head {
        self.next_head().expect("a request")
    }

    /// Reads a request with its body.
    pub fn request(&mut self) -> (Head, Vec<u8>) {
        self.next_request(&|_| {}).expect("a request")
    }

    /// Reads `length` bytes.
    pub fn read(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }

    /// Sends `text`.
    pub fn write(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).unwrap();
    }

    /// Resets the connection in the middle of the client's request.
    pub fn reset(self) {
        let stream = self.0.into_inner();
        // Closing a socket with unread bytes makes the kernel send a reset instead of a normal end.
        stream.peek(&mut [0]).unwrap();
    }

    /// Closes this side of the connection. The other side may still send.
    pub fn stop_sending(&mut self) {
        self.0.get_ref().shutdown(Shutdown::Write).unwrap();
    }

    /// Whether another request arrives before the other side closes the connection.
    #[must_use]
    pub fn hears_another_request(mut self) -> bool {
        self.next_head().is_some()
    }

    fn next_request(&mut self, note: &impl Fn(&[u8])) -> Option<(Head, Vec<u8>)> {
        let mut head = self.next_head()?;
        let body = match head.header("content-length") {
            Some(length) => self.read(length.parse().unwrap()),
            None if head.header("transfer-encoding") == Some("chunked") => {
                let (body, is_whole) = self.chunks(note);
                head.is_cut = !is_whole;
                body
            }
            None => Vec::new(),
        };
        Some((head, body))
    }

    fn next_head(&mut self) -> Option<Head> {
        let lines = self.0.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty());
        let lines: Vec<String> = lines.map(|line| line.to_lowercase()).collect();
        (!lines.is_empty()).then_some(Head { lines, is_cut: false })
    }

    /// Reads a chunked body without trailers. Returns its bytes, and whether it was complete; otherwise the
    /// connection ended early.
    fn chunks(&mut self, note: &impl Fn(&[u8])) -> (Vec<u8>, bool) {
        let mut body = Vec::new();
        loop {
            let mut size = String::new();
            if self.0.read_line(&mut size).unwrap_or_default() == 0 {
                return (body, false);
            }
            let size = usize::from_str_radix(size.trim_end(), 16).expect("the size of a chunk");
            let chunk = self.read(size);
            note(&chunk);
            body.extend(chunk);
            assert_eq!(self.read(2), b"\r\n", "a chunk ends with its line");
            if size == 0 {
                return (body, true);
            }
        }
    }
}

impl Head {
    /// Returns the header with this name, which must be in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// Returns method, path and version.
    #[must_use]
    pub fn request_line(&self) -> &str {
        &self.lines[0]
    }

    /// Whether the connection ended in the middle of the body.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }
}
