//! The routes in `infra/openapi.yaml` and those of the handlers are the same.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::Value;
use shared::model::ConnectionId;
use tests::World;

const OPENAPI: &str = include_str!("../../../infra/openapi.yaml");
const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
const FIRST: &str = "first@example.com";
const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// Codes with which handlers refuse requests that they do not know.
const UNKNOWN: [&str; 2] = ["route_not_found", "method_not_allowed"];

/// A path of the API, the function behind it, and its methods; empty: every method.
struct Path {
    template: String,
    binary: String,
    methods: Vec<Method>,
}

/// Returns each path once per function that answers some of its methods.
fn paths() -> Vec<Path> {
    let api: Value = serde_saphyr::from_str(OPENAPI).unwrap();
    let mut paths: Vec<Path> = Vec::new();
    for (template, operations) in api["paths"].as_object().unwrap() {
        for (name, operation) in operations.as_object().unwrap() {
            let Some(binary) = binary(operation) else { continue };
            let known = paths.iter().position(|path| path.template == *template && path.binary == binary);
            let index = known.unwrap_or_else(|| {
                paths.push(Path { template: template.clone(), binary, methods: Vec::new() });
                paths.len() - 1
            });
            if name != ANY_METHOD && name != "options" {
                paths[index].methods.push(name.to_uppercase().parse().unwrap());
            }
        }
    }
    paths
}

/// Returns the function of an operation, or nothing where the gateway itself answers.
fn binary(operation: &Value) -> Option<String> {
    let uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"].as_str()?;
    let (_, function) = uri.split_once("functions/${").unwrap();
    Some(kebab(function.split_once("Function.Arn}").unwrap().0))
}

/// Converts `ApiProxy` to `api-proxy`.
fn kebab(name: &str) -> String {
    let dashed: String = name
        .chars()
        .flat_map(|c| if c.is_uppercase() { vec!['-', c.to_ascii_lowercase()] } else { vec![c] })
        .collect();
    dashed.trim_start_matches('-').to_owned()
}

/// Calls a path with this world's project and connection. Returns the code of the response.
async fn code(world: &World, path: &Path, method: &Method, connection: ConnectionId) -> String {
    let project = &world.stack.projects[0];
    let request = Request::builder()
        .method(method)
        .uri(filled(world, &path.template, connection))
        .header("authorization", format!("Bearer {}", project.key.expose()))
        .header("customer-id", "user-1")
        .header("accept", "application/json")
        .body(Bytes::new())
        .unwrap();
    let answer = world.stack.answer_of(&path.binary, request).await.unwrap();
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    body["code"].as_str().unwrap_or_default().to_owned()
}

/// Returns a path with this world's project and connection.
pub(crate) fn filled(world: &World, template: &str, connection: ConnectionId) -> String {
    let filled = template
        .replace("{project}", &world.stack.projects[0].project.id.to_string())
        .replace("{connection}", &connection.to_string())
        .replace("{credential}", &connection.to_string())
        .replace("{integration}", "dropbox")
        .replace("{target}", "everything")
        .replace("{link}", "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a")
        .replace("{app}", "an-app")
        .replace("{session}", "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a")
        .replace("{asset}", "unknown.css")
        .replace("{part}", "style.css")
        .replace("{file}", "536870913")
        .replace("{endpoint}", "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a")
        .replace("{subscription}", "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a")
        .replace("{webhook}", "1")
        .replace("{workflow}", "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a")
        .replace("{run}", "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a")
        .replace("{key}", "unknown")
        .replace("{popup}", "unknown")
        .replace("{user}", "user-1")
        .replace("{page+}", "nothing/at/all")
        .replace("{path+}", "2/check/user");
    assert!(!filled.contains('{'), "the test knows no value for {filled}");
    filled
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_has_a_handler() {
    let world = World::new().await;
    let connection = world.first_app("user-1").connect(FIRST).await;
    for path in paths() {
        let methods = if path.methods.is_empty() { METHODS.to_vec() } else { path.methods.clone() };
        // Deletions come last, because they end the connection.
        for method in methods.iter().filter(|method| *method != Method::DELETE || path.methods.is_empty()) {
            let code = code(&world, &path, method, connection).await;
            // A route for any method may refuse some of them itself.
            let unknown = if path.methods.is_empty() { &UNKNOWN[..1] } else { &UNKNOWN };
            assert!(!unknown.contains(&code.as_str()), "{method} {}: {code}", path.template);
        }
    }
    for path in paths().into_iter().rev().filter(|path| path.methods.contains(&Method::DELETE)) {
        let code = code(&world, &path, &Method::DELETE, connection).await;
        assert!(!UNKNOWN.contains(&code.as_str()), "DELETE {}: {code}", path.template);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_handler_has_a_route() {
    let world = World::new().await;
    let connection = world.first_app("user-1").connect(FIRST).await;
    for path in paths().iter().filter(|path| !path.methods.is_empty()) {
        for method in METHODS.iter().filter(|method| !path.methods.contains(method)) {
            let code = code(&world, path, method, connection).await;
            assert!(
                UNKNOWN.contains(&code.as_str()),
                "{method} {} has no route, and is answered {code:?}",
                path.template
            );
        }
    }
    world.stop().await;
}
