//! T34: the sizes that `functions/README.md` advises are those of the refusals, and they pass.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::{App, World};

const FIRST: &str = "first@example.com";
/// The largest body that a request can carry, in bytes.
const LARGEST_REQUEST: usize = 4_500_000;
const ARGUMENT: &str = "dropbox-api-arg";
/// Guide that a project's developers read.
const README: &str = include_str!("../../../functions/README.md");
/// Description of the responses that API Gateway gives by itself.
const GATEWAY: &str = include_str!("../../../infra/openapi/gateway.yaml");

/// Returns the section about large files.
fn advice() -> &'static str {
    let (_, rest) = README.split_once("## How to send large files through the proxy\n").unwrap();
    rest.split("\n## ").next().unwrap()
}

/// Returns the factors' product behind each place where a text has these words: `4 * 1024 * 1024`.
fn products(text: &str, words: &str) -> Vec<usize> {
    let factors = |rest: &str| {
        let end = rest.find(|sign: char| !(sign.is_ascii_digit() || " *".contains(sign)));
        let product = rest[..end.unwrap_or(rest.len())].trim();
        product.split(" * ").map(|factor| factor.parse::<usize>().unwrap()).product()
    };
    text.split(words).skip(1).map(factors).collect()
}

/// Returns the numbers of bytes in a text.
fn numbers_of_bytes(text: &str) -> Vec<usize> {
    text.split(" bytes").filter_map(|before| before.rsplit(' ').next()?.parse().ok()).collect()
}

async fn sent(app: &App, route: &str, argument: Value, body: Vec<u8>) -> (StatusCode, Value) {
    let call = app.proxied(Method::POST, route).header(ARGUMENT, argument.to_string());
    let call = call.header("content-type", "application/octet-stream").body(body);
    let answer = call.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sizes_of_the_readme_are_those_of_the_refusal_and_pass() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    let path = json!({"path": "/large.bin"});
    let (status, refused) = sent(&app, "2/files/upload", path.clone(), vec![0; LARGEST_REQUEST + 1]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let message = refused["message"].as_str().unwrap();
    let megabytes = format!("{}.{} MB", LARGEST_REQUEST / 1_000_000, LARGEST_REQUEST / 100_000 % 10);
    assert!(message.contains(&format!("carry about {megabytes}.")), "{message}");
    let [piece] = numbers_of_bytes(message)[..] else { panic!("{message}") };

    // In words, as Python, as JavaScript, and as rclone's option.
    assert!(advice().contains(&format!("carry {megabytes} of bytes")), "{megabytes}");
    assert_eq!(advice().matches(&format!("up to {megabytes};")).count(), 2);
    assert!(advice().contains(&format!("pieces of at most {} MiB", piece >> 20)));
    assert_eq!(products(advice(), "UPLOAD_CHUNK_SIZE = "), [piece]);
    assert_eq!(products(advice(), "subarray(n, n + "), [piece]);
    assert!(advice().contains(&format!("--dropbox-chunk-size {}M`", piece >> 20)));
    // The gateway refuses before a function is asked, and says the same.
    assert_eq!(numbers_of_bytes(GATEWAY), [piece]);
    assert!(GATEWAY.contains(&format!("about {megabytes}")));

    let (status, answer) = sent(&app, "2/files/upload", path, vec![1; LARGEST_REQUEST]).await;
    assert_eq!((status, &answer["size"]), (StatusCode::OK, &json!(LARGEST_REQUEST)));
    let (status, answer) = sent(&app, "2/files/upload_session/start", json!({}), vec![2; piece]).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let cursor = json!({"session_id": answer["session_id"], "offset": piece});
    let commit = json!({"path": "/in-pieces.bin"});
    let finish = json!({"cursor": cursor, "commit": commit});
    let (status, answer) = sent(&app, "2/files/upload_session/finish", finish, vec![3; piece]).await;
    assert_eq!((status, &answer["size"]), (StatusCode::OK, &json!(2 * piece)));
}
