//! Looking at an account, and acting on it.

use base64::{Engine, engine::general_purpose::STANDARD};
use local::browser::Browser;
use reqwest::{StatusCode, header::ACCEPT};
use serde_json::{Value, json};
use shared::{
    model::ResyncChoice,
    store::{ChoiceStore, Connections},
};
use tests::App;

use super::{FIRST, SECOND, visitor::Visitor, world};

fn manage() -> Value {
    json!({"page": "manage"})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_shows_its_progress_its_choice_and_its_files() {
    let world = world().await;
    let app = world.first_app("ada");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let id = app.dropbox_id("/Clients").await;
    app.select(connection, &id).await;
    world.settled().await;
    let (_, visitor) = Visitor::opening(&app, &manage()).await;
    let body = &visitor.page.body;
    for shown in ["first@example.com", "/Clients", "one.txt", "draft.md", "Ready", "too large"] {
        assert!(body.contains(shown), "{shown}: {body}");
    }
    assert!(
        body.contains("data-figure=\"ready\">3<") && body.contains("data-figure=\"skipped\">1<"),
        "{body}"
    );
    // The request of the page's script, with the browser's cookie.
    let cookie = visitor.browser.cookie("__Host-dropline-connect").unwrap();
    let request = reqwest::Client::new().get(visitor.page.url.clone()).header(ACCEPT, "application/json");
    let figures: Value = request
        .header("cookie", format!("__Host-dropline-connect={cookie}"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&figures["figures"]["ready"], &figures["done"], &figures["busy"]),
        (&json!("3"), &json!(3), &json!(false))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_interval_is_changed_and_a_sync_is_requested() {
    let world = world().await;
    let app = world.first_app("ada");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let (_, mut visitor) = Visitor::opening(&app, &manage()).await;
    visitor.press(&[("do", "interval"), ("hours", "6")]).await;
    assert_eq!(visitor.page.status, StatusCode::OK);
    assert_eq!(app.details(connection).await["resync"]["every_seconds"], 6 * 3600);
    visitor.press(&[("do", "interval"), ("hours", "default")]).await;
    assert_eq!(app.details(connection).await["resync"]["every_seconds"], 24 * 3600);
    for hours in ["5", "", "-6", "0x6"] {
        visitor.go("").await;
        let (action, mut fields) = visitor.form();
        fields.extend([("do".to_owned(), "interval".to_owned()), ("hours".to_owned(), hours.to_owned())]);
        assert_eq!(
            visitor.browser.post(action, &fields).await.unwrap().status,
            StatusCode::NOT_FOUND,
            "{hours}"
        );
    }
    let before = app.details(connection).await["last_resync"]["at"].clone();
    visitor.go("").await;
    visitor.press(&[("do", "sync")]).await;
    world.until(async || app.details(connection).await["last_resync"]["at"] != before).await;
}

/// An account that is synced on request only stays so if its form is sent as it was shown.
#[tokio::test(flavor = "multi_thread")]
async fn an_interval_that_is_not_changed_stays_as_it_is() {
    let world = world().await;
    let app = world.first_app("ada");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let choices = async || world.stack.store().choices(connection).await.unwrap();
    for is_manual in [true, false] {
        let store = world.stack.store();
        if is_manual {
            store.stop_automatic_sync(connection).await.unwrap();
        } else {
            store.choose_resync(connection, Some(ResyncChoice::Off)).await.unwrap();
        }
        let (_, mut visitor) = Visitor::opening(&app, &manage()).await;
        let value = interval(&visitor);
        visitor.press(&[("do", "interval"), ("hours", &value)]).await;
        let after = choices().await;
        assert_eq!((after.manual, after.resync), (is_manual, Some(ResyncChoice::Off)), "{value}");
    }
}

/// Returns the value of the interval that the page has selected.
fn interval(visitor: &Visitor) -> String {
    let (_, select) = visitor.page.body.split_once("<select name=\"hours\">").unwrap();
    let (chosen, _) = select.split_once(" selected").unwrap();
    chosen.rsplit("value=\"").next().unwrap().split('"').next().unwrap().to_owned()
}

/// A page that showed it as the account's own choice would make it one, and the account would not follow the
/// application any more.
#[tokio::test(flavor = "multi_thread")]
async fn an_interval_of_the_application_is_no_choice_of_the_account() {
    let world = world().await;
    let app = world.first_app("ada");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let every = async || app.details(connection).await["resync"]["every_seconds"].clone();
    let set = async |hours: u64| {
        let defaults = json!({"user_defaults": {"resync_hours": hours}}).to_string();
        assert_eq!(app.ask(http::Method::PATCH, "settings", &defaults).await.status, 200);
    };
    set(6).await;
    let (_, mut visitor) = Visitor::opening(&app, &manage()).await;
    assert_eq!((every().await, interval(&visitor)), (json!(6 * 3600), "default".to_owned()));
    let shown = interval(&visitor);
    visitor.press(&[("do", "interval"), ("hours", &shown)]).await;
    set(12).await;
    assert_eq!(every().await, 12 * 3600);
    visitor.press(&[("do", "interval"), ("hours", "3")]).await;
    assert_eq!((every().await, interval(&visitor)), (json!(3 * 3600), "3".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_tokens_are_refused_is_connected_again() {
    let world = world().await;
    let app = world.first_app("ada");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let stored = world.stack.store().connection(connection).await.unwrap().unwrap();
    assert!(world.stack.store().refuse(&stored).await.unwrap());
    // Looking opens, and choosing leads there, since nothing can be listed.
    let (_, mut visitor) = Visitor::opening(&app, &manage()).await;
    let own = visitor.page.url.path().to_owned();
    visitor.go(&format!("{own}/choose")).await;
    assert_eq!(visitor.page.url.path(), own);
    assert!(visitor.page.body.contains("asks for your permission again"), "{}", visitor.page.body);
    visitor.press(&[("do", "reconnect")]).await;
    assert!(visitor.page.url.path().ends_with("/connect/start"), "{}", visitor.page.url);
    let (action, fields) = visitor.form();
    let authorize = visitor.browser.post(action, &fields).await.unwrap().location().unwrap();
    let back = visitor.browser.consent(authorize, FIRST, local::browser::Decision::Approve).await.unwrap();
    let end = visitor.browser.get(back).await.unwrap().location().unwrap();
    assert!(end.path().ends_with(&connection.to_string()), "{end}");
    let details = app.details(connection).await;
    assert_eq!(details["status"], "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_is_asked_about_and_ends_with_a_receipt() {
    let world = world().await;
    let app = world.first_app("ada");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let id = app.dropbox_id("/Clients").await;
    app.select(connection, &id).await;
    world.settled().await;
    let (_, mut visitor) = Visitor::opening(&app, &manage()).await;
    let own = visitor.page.url.path().to_owned();
    visitor.go(&format!("{own}/disconnect")).await;
    assert!(visitor.page.body.contains("3 files"), "{}", visitor.page.body);
    assert_eq!(app.details(connection).await["status"], "active", "the question alone changes nothing");
    visitor.press(&[("do", "disconnect")]).await;
    assert!(visitor.page.body.contains("Receipt"), "{}", visitor.page.body);
    world.settled().await;
    visitor.go(&own).await;
    assert!(
        !visitor.page.body.contains("data-receipt") && visitor.page.body.contains("7 entries"),
        "{}",
        visitor.page.body
    );
    assert_eq!(app.details(connection).await["status"], "disconnected");
    // Nothing is left to choose for.
    visitor.go(&format!("{own}/choose")).await;
    assert_eq!(visitor.page.url.path(), own);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_accounts_are_listed_and_each_has_its_page() {
    let world = world().await;
    let app = world.first_app("ada");
    let first = app.connect(FIRST).await;
    let second = app.connect(SECOND).await;
    let (_, mut visitor) = Visitor::opening(&app, &manage()).await;
    let session = visitor.page.url.path().split('/').take(3).collect::<Vec<_>>().join("/");
    visitor.go(&session).await;
    for connection in [first, second] {
        assert!(
            visitor.page.body.contains(&format!("{session}/connections/{connection}")),
            "{}",
            visitor.page.body
        );
    }
    visitor.press(&[("do", "connect")]).await;
    assert!(visitor.page.body.contains("Continue to Dropbox"), "{}", visitor.page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn held_deletions_are_confirmed_as_many_as_were_shown() {
    let world = world().await;
    for number in 0..150 {
        world.write(FIRST, &format!("Many/{number}.md"), b"x");
    }
    let app = world.first_app("ada");
    let connection = app.connect(FIRST).await;
    app.select(connection, "everything").await;
    world.settled().await;
    world.remove(FIRST, "Many");
    world.until(async || !app.details(connection).await["deletions_held"].is_null()).await;
    let (_, mut visitor) = Visitor::opening(&app, &manage()).await;
    assert!(visitor.page.body.contains("151 deletions wait for you"), "{}", visitor.page.body);
    let (action, fields) = visitor.form();
    let mut fewer: Vec<(String, String)> =
        fields.into_iter().filter(|(name, _)| name != "deletions").collect();
    fewer.extend([("do".to_owned(), "confirm".to_owned()), ("deletions".to_owned(), "3".to_owned())]);
    visitor.browser.post(action, &fewer).await.unwrap();
    world.settled().await;
    assert!(!app.details(connection).await["deletions_held"].is_null(), "fewer were confirmed than wait");
    visitor.press(&[("do", "confirm")]).await;
    world.settled().await;
    assert!(app.details(connection).await["deletions_held"].is_null());
    assert!(world.paths(connection).await.iter().all(|path| !path.contains("Many")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projects_colour_is_in_its_own_stylesheet() {
    let world = world().await;
    let app = world.first_app("ada");
    app.connect(FIRST).await;
    let accent = json!({"appearance": {"accent": "#0B5CD0"}});
    assert_eq!(app.ask(http::Method::PATCH, "settings", &accent.to_string()).await.status, 200);
    let (_, visitor) = Visitor::opening(&app, &manage()).await;
    let path = format!("/projects/{}/theme/style.css", app.project);
    assert!(visitor.page.body.contains(&format!("{path}?0b5cd0")), "{}", visitor.page.body);
    let browser = Browser::new().unwrap();
    let sheet = browser.get(visitor.page.url.join(&path).unwrap()).await.unwrap();
    assert!(sheet.body.contains("--accent:#0b5cd0"), "{}", sheet.body);
    for path in [format!("/projects/{}/theme/logo", app.project), "/projects/x/theme/style.css".to_owned()] {
        assert_eq!(
            browser.get(visitor.page.url.join(&path).unwrap()).await.unwrap().status,
            StatusCode::NOT_FOUND
        );
    }
}

/// A WebP picture of this width and four pixels of height.
fn picture(width: u8) -> Vec<u8> {
    [&b"RIFF\x12\0\0\0WEBPVP8L\x05\0\0\0\x2f"[..], &[width - 1, 0xc0, 0, 0, 0]].concat()
}

async fn set_logo(app: &App, logo: Value) -> Value {
    let body = json!({"appearance": {"logo": logo}}).to_string();
    let answer = app.ask(http::Method::PATCH, "settings", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["appearance"]["logo"].clone()
}

fn as_data(picture: &[u8]) -> Value {
    json!({"data": STANDARD.encode(picture)})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projects_logo_is_in_the_head_of_its_pages() {
    let world = world().await;
    let (app, other) = (world.first_app("ada"), world.second_app("ada"));
    app.connect(FIRST).await;
    let told = set_logo(&app, as_data(&picture(3))).await;
    let path = told["path"].as_str().unwrap();
    assert_eq!(told, json!({"path": path, "media_type": "image/webp", "width": 3, "height": 4, "bytes": 26}));
    assert_eq!(set_logo(&app, told.clone()).await, told, "as it was told");
    let (_, mut visitor) = Visitor::opening(&app, &manage()).await;
    let shown = format!(r#"<img class="logo" src="{path}" alt="First project" width="3" height="4">"#);
    assert!(visitor.page.body.contains(&shown), "{}", visitor.page.body);
    let load = async |path: &str| reqwest::get(visitor.page.url.join(path).unwrap()).await.unwrap();
    let file = load(path).await;
    let header = |name: &str| file.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        [header("content-type"), header("cache-control"), header("x-content-type-options")],
        ["image/webp", "public, max-age=31536000, immutable", "nosniff"]
    );
    assert_eq!(file.bytes().await.unwrap(), picture(3));
    // It is not another project's, and another picture has another name.
    let of_other = path.replace(&app.project.to_string(), &other.project.to_string());
    assert_eq!(load(&of_other).await.status(), StatusCode::NOT_FOUND);
    let next = set_logo(&app, as_data(&picture(4))).await;
    assert_eq!(load(path).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(load(next["path"].as_str().unwrap()).await.status(), 200);
    let late = json!({"name": "Late", "appearance": {"logo": told}}).to_string();
    assert_eq!(app.ask(http::Method::PATCH, "settings", &late).await.code(), "malformed_body");
    assert_eq!(app.get("settings").await.body["name"], "First project");
    assert_eq!(set_logo(&app, Value::Null).await, Value::Null);
    assert_eq!(load(next["path"].as_str().unwrap()).await.status(), StatusCode::NOT_FOUND);
    let page = visitor.page.url.path().to_owned();
    visitor.go(&page).await;
    assert!(!visitor.page.body.contains("<img"), "{}", visitor.page.body);
}
