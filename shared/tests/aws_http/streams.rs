//! Bodies are streamed, and requests arrive as they were signed.

use std::sync::mpsc;

use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use runtime_stubs::{Line, play};
use tokio::sync::oneshot;

use crate::{answer_once, body::in_pieces, s3};

/// Size of an upload, in bytes.
const PART: usize = 8 * 1024 * 1024;
/// Size of the chunks that the SDK sends, in bytes.
const CHUNK: usize = 64 * 1024;

#[tokio::test]
async fn a_download_is_read_while_it_comes() {
    let (go_on, told) = mpsc::channel();
    let url = play(move |listener| {
        let mut line = Line::accept(listener);
        line.request();
        line.write("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nfirst ");
        told.recv().unwrap();
        line.write("later");
    });
    let mut body = s3(&url).get_object().bucket("b").key("k").send().await.unwrap().body;
    assert_eq!(body.next().await.unwrap().unwrap(), "first ");
    go_on.send(()).unwrap();
    assert_eq!(body.collect().await.unwrap().into_bytes(), "later");
}

#[tokio::test]
async fn an_upload_is_sent_while_it_is_made_with_its_checksum_at_the_end() {
    let (first_came, first) = oneshot::channel();
    let (heard, all) = oneshot::channel();
    let url = play(move |listener| {
        let mut line = Line::accept(listener);
        let head = line.head();
        let begun = line.read(CHUNK);
        first_came.send(()).unwrap();
        let length: usize = head.header("content-length").unwrap().parse().unwrap();
        let rest = line.read(length - begun.len());
        line.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        heard.send((head, rest)).ok().unwrap();
    });
    let (pieces, body) = in_pieces(CHUNK as u64 + 5);
    let upload = tokio::spawn(s3(&url).put_object().bucket("b").key("k").body(body).send());
    pieces.send(Ok(Bytes::from(vec![b'-'; CHUNK]))).unwrap();
    first.await.unwrap();
    pieces.send(Ok(Bytes::from("later"))).unwrap();
    drop(pieces);
    upload.await.unwrap().unwrap();
    let (head, rest) = all.await.unwrap();
    let rest = String::from_utf8(rest).unwrap();
    assert_eq!(head.header("x-amz-trailer"), Some("x-amz-checksum-crc32"));
    assert!(rest.contains("later") && rest.contains("x-amz-checksum-crc32:"), "{rest}");
}

#[tokio::test]
async fn a_request_arrives_as_the_sdk_made_it() {
    let (heard, request) = oneshot::channel();
    let url = play(move |listener| {
        let mut line = Line::accept(listener);
        heard.send(line.request()).ok().unwrap();
        line.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    });
    let key = "p/c/id:a b+ü/01";
    let part = s3(&url).upload_part().bucket("b").key(key).upload_id("u").part_number(1);
    part.body(ByteStream::from(vec![7; PART])).send().await.unwrap();
    let (head, body) = request.await.unwrap();
    assert!(head.request_line().starts_with("put /b/p/c/id%3aa%20b%2b%c3%bc/01?"), "{}", head.request_line());
    assert_eq!(head.header("host"), url.strip_prefix("http://"));
    assert!(head.header("user-agent").unwrap().starts_with("aws-sdk-rust/"));
    assert!(head.header("x-amz-checksum-crc32").is_some() && head.header("transfer-encoding").is_none());
    assert_eq!(body.len(), PART);
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let url = answer_once(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
    );
    let error = s3(&url).head_object().bucket("b").key("k").send().await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 307);
}
