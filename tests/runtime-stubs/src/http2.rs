//! Server side of an HTTP/2 connection without TLS, frame by frame (RFC 9113).

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    time::Duration,
};

const PREFACE: usize = 24;
/// Largest payload of a frame without further negotiation, in bytes.
const LONGEST_FRAME: usize = 16_384;

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// Longest wait for the client to close an ended connection.
const LINGER: Duration = Duration::from_secs(10);

/// Server side of an HTTP/2 connection. When dropped, it closes gracefully: the client can read everything
/// that was written.
#[derive(Debug)]
pub struct Http2Line(TcpStream);

struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

impl Http2Line {
    /// Accepts the next connection, from a client with prior knowledge of HTTP/2.
    pub fn accept(listener: &TcpListener) -> Self {
        let mut line = Self(listener.accept().unwrap().0);
        line.0.read_exact(&mut [0; PREFACE]).unwrap();
        line.write(SETTINGS, 0, 0, &[]);
        line
    }

    /// Waits for a complete request, and returns its stream.
    pub fn request(&mut self) -> u32 {
        loop {
            let frame = self.read();
            match frame.kind {
                SETTINGS if frame.flags & ACK == 0 => self.write(SETTINGS, ACK, 0, &[]),
                PING if frame.flags & ACK == 0 => self.write(PING, ACK, 0, &frame.payload),
                // A HEADERS or DATA frame that ends a stream completes a request.
                kind if kind <= HEADERS && frame.flags & END_STREAM != 0 => return frame.stream,
                _ => {}
            }
        }
    }

    /// Answers this number of pings.
    pub fn answer_pings(&mut self, count: usize) {
        for _ in 0..count {
            let ping = loop {
                let frame = self.read();
                if frame.kind == PING && frame.flags & ACK == 0 {
                    break frame;
                }
            };
            self.write(PING, ACK, 0, &ping.payload);
        }
    }

    /// Reads what comes, for a limited time, and answers nothing, not even pings. Returns whether the client
    /// closes the connection.
    #[must_use]
    pub fn is_given_up(&mut self) -> bool {
        let _ = self.0.set_read_timeout(Some(LINGER));
        loop {
            match self.0.read(&mut [0; 1024]) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return ![ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()),
            }
        }
    }

    /// Responds with status 200, these headers (names in lower case) and no body.
    pub fn answer(&mut self, stream: u32, headers: &[(&str, &str)]) {
        // Eighth entry of HPACK's static table: ":status: 200".
        let mut block = vec![0x88];
        for (name, value) in headers {
            block.push(0);
            for text in [name, value] {
                push_length(text.len(), &mut block);
                block.extend(text.bytes());
            }
        }
        let pieces: Vec<&[u8]> = block.chunks(LONGEST_FRAME).collect();
        for (place, piece) in pieces.iter().enumerate() {
            let (kind, start) = if place == 0 { (HEADERS, END_STREAM) } else { (CONTINUATION, 0) };
            let end = if place + 1 == pieces.len() { END_HEADERS } else { 0 };
            self.write(kind, start | end, stream, piece);
        }
    }

    /// Announces the end of the connection; `last` is the last stream that was processed.
    pub fn go_away(&mut self, last: u32, reason: u32) {
        self.write(GOAWAY, 0, 0, &[last.to_be_bytes(), reason.to_be_bytes()].concat());
    }

    /// Resets a stream.
    pub fn reset(&mut self, stream: u32, reason: u32) {
        self.write(RST_STREAM, 0, stream, &reason.to_be_bytes());
    }

    fn read(&mut self) -> Frame {
        let mut head = [0; 9];
        self.0.read_exact(&mut head).unwrap();
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap()];
        self.0.read_exact(&mut payload).unwrap();
        Frame { kind, flags, stream: u32::from_be_bytes(stream), payload }
    }

    fn write(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.0.write_all(&frame).unwrap();
    }
}

impl Drop for Http2Line {
    /// Reads until the client closes its side. A socket that is closed with unread data resets the
    /// connection, and the client would lose what it has not read yet.
    fn drop(&mut self) {
        let _ = self.0.shutdown(Shutdown::Write);
        let _ = self.is_given_up();
    }
}

/// Encodes a length as HPACK's integer with a prefix of seven bits, for a text without Huffman coding.
fn push_length(mut length: usize, block: &mut Vec<u8>) {
    if length < 127 {
        block.push(u8::try_from(length).unwrap());
        return;
    }
    block.push(127);
    length -= 127;
    while length >= 128 {
        block.push(u8::try_from(length % 128).unwrap() | 128);
        length /= 128;
    }
    block.push(u8::try_from(length).unwrap());
}
