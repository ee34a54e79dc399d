//! The other end of a connection: a thread that reads and writes HTTP/1.1 by hand.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

/// One connection, as the peer has it.
pub(crate) struct Line(BufReader<TcpStream>);

/// What a request said before its body: the first line and the headers, in lower case.
pub(crate) struct Head(Vec<String>);

/// Plays `script` on a listener of its own, and says where.
pub(crate) fn play(script: impl FnOnce(&TcpListener) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || script(&listener));
    url
}

/// Answers one request with `answer`.
pub(crate) fn answer_once(answer: &'static str) -> String {
    play(move |listener| {
        let mut line = Line::accept(listener);
        line.request();
        line.write(answer);
    })
}

impl Line {
    pub(crate) fn accept(listener: &TcpListener) -> Self {
        Self(BufReader::new(listener.accept().unwrap().0))
    }

    pub(crate) fn head(&mut self) -> Head {
        let lines = self.0.by_ref().lines().map(|line| line.unwrap().to_lowercase());
        Head(lines.take_while(|line| !line.is_empty()).collect())
    }

    /// A request with its body.
    pub(crate) fn request(&mut self) -> (Head, Vec<u8>) {
        let head = self.head();
        let length = head.header("content-length").map_or(0, |length| length.parse().unwrap());
        (head, self.read(length))
    }

    pub(crate) fn read(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }

    pub(crate) fn write(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).unwrap();
    }
}

impl Head {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn request_line(&self) -> &str {
        &self.0[0]
    }
}
