//! Isolation: another project's endpoints do not exist, and only public keys can be read without credentials.

use http::Method;
use serde_json::json;
use tests::World;

use super::{FIRST, path};

#[tokio::test(flavor = "multi_thread")]
async fn another_projects_endpoints_and_connections_do_not_exist() {
    let world = World::new().await;
    let (app, other) = (world.first_app("user-1"), world.second_app("user-1"));
    let connection = app.connect(FIRST).await;
    let made = app.post("endpoints", r#"{"url": "https://app.example.com/"}"#).await.body;
    let own = other.post("endpoints", r#"{"url": "https://other.example.com/"}"#).await.body;
    let theirs = path(&made);
    for (method, path, body) in [
        (Method::GET, theirs.clone(), json!({})),
        (Method::PATCH, theirs.clone(), json!({"paused": true})),
        (Method::DELETE, theirs.clone(), json!({})),
        (Method::POST, format!("{theirs}/rotate"), json!({})),
        (Method::POST, format!("{theirs}/test"), json!({})),
        (Method::POST, format!("{theirs}/replay"), json!({"from": "beginning"})),
        (Method::GET, format!("{theirs}/attempts"), json!({})),
        (Method::GET, format!("{theirs}/deliveries"), json!({})),
        (Method::GET, format!("{theirs}/keys"), json!({})),
        (Method::GET, "endpoints/unknown".to_owned(), json!({})),
    ] {
        let answer = other.ask(method.clone(), &path, &body.to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "endpoint_not_found"), "{method} {path}");
    }
    for (path, body) in [
        ("endpoints/preview".to_owned(), json!({"connection": connection})),
        ("endpoints/preview".to_owned(), json!({"connection": 1})),
        (format!("{}/replay", super::path(&own)), json!({"connection": connection, "from": "beginning"})),
    ] {
        let answer = other.post(&path, &body.to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "connection_not_found"), "{path} {body}");
    }
    assert_eq!(other.get("endpoints").await.body["endpoints"].as_array().unwrap().len(), 1);
    let unchanged = app.get(&theirs).await.body;
    assert_eq!((&unchanged["paused"], &unchanged["keys"]), (&json!(false), &made["keys"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn public_keys_can_be_read_by_anybody_and_nothing_else_is_with_them() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let made = app.post("endpoints", r#"{"url": "https://app.example.com/"}"#).await.body;
    let (gateway, project, id) = (world.stack.url(), app.project, made["id"].as_str().unwrap());
    let known = format!("{gateway}.well-known/webhook-keys?project={project}&endpoint={id}");
    let below = format!("{gateway}projects/{project}/endpoints/{id}/keys");
    for url in [&known, &below] {
        let answer = reqwest::get(url).await.unwrap();
        assert_eq!(answer.status(), 200, "{url}");
        assert_eq!(answer.headers()["cache-control"], "public, max-age=300");
        let body: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(body, json!({"keys": made["keys"]}));
    }
    for (url, status) in [
        (below.replace(id, "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a"), 404),
        (below.replace(&project.to_string(), id), 404),
        (format!("{gateway}projects/unknown/endpoints/unknown/keys"), 404),
        (format!("{gateway}.well-known/webhook-keys?project={project}"), 400),
        (format!("{gateway}projects/{project}/endpoints/{id}"), 401),
    ] {
        assert_eq!(reqwest::get(&url).await.unwrap().status(), status, "{url}");
    }
}
