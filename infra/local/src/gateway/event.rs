//! A request as API Gateway's REST APIs hand it to a function (payload 1.0).

use std::collections::BTreeMap;

use axum::http::{HeaderMap, Request};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde_json::{Value, json};
use url::form_urlencoded;
use uuid::Uuid;

/// The stage of `infra/template.yaml`.
const STAGE: &str = "live";

/// A name with its values, in their order.
type Multi = BTreeMap<String, Vec<String>>;

/// The event of a request to the route with this template. Bodies are Base64: the API takes every type for binary.
pub(super) fn of_request(resource: &str, request: &Request<Bytes>) -> Value {
    let (uri, body) = (request.uri(), request.body());
    let (headers, query) = (headers(request.headers()), query(uri.query().unwrap_or_default()));
    let encoded = (!body.is_empty()).then(|| STANDARD.encode(body));
    json!({
        "resource": resource,
        "path": uri.path(),
        "httpMethod": request.method().as_str(),
        "headers": last(&headers),
        "multiValueHeaders": headers,
        "queryStringParameters": last(&query),
        "multiValueQueryStringParameters": query,
        "pathParameters": parameters(resource, uri.path()),
        "stageVariables": null,
        "requestContext": context(resource, request),
        "body": encoded,
        "isBase64Encoded": encoded.is_some(),
    })
}

fn context(resource: &str, request: &Request<Bytes>) -> Value {
    let host = request.headers().get("host").and_then(|host| host.to_str().ok());
    json!({
        "stage": STAGE,
        "path": format!("/{STAGE}{}", request.uri().path()),
        "resourcePath": resource,
        "httpMethod": request.method().as_str(),
        "protocol": "HTTP/1.1",
        "requestId": Uuid::new_v4(),
        "domainName": host,
        "identity": {"sourceIp": "127.0.0.1"},
    })
}

fn headers(headers: &HeaderMap) -> Multi {
    let mut all = Multi::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        all.entry(name.to_string()).or_default().push(value);
    }
    all
}

fn query(query: &str) -> Multi {
    let mut all = Multi::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        all.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    all
}

/// Returns the values of the template's parameters in a path; that of `{name+}` is all that is left.
fn parameters(resource: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut rest = path.trim_start_matches('/');
    let mut all = BTreeMap::new();
    for named in resource.trim_start_matches('/').split('/') {
        let (segment, after) = rest.split_once('/').unwrap_or((rest, ""));
        if let Some(name) = named.strip_prefix('{').and_then(|name| name.strip_suffix("+}")) {
            all.insert(name.to_owned(), rest.to_owned());
            break;
        }
        if let Some(name) = named.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            all.insert(name.to_owned(), segment.to_owned());
        }
        rest = after;
    }
    (!all.is_empty()).then_some(all)
}

fn last(all: &Multi) -> BTreeMap<&str, &str> {
    all.iter().filter_map(|(name, values)| Some((name.as_str(), values.last()?.as_str()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_request_is_lost() {
        let request = Request::post("/projects/p/files?path=%2Fa%20b&path=c")
            .header("host", "localhost:8080")
            .header("accept", "a")
            .header("accept", "b")
            .body(Bytes::from_static(&[0, 255]))
            .unwrap();
        let event = of_request("/projects/{project}/files", &request);
        assert_eq!(event["multiValueQueryStringParameters"]["path"], json!(["/a b", "c"]));
        assert_eq!(event["multiValueHeaders"]["accept"], json!(["a", "b"]));
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("AP8="), &json!(true)));
        assert_eq!(event["requestContext"]["domainName"], "localhost:8080");
        assert_eq!(event["requestContext"]["resourcePath"], "/projects/{project}/files");
    }

    #[test]
    fn the_parameters_of_a_path_have_their_names() {
        for (resource, path, parameters) in [
            ("/webhook", "/webhook", Value::Null),
            ("/projects/{project}/files", "/projects/p/files", json!({"project": "p"})),
            ("/{project}/proxy/{path+}", "/p/proxy/2/files/x", json!({"project": "p", "path": "2/files/x"})),
        ] {
            let request = Request::get(path).body(Bytes::new()).unwrap();
            assert_eq!(of_request(resource, &request)["pathParameters"], parameters, "{path}");
        }
    }

    #[test]
    fn a_functions_own_reader_takes_it() {
        let request = Request::get("/webhook?challenge=x").body(Bytes::new()).unwrap();
        let event = of_request("/webhook", &request).to_string();
        let read = lambda_http::request::from_str(&event).unwrap();
        assert_eq!((read.uri().path(), read.uri().query()), ("/live/webhook", Some("challenge=x")));
    }
}
