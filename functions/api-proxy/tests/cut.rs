//! T32: an answer that breaks in its middle is not ended. Started by hand or by `cargo test`, this is a test;
//! started as Lambda starts a function, it is a function whose answer breaks if the event says so.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{env, io};

use futures_util::stream;
use http::{Response, header::CONTENT_LENGTH};
use lambda_http::{Error, Request, run_with_streaming_response, service_fn};
use reqwest::Body;
use runtime_stubs::{Function, Head, Lambda, Sent};
use serde_json::{Value, json};

/// Environment variable with an address that responds once the first piece has arrived.
const GATE: &str = "GATE";
const PIECES: [&str; 2] = ["the first half, ", "the second half"];

fn main() {
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(function());
    } else {
        a_broken_answer_is_not_ended();
    }
}

fn a_broken_answer_is_not_ended() {
    for length in [true, false] {
        let (head, body) = answer("/broken", length);
        assert!(head.is_cut(), "with a length: {length}");
        assert!(body.ends_with(PIECES[0]), "{body}");
        assert!(!body.contains("Lambda-Runtime-Function-Error"), "nothing else is written into it: {body}");
        let (head, body) = answer("/whole", length);
        assert!(!head.is_cut(), "with a length: {length}");
        assert!(body.ends_with(&PIECES.concat()), "{body}");
    }
}

/// Returns what the function writes to the Runtime API.
fn answer(path: &str, length: bool) -> (Head, String) {
    let binary = env::current_exe().unwrap().to_str().unwrap().to_owned();
    let lambda = Lambda::with(Some(&event(path, length)));
    let function = Function::new(binary.leak(), &[]).set(GATE, &lambda.gate_behind(PIECES[0]));
    let _running = function.start(&lambda);
    assert!(matches!(lambda.next(), Some(Sent::Poll)), "it asks for the event");
    let Some(Sent::Message(head, sent)) = lambda.next() else { panic!("it does not answer") };
    (head, String::from_utf8(sent).unwrap())
}

async fn function() {
    let handle = |request: Request| async move {
        let broken = request.uri().path().ends_with("/broken");
        let second = if broken { Err(io::Error::other("cut")) } else { Ok(PIECES[1]) };
        // The second piece waits until the first has arrived, so that an answer breaks that has begun.
        let pieces = stream::unfold(vec![second, Ok(PIECES[0])], |mut left| async move {
            let piece = left.pop()?;
            if left.is_empty() {
                let gate = reqwest::get(env::var(GATE).unwrap()).await.unwrap();
                assert!(gate.status().is_success());
            }
            Some((piece, left))
        });
        let mut answer = Response::new(Body::wrap_stream(pieces));
        if request.headers().contains_key("x-length") {
            answer.headers_mut().insert(CONTENT_LENGTH, PIECES.concat().len().into());
        }
        Ok::<_, Error>(api_proxy::for_lambda(answer))
    };
    run_with_streaming_response(service_fn(handle)).await.unwrap();
}

fn event(path: &str, length: bool) -> Value {
    let headers = if length { json!({ "x-length": ["1"] }) } else { json!({}) };
    json!({
        "resource": path,
        "path": path,
        "httpMethod": "POST",
        "headers": null,
        "multiValueHeaders": headers,
        "queryStringParameters": null,
        "multiValueQueryStringParameters": null,
        "pathParameters": null,
        "stageVariables": null,
        "requestContext": {
            "accountId": "1", "apiId": "api", "stage": "live", "resourcePath": "/", "httpMethod": "POST",
            "requestId": "request", "path": path, "protocol": "HTTP/1.1", "identity": { "sourceIp": "192.0.2.1" },
        },
        "body": null,
        "isBase64Encoded": false,
    })
}
