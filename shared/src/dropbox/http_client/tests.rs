//! T33 and T12: kept connections that died or whose peer fell silent, and long headers, with hand-written peers.

use std::{io::Write, net::TcpStream, sync::mpsc::channel, time::Instant};

use futures_util::future::join_all;
use reqwest::Url;
use runtime_stubs::{Http2Line, Line, play};
use tokio::{io::AsyncReadExt, net::TcpListener, sync::oneshot};

use super::*;
use crate::dropbox::READ_TIMEOUT;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const READS: [&str; 5] = [
    "/api/2/files/get_metadata",
    "/2/files/list_folder/continue",
    "/2/files/download",
    "/2/users/get_current_account",
    "/2/files/list_folder/longpoll",
];
const WRITES: [&str; 5] = [
    "/2/files/upload",
    "/2/files/upload_session/append_v2",
    "/2/files/delete_v2",
    "/2/no/such_route",
    "/oauth2/token",
];
/// Error codes of HTTP/2.
const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;

/// Pings by which a silent peer is found soon.
const SOON: Pings = Pings { interval: Duration::from_millis(50), longest_wait: Duration::from_secs(2) };
/// Number of pings after which more time has passed than a silent peer has.
const MANY: usize = 45;

fn client() -> HttpClient {
    http_client(READ_TIMEOUT).unwrap()
}

/// A client that assumes HTTP/2 without negotiation over TLS.
fn http2_client() -> HttpClient {
    pinging(PINGS)
}

/// An HTTP/2 client with these pings.
fn pinging(pings: Pings) -> HttpClient {
    let client = || builder(READ_TIMEOUT, pings).http2_prior_knowledge().build().unwrap();
    HttpClient { read_timeout: READ_TIMEOUT, kept: client(), unkept: OnceLock::from(client()) }
}

async fn post(client: &HttpClient, base: &str, path: &str) -> Result<Response, TransportError> {
    let mut request = Request::new(Method::POST, Url::parse(base).unwrap().join(path).unwrap());
    *request.body_mut() = Some("{}".into());
    client.send(request).await
}

/// Answers one request, and resets the connection during the second. Then answers requests on another
/// connection.
fn reset_under_the_second_request(listener: &std::net::TcpListener) {
    let mut line = Line::accept(listener);
    line.request();
    line.write(OK);
    line.reset();
    let mut line = Line::accept(listener);
    line.request();
    line.write(OK);
}

#[tokio::test]
async fn a_read_is_repeated_where_its_kept_connection_is_reset() {
    for path in READS {
        let (client, url) = (client(), play(reset_under_the_second_request));
        for call in 0..2 {
            assert!(post(&client, &url, path).await.is_ok(), "{path}, call {call}");
        }
    }
}

#[tokio::test]
async fn a_write_that_may_have_been_seen_is_not_sent_twice() {
    for path in WRITES {
        let (client, url) = (client(), play(reset_under_the_second_request));
        assert!(post(&client, &url, path).await.is_ok(), "{path}");
        assert!(post(&client, &url, path).await.is_err(), "{path}: nobody knows whether it was seen");
        assert!(post(&client, &url, path).await.is_ok(), "{path}: the next call has a new connection");
    }
}

#[tokio::test]
async fn a_connection_that_closed_while_idle_carries_nothing_more() {
    for path in [READS[0], WRITES[0]] {
        // As on Lambda, the next event arrives over a socket, after the end of the idle connection.
        let events = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let event = events.local_addr().unwrap();
        let (sender, heard) = channel();
        let url = play(move |listener| {
            let mut line = Line::accept(listener);
            line.request();
            line.write(OK);
            line.stop_sending();
            std::thread::spawn(move || sender.send(line.hears_another_request()));
            let mut second = {
                TcpStream::connect(event).unwrap().write_all(b"!").unwrap();
                Line::accept(listener)
            };
            second.request();
            second.write(OK);
        });
        let client = client();
        assert!(post(&client, &url, path).await.is_ok(), "{path}");
        events.accept().await.unwrap().0.read_u8().await.unwrap();
        // The end and the event may be seen at once: the task that waits for the connection gets its turn
        // first.
        tokio::task::yield_now().await;
        assert!(post(&client, &url, path).await.is_ok(), "{path}");
        assert!(!heard.recv().unwrap(), "{path}: it was sent on the connection that had ended");
    }
}

#[tokio::test]
async fn what_http2_says_it_has_not_seen_is_sent_again_whatever_it_is() {
    for path in [READS[0], WRITES[0], WRITES[2]] {
        let url = play(|listener| {
            let mut line = Http2Line::accept(listener);
            let first = line.request();
            line.answer(first, &[]);
            line.request();
            line.go_away(first, NO_ERROR);
            let mut line = Http2Line::accept(listener);
            let refused = line.request();
            line.reset(refused, REFUSED_STREAM);
            let seen = line.request();
            line.answer(seen, &[]);
        });
        let client = http2_client();
        for call in 0..2 {
            assert!(post(&client, &url, path).await.is_ok(), "{path}, call {call}");
        }
    }
}

