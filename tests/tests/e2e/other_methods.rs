//! Answers to methods that a path does not have.

use http::{Method, StatusCode};
use reqwest::Client;
use serde_json::Value;
use tests::World;

use crate::routes::filled;

const OPENAPI: &str = include_str!("../../../infra/openapi.yaml");
const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
/// Methods of HTTP, and one that nobody knows.
const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"];
/// Types of a request's body: known and unknown ones.
const TYPES: [&str; 3] = ["application/json", "text/plain; charset=utf-8", "image/x-unheard-of"];

/// A path that has some methods only.
struct Path {
    template: String,
    /// In capitals, sorted.
    methods: Vec<String>,
    /// The member of an error that is the sentence for people.
    sentence: &'static str,
}

fn paths() -> Vec<Path> {
    let api: Value = serde_saphyr::from_str(OPENAPI).unwrap();
    let mut paths = Vec::new();
    for (template, operations) in api["paths"].as_object().unwrap() {
        let tag = |operation: &Value| operation["tags"][0].as_str().unwrap_or_default().to_owned();
        if operations[ANY_METHOD]["operationId"].is_string() {
            continue;
        }
        let named = operations.as_object().unwrap().iter().filter(|(name, _)| *name != ANY_METHOD);
        let is_carbons = named.clone().any(|(_, operation)| tag(operation) == "carbon");
        let mut methods: Vec<String> = named.map(|(name, _)| name.to_uppercase()).collect();
        methods.sort();
        let sentence = if is_carbons { "detail" } else { "message" };
        paths.push(Path { template: template.clone(), methods, sentence });
    }
    paths
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has() {
    let world = World::new().await;
    let connection = world.first_app("user-1").connect("first@example.com").await;
    for path in paths() {
        let url = world.stack.url().join(&filled(&world, &path.template, connection)).unwrap();
        for method in METHODS.into_iter().filter(|&method| !path.methods.iter().any(|own| own == method)) {
            for content_type in TYPES {
                let place = format!("{method} {} of {content_type}", path.template);
                let request = Client::new().request(method.parse().unwrap(), url.clone());
                let answer = request.header("content-type", content_type).body("{}").send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{place}");
                let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
                let mut allowed: Vec<String> = header("allow").split(", ").map(str::to_owned).collect();
                allowed.sort();
                assert_eq!(allowed, path.methods, "{place}");
                for (name, value) in [
                    ("content-type", "application/json"),
                    ("x-content-type-options", "nosniff"),
                    ("cache-control", "no-store"),
                    ("access-control-allow-origin", "*"),
                ] {
                    assert_eq!(header(name), value, "{name}: {place}");
                }
                let text = answer.text().await.unwrap();
                // An answer to HEAD has no body.
                let body: Value = serde_json::from_str(&text).unwrap_or_default();
                assert_eq!(text.is_empty(), method == "HEAD", "{place}");
                assert!(text.is_empty() || body["code"] == "method_not_allowed", "{place}: {text}");
                assert!(text.is_empty() || body[path.sentence].is_string(), "{place}: {text}");
            }
        }
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn preflights_are_answered_and_unknown_paths_are_not_found() {
    let world = World::new().await;
    for (method, path, status) in [
        (Method::OPTIONS, "/whoami", StatusCode::NO_CONTENT),
        (Method::DELETE, "/nowhere", StatusCode::NOT_FOUND),
        (Method::OPTIONS, "/nowhere", StatusCode::NOT_FOUND),
    ] {
        let url = world.stack.url().join(path).unwrap();
        let answer = Client::new().request(method, url).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    world.stop().await;
}

/// Dropbox's routes have methods of their own behind the one path that takes all.
#[tokio::test(flavor = "multi_thread")]
async fn a_proxied_route_says_which_methods_it_has() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    app.connect("first@example.com").await;
    for (method, route, allowed) in [
        (Method::GET, "2/files/list_folder", "POST, OPTIONS"),
        (Method::PUT, "2/files/list_folder", "POST, OPTIONS"),
        (Method::DELETE, "2/files/download", "GET, POST, OPTIONS"),
    ] {
        let answer = app.request(method, &format!("sdk/proxy/dropbox/{route}")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{route}");
        assert_eq!(answer.headers()["allow"], allowed, "{route}");
        let exposed = answer.headers()["access-control-expose-headers"].to_str().unwrap();
        assert!(exposed.split(", ").any(|name| name == "allow"), "{exposed}");
    }
    world.stop().await;
}
