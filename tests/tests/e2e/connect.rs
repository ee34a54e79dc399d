//! Connecting an account: the link, the pages, the callback, and their error cases.

use local::browser::{Browser, Decision};
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::store::Connections;
use tests::World;
use url::Url;

use crate::user_tokens;

fn code(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap();
    assert!(body["message"].as_str().is_some_and(|message| message.len() > 10), "{body} has no sentence");
    body["code"].as_str().unwrap().to_owned()
}

async fn connections(world: &World) -> usize {
    let project = world.stack.projects[0].project.id;
    world.stack.store().connections_of_user(project, &"u".parse().unwrap()).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_connects_once() {
    let world = World::new().await;
    let app = world.first_app("u");
    let (id, url) = app.link().await;
    assert_eq!(app.link_status(&id).await["status"], "pending");
    let browser = Browser::new().unwrap();
    let back = browser.decide(&url, "first@example.com", Decision::Approve).await.unwrap();
    let end = browser.get(back.clone()).await.unwrap();
    assert_eq!(end.status, StatusCode::OK);
    assert!(end.body.contains("Dropbox is connected"), "{}", end.body);
    assert_eq!(app.link_status(&id).await["status"], "connected");
    // The callback again, and the link again.
    let again = Browser::of_a_program().unwrap().get(back).await.unwrap();
    assert_eq!((again.status, code(&again.body)), (StatusCode::BAD_REQUEST, "state_unknown".into()));
    let spent = Browser::of_a_program().unwrap().get(url.parse().unwrap()).await.unwrap();
    assert_eq!((spent.status, code(&spent.body)), (StatusCode::NOT_FOUND, "ticket_unknown".into()));
    assert_eq!(connections(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_consent_connects_nothing() {
    let world = World::new().await;
    let app = world.first_app("u");
    let (id, answer) = app.connect_as("first@example.com", Decision::Deny).await;
    assert_eq!((answer.status, code(&answer.body)), (StatusCode::FORBIDDEN, "access_denied".into()));
    assert_eq!(app.link_status(&id).await["status"], "denied");
    assert_eq!(connections(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_state_changes_nothing() {
    let world = World::new().await;
    let program = Browser::of_a_program().unwrap();
    let callback = world.stack.url().join("oauth/callback").unwrap();
    for query in ["code=c&state=nobodys", "code=c", "error=access_denied&state=nobodys"] {
        let mut url = callback.clone();
        url.set_query(Some(query));
        let answer = program.get(url).await.unwrap();
        assert_eq!(
            (answer.status, code(&answer.body)),
            (StatusCode::BAD_REQUEST, "state_unknown".into()),
            "{query}"
        );
    }
    for query in ["", "state=s", "code=c&error=e&state=s"] {
        let mut url = callback.clone();
        url.set_query(Some(query));
        let answer = program.get(url).await.unwrap();
        let malformed = (StatusCode::BAD_REQUEST, "malformed_callback".into());
        assert_eq!((answer.status, code(&answer.body)), malformed, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_browser_cannot_finish_a_connect_and_does_not_spend_it() {
    let world = World::new().await;
    let (_, url) = world.first_app("u").link().await;
    let browser = Browser::of_a_program().unwrap();
    let back = browser.decide(&url, "first@example.com", Decision::Approve).await.unwrap();
    let other = Browser::of_a_program().unwrap().get(back.clone()).await.unwrap();
    assert_eq!((other.status, code(&other.body)), (StatusCode::BAD_REQUEST, "state_unknown".into()));
    assert_eq!(connections(&world).await, 0);
    let own = browser.get(back).await.unwrap();
    assert_eq!(own.status, StatusCode::OK, "{}", own.body);
    assert_eq!(connections(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once() {
    let world = World::new().await;
    let app = world.first_app("u");
    let used = finish_with_code_of(&world, None).await;
    let code_of_first = used.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let (id, url) = app.link().await;
    let browser = Browser::of_a_program().unwrap();
    let mut back = browser.decide(&url, "second@example.com", Decision::Approve).await.unwrap();
    let state = back.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    back.query_pairs_mut().clear().append_pair("code", &code_of_first).append_pair("state", &state);
    let answer = browser.get(back).await.unwrap();
    assert_eq!((answer.status, code(&answer.body)), (StatusCode::BAD_REQUEST, "code_refused".into()));
    assert_eq!(app.link_status(&id).await["status"], "failed");
    assert_eq!(connections(&world).await, 1);
}

/// Connects the first account, and returns the callback's address.
async fn finish_with_code_of(world: &World, user: Option<&str>) -> Url {
    let (_, url) = world.first_app(user.unwrap_or("u")).link().await;
    let browser = Browser::of_a_program().unwrap();
    let back = browser.decide(&url, "first@example.com", Decision::Approve).await.unwrap();
    assert_eq!(browser.get(back.clone()).await.unwrap().status, StatusCode::OK);
    back
}

#[tokio::test(flavor = "multi_thread")]
async fn connecting_the_same_account_again_keeps_the_connection() {
    let world = World::new().await;
    let app = world.first_app("u");
    let first = app.connect("first@example.com").await;
    world.settled().await;
    let changes = world.log(first).await.len();
    assert_eq!(app.connect("first@example.com").await, first);
    world.settled().await;
    assert_eq!(world.log(first).await.len(), changes, "a reconnect lists nothing twice");
    assert_eq!(connections(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_start_page_names_project_and_user_and_escapes_them() {
    let world = World::new().await;
    let (_, url) = world.first_app("<script>alert(1)</script>").link().await;
    let page = Browser::new().unwrap().get(url.parse().unwrap()).await.unwrap();
    assert!(page.body.contains("First project"), "{}", page.body);
    assert!(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{}", page.body);
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    assert_eq!(page.headers["x-frame-options"], "DENY");
    assert_eq!(page.headers["cache-control"], "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_needs_a_key_a_user_and_a_body_that_is_right() {
    let world = World::new().await;
    let mut app = world.first_app("u");
    let answer = app.post("connect/links", "{\"return_to\":\"https://evil.example/\"}").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "return_to_not_allowed"));
    for body in ["{", "[]", "[null,null]", "{\"unknown\":1}", "{\"return_to\":1}"] {
        let answer = app.post("connect/links", body).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "malformed_body"), "{body}");
    }
    app.key = "dl_nobodys".to_owned();
    let answer = app.post("connect/links", "").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "unauthorized"));
    assert_eq!(answer.body, json!({"code": "unauthorized", "message": answer.body["message"]}));
}

/// T28: each of them names the project's own origin, and a browser would go elsewhere, or not by https.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_returns_to_web_addresses_on_the_projects_own_origins_only() {
    let world = World::new().await;
    let own = vec!["https://app.example.com".to_owned()];
    let (app, _) = user_tokens::newcomer(&world, |project| project.return_origins = own).await;
    for bad in [
        "blob:https://app.example.com/0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a",
        "https://user@app.example.com/done",
        "https://user:word@app.example.com/done",
        "https://@app.example.com/done",
        "https://app.example.com@evil.example/",
        "https://app.example.com\\@evil.example/",
        "filesystem:https://app.example.com/done",
        "http://app.example.com/done",
        "https://app.example.com:8443/done",
        "https://app.example.com.evil.example/",
        "//app.example.com/done",
        "data:text/html,https://app.example.com/",
        "javascript:alert('https://app.example.com/')",
    ] {
        let answer = app.post("connect/links", &json!({"return_to": bad}).to_string()).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::BAD_REQUEST, "return_to_not_allowed"),
            "{bad}"
        );
    }
    for good in ["https://app.example.com/done?a=b#c", "https://APP.example.com:443"] {
        let answer = app.post("connect/links", &json!({"return_to": good}).to_string()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{good}: {}", answer.body);
    }
}
