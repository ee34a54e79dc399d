//! Reads of the table without the SDK's client, and the client that stands by.

use std::sync::{
    atomic::{AtomicUsize, Ordering},
    mpsc::{Receiver, channel},
};

use aws_sdk_dynamodb::{
    Client,
    config::{Credentials, Region, retry::RetryConfig},
};
use futures_util::future::join;
use runtime_stubs::{Head, serve};
use serde_json::{Value, json};
use shared::{
    aws::{Direct, HttpConnections},
    model::{ConnectionId, Timestamp},
    store::{Dynamo, Schedules, StoreError},
};

const KNOWN: &str = "0190a1b2-0000-7000-8000-000000000001";
const UNKNOWN: &str = "0190a1b2-0000-7000-8000-000000000002";

/// A store that reads directly, at this address; its client repeats nothing.
fn store(url: &str) -> Dynamo {
    let connections = HttpConnections::default();
    let credentials = || Credentials::new("id", "secret", Some("session".to_owned()), None, "test");
    let config = shared::aws::config(Region::from_static("eu-west-1"), credentials())
        .http_client(connections.clone())
        .endpoint_url(url)
        .retry_config(RetryConfig::disabled())
        .build();
    let direct = Direct::dynamodb(connections.connector(), url, "eu-west-1", credentials()).unwrap();
    Dynamo::new(Client::new(&config), "dropline").gathering(direct)
}

/// Reads two schedules at the same time, of which the table has one. Returns when that is due.
async fn read(store: &Dynamo) -> Result<Option<Timestamp>, StoreError> {
    let id = |text: &str| text.parse::<ConnectionId>().unwrap();
    let (known, unknown) = join(store.schedule(id(KNOWN)), store.schedule(id(UNKNOWN))).await;
    assert!(unknown.is_err() || unknown.is_ok_and(|schedule| schedule.wake_at.is_none()));
    known.map(|schedule| schedule.wake_at)
}

fn answer(status: u16, body: &Value) -> String {
    let body = body.to_string();
    format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn rows() -> String {
    let row = json!({
        "pk": {"S": format!("connection#{KNOWN}")}, "sk": {"S": "schedule"}, "wake_at": {"N": "7"}
    });
    answer(200, &json!({"Responses": {"dropline": [row]}, "UnprocessedKeys": {}}))
}

/// A peer that gives these answers, one after the other, and the last one to all further requests.
fn peer(answers: Vec<String>) -> (String, Receiver<(Head, Vec<u8>)>) {
    let ((note, noted), given) = (channel(), AtomicUsize::default());
    let url = serve(move |head, body| {
        note.send((head.clone(), body.to_vec())).unwrap();
        let next = given.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        Some(answers[next].clone())
    });
    (url, noted)
}

#[tokio::test]
async fn rows_are_asked_for_by_one_signed_request() {
    let (url, noted) = peer(vec![rows()]);
    let store = store(&url);
    for _ in 0..2 {
        assert_eq!(read(&store).await.unwrap(), Some(Timestamp(7)));
        let (head, body) = noted.recv().unwrap();
        assert_eq!(head.request_line(), "post / http/1.1");
        let length = body.len().to_string();
        for (name, value) in [
            ("host", url.trim_start_matches("http://")),
            ("content-type", "application/x-amz-json-1.0"),
            ("content-length", &length),
            ("x-amz-target", "dynamodb_20120810.batchgetitem"),
            ("x-amz-security-token", "session"),
        ] {
            assert_eq!(head.header(name), Some(value), "{name}");
        }
        let authorization = head.header("authorization").unwrap();
        assert!(authorization.starts_with("aws4-hmac-sha256 credential=id/"), "{authorization}");
        let signed = "/eu-west-1/dynamodb/aws4_request, \
            signedheaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, signature=";
        assert!(authorization.contains(signed), "{authorization}");
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["RequestItems"]["dropline"]["Keys"].as_array().unwrap().len(), 2);
        assert_eq!(body["RequestItems"]["dropline"]["ConsistentRead"], true);
    }
}

#[tokio::test]
async fn the_address_is_that_to_which_the_sdks_client_sends() {
    let (url, _noted) = peer(vec![answer(200, &json!({}))]);
    let store = store(&url);
    assert_eq!(store.address(), None);
    // A single row is read by the SDK's client.
    assert_eq!(store.schedule(KNOWN.parse().unwrap()).await.unwrap().wake_at, None);
    assert_eq!(store.address().map(|address| address.trim_end_matches('/')), Some(url.as_str()));
}

#[tokio::test]
async fn what_brings_no_rows_is_asked_of_the_sdks_client() {
    let failed = answer(500, &json!({"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"}));
    let strange = answer(200, &json!({"Responses": {"dropline": [{"pk": {"X": "?"}}]}}));
    for first in ["SSH-2.0-server\r\n\r\n".to_owned(), failed, strange] {
        let (url, noted) = peer(vec![first.clone(), rows()]);
        assert_eq!(read(&store(&url)).await.unwrap(), Some(Timestamp(7)), "{first}");
        let requests: Vec<_> = noted.try_iter().collect();
        let agents: Vec<_> = requests.iter().filter_map(|(head, _)| head.header("user-agent")).collect();
        let is_sdks = |agent: &&str| agent.starts_with("aws-sdk-rust/");
        assert_eq!(agents.iter().map(is_sdks).collect::<Vec<_>>(), [false, true], "{agents:?}");
    }
}

#[tokio::test]
async fn a_refusal_that_stays_is_told_as_the_sdks_client_tells_it() {
    let kind = "com.amazon.coral.service#ExpiredTokenException";
    let refused = answer(400, &json!({"__type": kind, "message": "the token has expired"}));
    let (url, _noted) = peer(vec![refused]);
    let error = read(&store(&url)).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Unavailable(why) if why.contains("ExpiredTokenException")),
        "{error}"
    );
}
