//! The portal of Paragon's SDK: who may frame it, and what it is told.

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use shared::model::Project;
use tests::{App, World};

use crate::user_tokens;

const FIRST: &str = "first@example.com";
const ORIGIN: &str = "https://app.example.com";

/// Creates a project with these origins. Returns the server of one of its users.
async fn server(world: &World, origins: &[&str]) -> App {
    let origins = origins.iter().map(|&origin| origin.to_owned()).collect();
    user_tokens::newcomer(world, |project: &mut Project| project.return_origins = origins).await.0
}

async fn get(world: &World, path: &str, language: &str) -> Response {
    let url = world.stack.url().join(path).unwrap();
    Client::new().get(url).header("accept-language", language).send().await.unwrap()
}

fn header(answer: &Response, name: &str) -> String {
    answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

async fn portal(app: &App, origin: &str) -> Value {
    let request = app.request(reqwest::Method::GET, "sdk/portal").query(&[("origin", origin)]);
    let answer = app.answer(request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

#[tokio::test(flavor = "multi_thread")]
async fn only_pages_of_the_projects_origins_may_frame_it_once_the_project_is_known() {
    let world = World::new().await;
    let app = server(&world, &["https://APP.example.com/", "http://localhost:3000"]).await;
    let nobody = server(&world, &[]).await;
    let unknown = shared::model::ProjectId::random();
    for (query, framed_by) in [
        (format!("?projectId={}", app.project), "https://app.example.com http://localhost:3000"),
        (format!("?projectId={}", nobody.project), "'none'"),
        (format!("?projectId={unknown}"), "'none'"),
        ("?projectId=x%0d%0ay".to_owned(), "'none'"),
        ("?projectId=".to_owned(), "'none'"),
        (String::new(), ""),
    ] {
        let answer = get(&world, &format!("ui{query}"), "en").await;
        assert_eq!(answer.status(), StatusCode::OK, "{query}");
        let policy = header(&answer, "content-security-policy");
        let ancestors = policy.split("frame-ancestors ").nth(1).unwrap_or_default();
        assert_eq!(ancestors, framed_by, "{query}");
        assert!(!policy.contains("unsafe") && policy.contains("require-trusted-types-for"), "{policy}");
        assert_eq!(header(&answer, "referrer-policy"), "no-referrer");
        let html = answer.text().await.unwrap();
        assert!(!html.contains("<style") && !html.contains("onclick"), "nothing is inline");
        assert!(
            html.matches("<script").count() == 1 && html.contains("<script type=\"module\" src=\"assets/")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_files_are_there_and_its_words_are_in_the_browsers_language() {
    let world = World::new().await;
    let answer = get(&world, "ui", "ja,en;q=0.5").await;
    assert_eq!(header(&answer, "vary"), "accept-language");
    let html = answer.text().await.unwrap();
    assert!(html.contains("<html class=\"framed\" lang=\"ja\">") && html.contains("Dropboxを接続"));
    let files: Vec<&str> =
        html.split("\"assets/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(files.len(), 3);
    for file in files {
        let answer = get(&world, &format!("assets/{file}"), "en").await;
        assert_eq!(answer.status(), StatusCode::OK, "{file}");
    }
    let icon = get(&world, "integrations/dropbox.svg", "en").await;
    assert_eq!((icon.status(), header(&icon, "content-type").as_str()), (StatusCode::OK, "image/svg+xml"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_learns_nothing() {
    let world = World::new().await;
    let app = server(&world, &[ORIGIN]).await;
    app.connect(FIRST).await;
    for origin in ["https://evil.example", "https://app.example.com.evil.example", "null", "*", ""] {
        assert_eq!(portal(&app, origin).await, json!({"origin_registered": false}), "{origin}");
    }
    let none = app.get("sdk/portal").await;
    assert_eq!(none.body, json!({"origin_registered": false}));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_shows_the_accounts_and_what_is_chosen_of_them() {
    let world = World::new().await;
    world.write(FIRST, "a.txt", b"a");
    let app = server(&world, &[ORIGIN]).await;
    assert_eq!(portal(&app, ORIGIN).await["accounts"], json!([]));
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let shown = portal(&app, ORIGIN).await;
    assert_eq!((&shown["origin_registered"], &shown["name"]), (&json!(true), &json!("First project")));
    let account = &shown["accounts"][0];
    assert_eq!(account["id"], connection.to_string());
    assert_eq!((&account["email"], &account["status"]), (&json!(FIRST), &json!("VALID")));
    assert_eq!((&account["everything"], &account["selections"]), (&json!(true), &json!(0)));
    assert!(account["created_at"].is_string() && account["last_synced_at"].is_string(), "{account}");
    let file = app.dropbox_id("/a.txt").await;
    app.ask_with(reqwest::Method::PUT, &format!("connections/{connection}/selections/{file}"), &[], "").await;
    let whole = format!("connections/{connection}/selections/everything");
    app.ask_with(reqwest::Method::DELETE, &whole, &[], "").await;
    let account = portal(&app, ORIGIN).await["accounts"][0].clone();
    assert_eq!((&account["everything"], &account["selections"]), (&json!(false), &json!(1)));
    let mut other = app.clone();
    "user-2".clone_into(&mut other.user);
    assert_eq!(portal(&other, ORIGIN).await["accounts"], json!([]));
}
