//! Security headers of every response (T56).

use http::{Method, Response, StatusCode};
use serde_json::Value;
use shared::caller::ROUTES;
use tests::World;

/// Requests a path as a browser of another origin.
async fn ask(world: &World, method: Method, path: &str, body: &str) -> reqwest::Response {
    let request = reqwest::Client::new().request(method, world.stack.url().join(path).unwrap());
    request.header("origin", "https://app.example.com").body(body.to_owned()).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_with_a_type_that_browsers_do_not_guess() {
    let world = World::new().await;
    let mut answers = Vec::new();
    for route in ROUTES {
        let path = route
            .template
            .replace("{project}", &world.stack.projects[0].project.id.to_string())
            .replace("{path+}", "2/users/get_current_account")
            .replace(['{', '}'], "x");
        let method = route.method.clone().unwrap_or(Method::POST);
        answers.push((route.id, ask(&world, method, &path, "").await));
        if route.template.starts_with("/projects/") && !route.template.contains("/links") {
            answers.push((route.id, ask(&world, Method::OPTIONS, &path, "").await));
        }
    }
    answers.push(("no route", ask(&world, Method::GET, "/nowhere", "").await));
    answers.push(("no method", ask(&world, Method::PUT, "/webhook", "").await));
    answers.push(("too large", ask(&world, Method::POST, "/webhook", &"x".repeat(4_600_000)).await));
    for (id, answer) in answers {
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"), "{id}");
        assert_eq!(header("strict-transport-security"), None, "{id}: never said over plain HTTP");
        let challenge = header("www-authenticate");
        assert_eq!(challenge.is_some(), answer.status() == StatusCode::UNAUTHORIZED, "{id}: {challenge:?}");
        assert!(challenge.is_none_or(|challenge| challenge == "Bearer realm=\"dropline\""), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_or_token_is_called_invalid_and_a_good_one_for_something_else_insufficient() {
    let world = World::new().await;
    let (app, pairs) = crate::user_tokens::project(&world).await;
    let page = app
        .with_token(pairs[1].sign(&crate::user_tokens::with(&app, &serde_json::json!({}))).unwrap().expose());
    let invalid = "Bearer realm=\"dropline\", error=\"invalid_token\"";
    let insufficient = "Bearer realm=\"dropline\", error=\"insufficient_scope\"";
    for (caller, method, path, status, challenge) in [
        (app.with_token("dl_nobodys"), Method::GET, "connections", 401, invalid),
        (app.with_token("a.b.c"), Method::GET, "connections", 401, invalid),
        (page, Method::POST, "connect/links", 403, insufficient),
    ] {
        let answer = caller.request(method, path).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["www-authenticate"]),
            (status, &challenge.parse().unwrap())
        );
    }
}

#[test]
fn what_goes_over_tls_says_so() {
    let answer = shared::secure::over_tls(Response::new(()));
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
}

#[test]
fn the_gateways_own_answers_say_the_same() {
    let api: Value = serde_saphyr::from_str(include_str!("../../../infra/openapi.yaml")).unwrap();
    for (name, answer) in api["x-amazon-apigateway-gateway-responses"].as_object().unwrap() {
        let said = &answer["responseParameters"];
        let header = |header: &str| said[format!("gatewayresponse.header.{header}")].as_str();
        assert_eq!(header("X-Content-Type-Options"), Some("'nosniff'"), "{name}");
        assert_eq!(header("Strict-Transport-Security"), Some("'max-age=31536000'"), "{name}");
        assert_eq!(header("Cache-Control"), Some("'no-store'"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_key_that_is_none_is_no_trouble_of_ours() {
    let world = World::new().await;
    for key in ["x".repeat(65), "x".repeat(2100), "%00".repeat(30), "\u{e4}".repeat(40)] {
        let answer = ask(&world, Method::POST, &format!("/webhook/{key}"), "{}").await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{key:.10}…");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["code"], "app_not_found");
    }
}