#[tokio::test]
async fn over_http2_too_a_write_that_may_have_been_seen_is_not_sent_twice() {
    let broken = |listener: &std::net::TcpListener| {
        let mut line = Http2Line::accept(listener);
        let first = line.request();
        line.answer(first, &[]);
        let second = line.request();
        line.reset(second, INTERNAL_ERROR);
        drop(line);
        let mut line = Http2Line::accept(listener);
        let third = line.request();
        line.answer(third, &[]);
    };
    for (path, repeated) in [(READS[0], true), (READS[1], true), (WRITES[0], false), (WRITES[2], false)] {
        let (client, url) = (http2_client(), play(broken));
        assert!(post(&client, &url, path).await.is_ok(), "{path}");
        assert_eq!(post(&client, &url, path).await.is_ok(), repeated, "{path}");
    }
}

/// Answers one request, and falls silent under the second: reads nothing more, and answers no ping. Then
/// answers a request on another connection.
fn silent_under_the_second_request(listener: &std::net::TcpListener) {
    let mut silent = Http2Line::accept(listener);
    let first = silent.request();
    silent.answer(first, &[]);
    silent.request();
    let mut line = Http2Line::accept(listener);
    let third = line.request();
    line.answer(third, &[]);
}

#[tokio::test]
async fn a_read_is_repeated_where_its_peer_answers_no_ping() {
    let reads = READS.map(|path| async move {
        let (client, url) = (pinging(SOON), play(silent_under_the_second_request));
        for call in 0..2 {
            let answer = post(&client, &url, path).await;
            assert!(answer.is_ok(), "{path}, call {call}: {answer:?}");
        }
    });
    join_all(reads).await;
}

#[tokio::test]
async fn a_write_whose_peer_answers_no_ping_is_not_sent_twice() {
    let began = Instant::now();
    let writes = WRITES.map(|path| async move {
        let (client, url) = (pinging(SOON), play(silent_under_the_second_request));
        assert!(post(&client, &url, path).await.is_ok(), "{path}");
        assert!(post(&client, &url, path).await.is_err(), "{path}: nobody knows whether it was seen");
        assert!(post(&client, &url, path).await.is_ok(), "{path}: the next call has a new connection");
    });
    join_all(writes).await;
    assert!(began.elapsed() < READ_TIMEOUT, "the pings end the wait, not the timeout of an answer");
}

#[tokio::test]
async fn a_peer_that_answers_no_ping_while_idle_gets_nothing_more() {
    let calls = [READS[0], WRITES[0], WRITES[2]].map(|path| async move {
        let (sender, is_given_up) = oneshot::channel();
        let url = play(move |listener| {
            let mut silent = Http2Line::accept(listener);
            let first = silent.request();
            silent.answer(first, &[]);
            sender.send(silent.is_given_up()).unwrap();
            let mut line = Http2Line::accept(listener);
            let second = line.request();
            line.answer(second, &[]);
        });
        let client = pinging(SOON);
        assert!(post(&client, &url, path).await.is_ok(), "{path}");
        assert!(is_given_up.await.unwrap(), "{path}: the connection stays open");
        assert!(post(&client, &url, path).await.is_ok(), "{path}: it needs a new connection");
    });
    join_all(calls).await;
}

#[tokio::test]
async fn a_peer_that_answers_pings_may_take_its_time_for_an_answer() {
    let calls = [READS[0], READS[4], WRITES[0]].map(|path| async move {
        let url = play(|listener| {
            let mut line = Http2Line::accept(listener);
            let stream = line.request();
            line.answer_pings(MANY);
            line.answer(stream, &[]);
        });
        let answer = post(&pinging(SOON), &url, path).await;
        assert!(answer.is_ok(), "{path}: {answer:?}");
    });
    join_all(calls).await;
}

#[tokio::test]
async fn a_connection_that_cannot_be_opened_is_not_tried_twice() {
    let url = play(|listener| {
        // The kernel accepts the connection, and it is reset before any byte; the next one would be answered.
        Line::accept(listener).reset();
    });
    assert!(post(&client(), "http://127.0.0.1:1", READS[0]).await.is_err());
    assert!(post(&client(), &url, WRITES[0]).await.is_err());
}

#[tokio::test]
async fn headers_of_more_than_16_kilobytes_pass() {
    for length in [15_000, 17_000, 70_000, 200_000] {
        let result = r#"{"name":"\u00fc"}"#.repeat(length / 17);
        let told = result.clone();
        let http2 = play(move |listener| {
            let mut line = Http2Line::accept(listener);
            let stream = line.request();
            line.answer(stream, &[("dropbox-api-result", &told), ("x-dropbox-request-id", "1")]);
        });
        let told = result.clone();
        let http1 = play(move |listener| {
            let mut line = Line::accept(listener);
            line.request();
            line.write(&format!(
                "HTTP/1.1 200 OK\r\ndropbox-api-result: {told}\r\ncontent-length: 0\r\n\r\n"
            ));
        });
        for answer in [
            post(&http2_client(), &http2, "/2/files/download").await,
            post(&client(), &http1, "/2/files/download").await,
        ] {
            let answer = answer.unwrap_or_else(|error| panic!("{length}: {error}"));
            assert_eq!(answer.headers()["dropbox-api-result"], result.as_str(), "{length}");
        }
    }
}
