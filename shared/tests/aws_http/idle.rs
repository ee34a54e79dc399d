//! Idle connections. Lambda freezes a process between two invocations; connections closed meanwhile are
//! noticed when it thaws.

use std::{io::Write, net::TcpStream};

use aws_sdk_s3::primitives::ByteStream;
use runtime_stubs::{Line, play};
use tokio::{io::AsyncReadExt, net::TcpListener};

use crate::s3;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

#[tokio::test]
async fn a_connection_that_was_closed_while_idle_is_not_used() {
    // As on Lambda, the next event arrives over a socket, after the end of the idle connection.
    let events = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let runtime = events.local_addr().unwrap();
    let url = play(move |listener| {
        let mut line = Line::accept(listener);
        line.request();
        line.write(OK);
        let mut event = TcpStream::connect(runtime).unwrap();
        drop(line);
        event.write_all(b"!").unwrap();
        let mut line = Line::accept(listener);
        line.request();
        line.write(OK);
    });
    let client = s3(&url);
    let put = || client.put_object().bucket("b").key("k").body(ByteStream::from_static(b"bytes"));
    put().send().await.unwrap();
    events.accept().await.unwrap().0.read_u8().await.unwrap();
    // The end and the event may be seen at once: the task that waits for the connection gets its turn first.
    tokio::task::yield_now().await;
    put().send().await.unwrap();
}

#[tokio::test]
async fn a_connection_that_is_open_is_used_again() {
    let url = play(|listener| {
        let mut line = Line::accept(listener);
        for _ in 0..2 {
            line.request();
            line.write(OK);
        }
    });
    let client = s3(&url);
    for _ in 0..2 {
        client
            .put_object()
            .bucket("b")
            .key("k")
            .body(ByteStream::from_static(b"bytes"))
            .send()
            .await
            .unwrap();
    }
}
