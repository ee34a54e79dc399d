//! Deliveries, seen at the receiver's socket.

mod forbidden;
mod receivers;

use http::StatusCode;

use super::*;
use receivers::{Receiver, answering, endless};

/// Limits of time that no test of something else reaches.
const LONG: Duration = Duration::from_secs(60);

fn headers() -> HeaderMap {
    let pairs = [("webhook-id", "a:1"), ("x-own", "value")];
    pairs
        .into_iter()
        .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()))
        .collect()
}

/// Returns a client that may deliver to this machine.
fn local(total: Duration) -> Poster {
    let resolver = PublicResolver::with_this_machine(SystemLookup);
    Poster::resolving(Destinations::of_one_machine(), resolver, LONG, total).unwrap()
}

async fn post(receiver: &Receiver, poster: &Poster) -> Result<Answer, PostError> {
    poster.post(&receiver.url("/hooks?token=secret"), headers(), Bytes::from_static(b"{\"a\":1}")).await
}

async fn answered(answer: &'static str) -> (Receiver, Answer) {
    let receiver = answering(answer).await;
    let answer = post(&receiver, &local(LONG)).await.unwrap();
    (receiver, answer)
}

#[tokio::test]
async fn headers_and_body_arrive_as_they_were_given() {
    let (receiver, answer) = answered("HTTP/1.1 202 Accepted\r\ncontent-length: 4\r\n\r\nfine").await;
    assert_eq!((answer.status, answer.excerpt.as_str()), (StatusCode::ACCEPTED, "fine"));
    assert_eq!(answer.retry_after, None);
    let request = receiver.request();
    assert!(request.starts_with("POST /hooks?token=secret HTTP/1.1\r\n"), "{request}");
    for line in ["webhook-id: a:1", "x-own: value", "content-type: application/json", "content-length: 7"] {
        assert!(request.contains(&format!("\r\n{line}\r\n")), "{line} of {request}");
    }
    assert!(request.ends_with("\r\n\r\n{\"a\":1}"), "{request}");
}

#[tokio::test]
async fn an_application_sets_no_header_that_frames_the_request() {
    let receiver = answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let mut headers = headers();
    for name in &FRAMING {
        headers.insert(name, HeaderValue::from_static("3"));
    }
    let answer = local(LONG).post(&receiver.url("/"), headers, Bytes::from_static(b"{}")).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    let request = receiver.request();
    assert_eq!(request.matches("\r\ncontent-length: 2\r\n").count(), 1, "{request}");
    assert!(!request.contains(": 3\r\n"), "{request}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let other = answering("HTTP/1.1 200 OK\r\n\r\n").await;
    for status in [301, 302, 303, 307, 308] {
        let location = other.url("/");
        let answer = format!("HTTP/1.1 {status} Moved\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        let (_, answer) = answered(answer.leak()).await;
        assert_eq!(answer.status.as_u16(), status);
    }
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn a_pause_is_read_from_any_answer() {
    let (_, answer) = answered("HTTP/1.1 429 Slow\r\nretry-after: 90\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!((answer.status.as_u16(), answer.retry_after), (429, Some(Duration::from_secs(90))));
}

#[tokio::test]
async fn of_an_endless_answer_a_kilobyte_is_kept_and_the_connection_is_closed() {
    let receiver = endless("HTTP/1.1 200 OK\r\n\r\n", b"0123456789abcdef\n").await;
    let answer = post(&receiver, &local(LONG)).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.excerpt.len()), (200, 1024));
    // The receiver can write until it sees that nobody reads: what was read, and the buffers of the sockets.
    assert!(receiver.written().await < 16 * 1024 * 1024);
}

#[tokio::test]
async fn endless_headers_are_no_answer() {
    for line in [&b"x-endless: 0123456789abcdef\r\n"[..], b"0123456789abcdef"] {
        let receiver = endless("HTTP/1.1 200 OK\r\nx-first: ", line).await;
        let refused = post(&receiver, &local(LONG)).await.unwrap_err();
        assert!(matches!(refused, PostError::Unreachable(_)), "{refused}");
        assert!(receiver.written().await < 16 * 1024 * 1024);
    }
}

#[tokio::test]
async fn what_is_not_http_is_no_answer_and_the_reason_has_no_address() {
    for answer in ["", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 999999 x\r\n\r\n"] {
        let receiver = answering(answer).await;
        let refused = post(&receiver, &local(LONG)).await.unwrap_err();
        assert!(matches!(refused, PostError::Unreachable(_)), "{refused:?}");
        assert!(!refused.to_string().contains("secret"), "{refused}");
    }
    let closed = receivers::closed().await;
    let refused =
        local(LONG).post(&format!("{closed}/?token=secret"), headers(), Bytes::new()).await.unwrap_err();
    assert!(matches!(&refused, PostError::Unreachable(why) if !why.contains("secret")), "{refused:?}");
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_is_left_at_the_limit() {
    let silent = receivers::silent("").await;
    let began = Instant::now();
    assert_eq!(post(&silent, &local(Duration::from_millis(100))).await, Err(PostError::Timeout));
    assert!(began.elapsed() < LONG);
    assert_eq!(silent.connections(), 1);
}

/// The receiver has taken the delivery: its status counts, although its body does not end.
#[tokio::test]
async fn a_status_counts_although_the_body_does_not_end() {
    let silent = receivers::silent("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\npart").await;
    let answer = post(&silent, &local(Duration::from_secs(1))).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.excerpt.as_str()), (200, "part"));
}

#[tokio::test]
async fn an_exchange_has_its_method_and_the_answers_headers_and_body() {
    let receiver = answering("HTTP/1.1 404 No\r\nx-own: back\r\ncontent-length: 4\r\n\r\ngone").await;
    let exchanged =
        local(LONG).exchange(Method::DELETE, &receiver.url("/a"), headers(), None, 1024).await.unwrap();
    assert_eq!((exchanged.status.as_u16(), exchanged.body.as_ref()), (404, &b"gone"[..]));
    assert_eq!((exchanged.headers["x-own"].as_bytes(), exchanged.is_cut), (&b"back"[..], false));
    let request = receiver.request();
    assert!(
        request.starts_with("DELETE /a HTTP/1.1\r\n") && request.contains("\r\nx-own: value\r\n"),
        "{request}"
    );
    assert!(!request.contains("content-type"), "{request}");
}

#[tokio::test]
async fn of_an_exchange_no_more_of_the_body_is_read_than_is_wanted() {
    let receiver = endless("HTTP/1.1 200 OK\r\n\r\n", b"0123456789abcdef\n").await;
    let body = Some(Bytes::from_static(b"{}"));
    let exchanged =
        local(LONG).exchange(Method::PUT, &receiver.url("/"), headers(), body, 100).await.unwrap();
    assert_eq!((exchanged.body.len(), exchanged.is_cut), (100, true));
    let cut = answering("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\npart").await;
    let broken = local(LONG).exchange(Method::GET, &cut.url("/"), headers(), None, 100).await;
    assert!(matches!(broken, Err(PostError::Unreachable(_))), "{broken:?}");
}
