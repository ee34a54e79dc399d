//! A request through API Gateway, and its line in the function's log.

use serde_json::{Map, Value, json};

use crate::{Answer, Function, Lambda, Sent, aws, user_token::UserToken};

const PROJECT: &str = "0190a1b2-0000-7000-8000-000000000001";
const API_KEY: &str = "hidden-key";
/// First eight characters of the key's SHA-256, in URL-safe Base64.
const KEY_PREFIX: &str = "AsFaIJtX";
/// The user that every request is for.
const USER: &str = "hidden@example.com";
/// Text contained in every value that must not appear in the log: key, user, query, names in bodies,
/// signatures.
const HIDDEN: &str = "hidden";

/// A request of a project's server, of a page of one of its users, or of an unknown caller.
#[derive(Debug, Clone, Copy)]
pub struct GatewayRequest {
    /// Method.
    pub method: &'static str,
    /// Path; `{project}` is replaced by the project's id.
    pub path: &'static str,
    /// Names and values of the query.
    pub query: &'static [(&'static str, &'static str)],
    /// A header besides those that every request has.
    pub header: (&'static str, &'static str),
    /// Body.
    pub body: &'static str,
}

impl GatewayRequest {
    /// Asserts that the function responds with this status and writes exactly one log line about it, with the
    /// request's route and the status. `is_known`: the caller is the project's server, and the line names
    /// project and key.
    ///
    /// Nothing in the function's output may contain what the request hides.
    pub fn leaves_one_line(&self, function: Function, route: &str, status: u16, is_known: bool) {
        let log = self.log_of(function, API_KEY, json!([]), status);
        let caller = is_known.then_some(("api_key", KEY_PREFIX));
        assert_one_line(&log, route, status, caller);
    }

    /// Asserts the same about the request of a user's page, with a token that the project's server has signed.
    /// The line names the project, and the public key that has verified the token.
    pub fn leaves_one_line_of_a_page(&self, function: Function, route: &str, status: u16) {
        let token = UserToken::sign(PROJECT, USER);
        let key = json!({
            "id": { "S": "1" }, "algorithm": { "S": "EdDSA" }, "public_key": { "S": token.public_key },
        });
        let log = self.log_of(function, &token.text, json!([{ "M": key }]), status);
        assert!(!token.text.split('.').any(|part| log.contains(part)), "{log}");
        assert_one_line(&log, route, status, Some(("user_token", &token.key_prefix())));
    }

    /// Returns the log of the function, which answers the request with this status. `user_keys` are the
    /// project's public keys.
    fn log_of(&self, function: Function, credential: &str, user_keys: Value, status: u16) -> String {
        let lambda = Lambda::with(Some(&self.event(credential)));
        let service = aws(move |operation| stored(operation, &user_keys));
        let running = function.set("AWS_ENDPOINT_URL", &service).start(&lambda);
        assert!(matches!(lambda.next(), Some(Sent::Poll)), "it asks for the event");
        let Some(Sent::Message(_, answer)) = lambda.next() else { panic!("it does not answer") };
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.contains(&format!("\"statusCode\":{status}")), "{answer}");
        running.log()
    }

    /// Builds the event as a REST API of API Gateway passes it to a function.
    fn event(&self, credential: &str) -> Value {
        let path = self.path.replace("{project}", PROJECT);
        let query: Map<String, Value> =
            self.query.iter().map(|(name, value)| ((*name).to_owned(), json!([value]))).collect();
        let (name, value) = self.header;
        json!({
            "resource": "/",
            "path": path,
            "httpMethod": self.method,
            "headers": null,
            "multiValueHeaders": {
                "Host": ["api.example.com"],
                "Content-Type": ["application/json"],
                "Authorization": [format!("Bearer {credential}")],
                "customer-id": [USER],
                name: [value],
            },
            "queryStringParameters": null,
            "multiValueQueryStringParameters": query,
            "pathParameters": null,
            "stageVariables": null,
            "requestContext": {
                "accountId": "1", "apiId": "api", "stage": "live", "resourcePath": "/", "httpMethod": self.method,
                "requestId": "request", "path": format!("/live{path}"), "protocol": "HTTP/1.1",
                "domainName": "api.example.com", "identity": { "sourceIp": "192.0.2.1" },
            },
            "body": self.body,
            "isBase64Encoded": false,
        })
    }
}

/// Asserts that a log has exactly one line about a request. `caller` is the kind of the caller's credential and
/// the prefix of its key, if the line must name them.
fn assert_one_line(log: &str, route: &str, status: u16, caller: Option<(&str, &str)>) {
    assert!(!log.contains(HIDDEN), "{log}");
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Map<String, Value>>(line).ok());
    let lines: Vec<_> = lines.filter(|line| line.get("message") == Some(&json!("request"))).collect();
    let [line] = lines.as_slice() else { panic!("{} lines: {log}", lines.len()) };
    assert_eq!((&line["route"], &line["status"]), (&json!(route), &json!(status)), "{line:?}");
    assert!(line["duration_ms"].is_u64(), "{line:?}");
    let who = ["project", "caller", "key"].map(|name| line.get(name).and_then(Value::as_str));
    let known = caller.map_or([None; 3], |(kind, key)| [PROJECT, kind, key].map(Some));
    assert_eq!(who, known, "{line:?}");
    let of_every_line = ["level", "message", "target", "requestId", "trace"];
    let own = ["route", "status", "duration_ms", "project", "caller", "key"];
    let more = line.keys().find(|name| !of_every_line.iter().chain(&own).any(|known| known == name));
    assert_eq!(more, None, "{line:?}");
}

/// Returns the app's parameter, the project, and the project of the key. No account is connected.
fn stored(operation: &str, user_keys: &Value) -> Answer {
    let settings = json!({ "max_file_bytes": { "N": "1" }, "resync_seconds": { "N": "86400" } });
    let project = json!({
        "id": { "S": PROJECT },
        "project": { "S": PROJECT },
        "name": { "S": "Notes" },
        "return_origins": { "L": [] },
        "user_keys": { "L": user_keys },
        "settings": { "M": settings },
        "created_at": { "N": "0" },
    });
    let answer = match operation {
        "getparameter" => json!({ "Parameter": { "Value": r#"{"key":"key","secret":"hidden"}"# } }),
        "getitem" => json!({ "Item": project }),
        "query" => json!({ "Items": [], "Count": 0, "ScannedCount": 0 }),
        _ => json!({}),
    };
    (200, answer)
}
