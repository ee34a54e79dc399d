//! Bytes that the function writes to Lambda's Runtime API; API Gateway makes the caller's answer of them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use runtime_stubs::{Answer, Function, Head, Lambda, Sent, aws, serve};
use serde_json::{Value, json};

const PROJECT: &str = "0190a1b2-0000-7000-8000-000000000001";
/// Separator between prelude and body.
const SEPARATOR: [u8; 8] = [0; 8];
const SETTINGS: [&str; 7] =
    ["APP_PARAMETER", "AWS_ENDPOINT_URL", "BUCKET_NAME", "DROPBOX_URL", "KEY_ID", "STACK_NAME", "TABLE_NAME"];

#[test]
fn an_answer_is_a_prelude_eight_nul_bytes_and_the_body() {
    let changes = r#"{"changes": true}"#;
    // If Dropbox repeats a header, the first value counts.
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-dropbox-request-id: 1\r\n\
         x-dropbox-request-id: 2\r\nset-cookie: theirs=1\r\ncontent-length: {}\r\n\r\n{changes}",
        changes.len()
    );
    let dropbox = serve(move |_, _| Some(answer.clone()));
    let poll = event("2/files/list_folder/longpoll", r#"{"cursor":"c"}"#);
    let (head, prelude, body) = streamed(&poll, &dropbox);
    assert_eq!(head.request_line(), "post /2018-06-01/runtime/invocation/request/response http/1.1");
    for (name, value) in [
        ("lambda-runtime-function-response-mode", "streaming"),
        ("content-type", "application/vnd.awslambda.http-integration-response"),
        ("transfer-encoding", "chunked"),
    ] {
        assert_eq!(head.header(name), Some(value), "{name}");
    }
    let headers = prelude["headers"].as_object().unwrap();
    assert_eq!(prelude["statusCode"], 200);
    assert_eq!(prelude["cookies"], json!([]));
    for (name, value) in [
        ("content-type", "application/json"),
        ("content-length", "17"),
        ("x-dropbox-request-id", "1"),
        ("cache-control", "no-store"),
        ("access-control-allow-origin", "*"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    assert_eq!(body, changes);
}

#[test]
fn an_error_is_streamed_in_the_same_form() {
    let list = event("2/files/list_folder", r#"{"path":""}"#);
    let (head, prelude, body) = streamed(&list, "http://127.0.0.1:1");
    assert_eq!(head.header("lambda-runtime-function-response-mode"), Some("streaming"));
    assert!(head.header("lambda-runtime-function-error-type").is_none());
    assert_eq!(prelude["statusCode"], 401);
    assert_eq!(prelude["headers"]["content-type"], "application/json");
    let error: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(error["code"], "unauthorized");
}

/// Returns head, prelude and body of the function's answer to an event.
fn streamed(event: &Value, dropbox: &str) -> (Head, Value, String) {
    let function = Function::new(env!("CARGO_BIN_EXE_api-proxy"), &SETTINGS);
    let function = function.set("AWS_ENDPOINT_URL", &aws(stored)).set("DROPBOX_URL", dropbox);
    let lambda = Lambda::with(Some(event));
    let _running = function.start(&lambda);
    assert!(matches!(lambda.next(), Some(Sent::Poll)), "it asks for the event");
    let Some(Sent::Message(head, sent)) = lambda.next() else { panic!("it does not answer") };
    let end = sent.windows(SEPARATOR.len()).position(|window| window == SEPARATOR).unwrap();
    let body = String::from_utf8(sent[end + SEPARATOR.len()..].to_vec()).unwrap();
    (head, serde_json::from_slice(&sent[..end]).unwrap(), body)
}

/// Answers of the AWS services: the app's parameter and one project. Writes succeed.
fn stored(operation: &str) -> Answer {
    let settings = json!({ "max_file_bytes": { "N": "1" }, "resync_seconds": { "N": "86400" } });
    let project = json!({
        "id": { "S": PROJECT },
        "name": { "S": "Notes" },
        "return_origins": { "L": [] },
        "settings": { "M": settings },
        "created_at": { "N": "0" },
    });
    let answer = match operation {
        "getparameter" => json!({ "Parameter": { "Value": r#"{"key":"key","secret":"secret"}"# } }),
        "getitem" => json!({ "Item": project }),
        _ => json!({}),
    };
    (200, answer)
}

/// Returns a call of the proxy as an event from a REST API of API Gateway.
fn event(route: &str, body: &str) -> Value {
    let path = format!("/projects/{PROJECT}/sdk/proxy/dropbox/{route}");
    json!({
        "resource": "/projects/{project}/sdk/proxy/dropbox/{route+}",
        "path": path,
        "httpMethod": "POST",
        "headers": { "Host": "api.example.com", "Content-Type": "application/json" },
        "multiValueHeaders": { "Host": ["api.example.com"], "Content-Type": ["application/json"] },
        "queryStringParameters": null,
        "multiValueQueryStringParameters": null,
        "pathParameters": { "project": PROJECT, "route": route },
        "stageVariables": null,
        "requestContext": {
            "accountId": "1", "apiId": "api", "stage": "live", "resourcePath": "/", "httpMethod": "POST",
            "requestId": "request", "path": format!("/live{path}"), "protocol": "HTTP/1.1",
            "identity": { "sourceIp": "192.0.2.1" },
        },
        "body": body,
        "isBase64Encoded": false,
    })
}
