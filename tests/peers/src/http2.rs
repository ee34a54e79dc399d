//! One connection of HTTP/2 without TLS, as the server has it: frames by hand (RFC 9113).

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    time::Duration,
};

const PREFACE: usize = 24;
/// No frame may carry more unless both sides agree.
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

/// Maximum time for which an ended connection waits for the client to end it too.
const LINGER: Duration = Duration::from_secs(10);

/// One connection of HTTP/2, as the server has it. Dropped, it ends in order: the client reads all that was written.
#[derive(Debug)]
pub struct Http2Line(TcpStream);

struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

impl Http2Line {
    /// The next connection, opened by a client that knows that HTTP/2 is spoken.
    pub fn accept(listener: &TcpListener) -> Self {
        let mut line = Self(listener.accept().unwrap().0);
        line.0.read_exact(&mut [0; PREFACE]).unwrap();
        line.write(SETTINGS, 0, 0, &[]);
        line
    }

    /// The stream of the next request, which has come whole.
    pub fn request(&mut self) -> u32 {
        loop {
            let frame = self.read();
            match frame.kind {
                SETTINGS if frame.flags & ACK == 0 => self.write(SETTINGS, ACK, 0, &[]),
                PING if frame.flags & ACK == 0 => self.write(PING, ACK, 0, &frame.payload),
                // HEADERS or DATA: whatever ends a stream is of a request.
                kind if kind <= HEADERS && frame.flags & END_STREAM != 0 => return frame.stream,
                _ => {}
            }
        }
    }

    /// Answers 200 without a body, and with these headers, whose names are in lower case.
    pub fn answer(&mut self, stream: u32, headers: &[(&str, &str)]) {
        // The eighth entry of HPACK's static table: ":status: 200".
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

    /// Says that it will end, and that it saw nothing after the stream `last`.
    pub fn go_away(&mut self, last: u32, reason: u32) {
        self.write(GOAWAY, 0, 0, &[last.to_be_bytes(), reason.to_be_bytes()].concat());
    }

    /// Ends a stream without an answer.
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
    /// A socket that is closed while something is unread resets the connection, and the client loses what it had not
    /// read yet: so the client's acknowledgements are read until it ends its side.
    fn drop(&mut self) {
        let _ = self.0.shutdown(Shutdown::Write);
        let _ = self.0.set_read_timeout(Some(LINGER));
        while self.0.read(&mut [0; 1024]).is_ok_and(|length| length > 0) {}
    }
}

/// HPACK's integer with a prefix of seven bits, the text not being Huffman-coded.
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
