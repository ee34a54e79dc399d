//! Kinds of errors for the SDK, which decide whether it retries.

use std::{io, net::TcpListener};

use aws_sdk_s3::{
    Client,
    config::retry::RetryConfig,
    error::{ConnectorError, SdkError},
    operation::head_object::HeadObjectError,
};
use runtime_stubs::{Line, play};

use crate::{answer_once, body::in_pieces, config, s3, s3_in_a_hurry};

#[tokio::test]
async fn an_answer_that_does_not_come_is_a_timeout() {
    let error = asked(&s3_in_a_hurry(&silent_server("http"))).await;
    assert!(connector_error(&error).is_timeout(), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_does_not_open_is_a_timeout() {
    let error = asked(&s3_in_a_hurry(&silent_server("https"))).await;
    assert!(connector_error(&error).is_timeout(), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_is_refused_is_a_failure_of_io() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = asked(&s3(&format!("http://{free}"))).await;
    assert!(connector_error(&error).is_io(), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_is_reset_is_a_failure_of_io() {
    // A connection that is closed with unread bytes is reset.
    let url = play(|listener| {
        listener.accept().unwrap().0.peek(&mut [0]).unwrap();
    });
    let error = asked(&s3(&url)).await;
    assert!(connector_error(&error).is_io(), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_ends_without_an_answer_is_tried_again() {
    let url = play(|listener| {
        Line::accept(listener).request();
        let mut line = Line::accept(listener);
        line.request();
        line.write("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n");
    });
    let patient = Client::from_conf(config(&url).retry_config(RetryConfig::standard()).build());
    let found = patient.head_object().bucket("b").key("k").send().await.unwrap();
    assert_eq!(found.content_length(), Some(3));
}

#[tokio::test]
async fn what_is_no_http_is_not_tried_again() {
    let error = asked(&s3(&answer_once("SSH-2.0-server\r\n\r\n"))).await;
    assert!(connector_error(&error).is_other() && connector_error(&error).as_other().is_none(), "{error:?}");
}

#[tokio::test]
async fn a_body_that_fails_is_the_callers_failure() {
    let url = play(|listener| drop(Line::accept(listener).head()));
    let (pieces, body) = in_pieces(5);
    pieces.send(Err(io::Error::other("the file went away"))).unwrap();
    let error = s3(&url).put_object().bucket("b").key("k").body(body).send().await.unwrap_err();
    assert!(connector_error(&error).is_user(), "{error:?}");
}

#[tokio::test]
async fn a_path_that_would_arrive_as_another_is_not_sent() {
    let client = s3("http://127.0.0.1:1");
    let error = client.head_object().bucket("b").key("a/../secret").send().await.unwrap_err();
    assert!(connector_error(&error).is_user(), "{error:?}");
}

/// A peer that accepts connections and never sends anything.
fn silent_server(scheme: &str) -> String {
    let url = play(|listener| {
        io::copy(&mut listener.accept().unwrap().0, &mut io::sink()).ok();
    });
    url.replacen("http", scheme, 1)
}

async fn asked(client: &Client) -> SdkError<HeadObjectError> {
    client.head_object().bucket("b").key("k").send().await.unwrap_err()
}

fn connector_error<E>(error: &SdkError<E>) -> &ConnectorError {
    let SdkError::DispatchFailure(failure) = error else { panic!("the request was answered, or not made") };
    failure.as_connector_error().unwrap()
}
