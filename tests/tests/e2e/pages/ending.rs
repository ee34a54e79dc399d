//! The end of a visit, and the application's notice of it.

use local::browser::Browser;
use serde_json::json;
use shared::store::{LinkStatus, Links};

use super::{
    FIRST,
    visitor::{Visitor, text},
    world,
};

#[tokio::test(flavor = "multi_thread")]
async fn leaving_without_a_choice_is_told_and_changes_nothing() {
    let world = world().await;
    let app = world.first_app("ada");
    let (link, mut visitor) = Visitor::connecting(&app, &json!({"page": "choose"}), FIRST).await;
    visitor.tick("readme.md");
    visitor.press(&[("do", "cancel")]).await;
    assert!(visitor.page.body.contains("Nothing was changed"), "{}", visitor.page.body);
    let status = app.link_status(&link).await;
    assert_eq!(status["status"], "closed");
    assert!(status["connection"].is_string(), "what was connected stays: {status}");
    let connections = app.get("connections").await.body["connections"].clone();
    let id = connections[0]["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(app.details(id).await["selections"], json!([]));
    // A link for an account that works names it only if it was made for it.
    let (link, mut visitor) =
        Visitor::opening(&app, &json!({"page": "choose", "connection": connections[0]["id"]})).await;
    visitor.press(&[("do", "cancel")]).await;
    let status = app.link_status(&link).await;
    assert_eq!((&status["status"], &status["connection"]), (&json!("closed"), &connections[0]["id"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_after_leaving_counts_and_leaving_after_a_choice_does_not() {
    let world = world().await;
    let app = world.first_app("ada");
    let (link, mut visitor) = Visitor::connecting(&app, &json!({"page": "choose"}), FIRST).await;
    let chooser = visitor.page.url.path().to_owned();
    visitor.press(&[("do", "cancel")]).await;
    visitor.go(&chooser).await;
    visitor.tick("readme.md");
    visitor.save().await;
    assert_eq!(app.link_status(&link).await["status"], "chosen");
    visitor.go(&chooser).await;
    visitor.press(&[("do", "cancel")]).await;
    assert_eq!(app.link_status(&link).await["status"], "chosen");
}

/// Sends what the page's script sends of the window: that it is left, or that a report of leaving was none.
async fn tell(visitor: &Visitor, said: &str, at: u64) {
    let (_, form) = visitor.page.body.split_once("data-leave").expect("the page tells that it is left");
    let (_, form) = form.split_once("name=\"proof\" value=\"").unwrap();
    let proof = form.split('"').next().unwrap().to_owned();
    let session = visitor.page.url.path().split("/connections").next().unwrap();
    let fields = [("proof", proof), ("do", said.to_owned()), ("at", at.to_string())];
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    let answer = visitor.browser.post(visitor.page.url.join(session).unwrap(), &fields).await.unwrap();
    assert_eq!(answer.status, http::StatusCode::NO_CONTENT, "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_loaded_again_is_not_left_and_a_window_that_goes_ends_no_choice() {
    let world = world().await;
    let app = world.first_app("ada");
    let (link, mut visitor) = Visitor::connecting(&app, &json!({"page": "choose"}), FIRST).await;
    let stored = async || {
        let id = uuid::Uuid::parse_str(&link).unwrap();
        world.stack.store().link(app.project, id).await.unwrap().unwrap().status
    };
    tell(&visitor, "leave", 5).await;
    assert!(matches!(stored().await, LinkStatus::Closed { left_at: Some(_), .. }), "{:?}", stored().await);
    assert_eq!(app.link_status(&link).await["status"], "connected", "it may be there again");
    tell(&visitor, "stay", 5).await;
    assert!(matches!(stored().await, LinkStatus::Connected { .. }), "{:?}", stored().await);
    // Loaded again once more, and the second report overtakes the first.
    tell(&visitor, "stay", 6).await;
    tell(&visitor, "leave", 6).await;
    assert!(matches!(stored().await, LinkStatus::Connected { .. }), "{:?}", stored().await);
    visitor.tick("readme.md");
    let left =
        Visitor { browser: Browser::new().unwrap(), page: visitor.page.clone(), ticks: Default::default() };
    visitor.save().await;
    // The window's last request arrives after the choice.
    let late = Visitor { browser: visitor.browser, ..left };
    tell(&late, "leave", 7).await;
    assert_eq!(app.link_status(&link).await["status"], "chosen");
    assert!(matches!(stored().await, LinkStatus::Chosen { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_returns_to_the_application_with_how_it_ended() {
    let world = world().await;
    let app = world.first_app("ada");
    let origins = json!({"return_origins": ["https://app.example.com"]});
    assert_eq!(app.ask(http::Method::PATCH, "settings", &origins.to_string()).await.status, 200);
    let request = json!({"page": "choose", "return_to": "https://app.example.com/done?a=b"});
    let (link, visitor) = Visitor::connecting(&app, &request, FIRST).await;
    // Browsers apply the page's policy to the redirects after its form, too.
    let policy = visitor.page.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("form-action 'self' https://app.example.com;"), "{policy}");
    for (button, status) in [("cancel", "closed"), ("save", "chosen")] {
        let (action, mut fields) = visitor.form();
        fields.push(("do".to_owned(), button.to_owned()));
        let done = visitor.browser.post(action, &fields).await.unwrap().location().unwrap();
        let end = visitor.browser.get(done).await.unwrap().location().unwrap();
        assert_eq!(end.as_str(), format!("https://app.example.com/done?a=b&link={link}&status={status}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_language_has_its_pages_and_a_link_can_name_one() {
    let world = world().await;
    let app = world.first_app("ada");
    app.connect(FIRST).await;
    for (language, tag, words) in [
        ("de", "de", "Abbrechen"),
        ("fr", "fr", "Annuler"),
        ("es", "es", "Cancelar"),
        ("ja", "ja", "キャンセル"),
        ("pt", "pt-BR", "Cancelar"),
        ("en", "en", "Cancel"),
    ] {
        let (_, visitor) = Visitor::opening(&app, &json!({"page": "choose", "language": language})).await;
        let body = &visitor.page.body;
        assert!(
            body.contains(&format!("<html lang=\"{tag}\">")) && body.contains(words),
            "{language}: {body}"
        );
        let shown = text(body);
        assert!(!shown.contains('{'), "{language}: a placeholder is left: {shown}");
    }
}
