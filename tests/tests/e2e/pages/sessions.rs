//! Permission to open the pages, and to send their forms.

use std::time::Duration;

use http::StatusCode;
use local::browser::{Browser, Decision};
use serde_json::json;
use shared::{
    model::{Clock, PageSession, SystemClock},
    store::PageSessions,
};

use super::{FIRST, SECOND, visitor::Visitor, world};

const COOKIE: &str = "__Host-dropline-connect";

#[tokio::test(flavor = "multi_thread")]
async fn another_browser_finds_no_page_and_changes_nothing() {
    let world = world().await;
    let app = world.first_app("ada");
    let (link, mut visitor) = Visitor::connecting(&app, &json!({"page": "choose"}), FIRST).await;
    visitor.tick("readme.md");
    let (action, mut fields) = visitor.form();
    fields.push(("do".to_owned(), "save".to_owned()));
    let strangers = [Browser::new().unwrap(), Browser::new().unwrap()];
    // One of them has a cookie of its own.
    let (_, other) = world.first_app("ben").link().await;
    strangers[1].get(other.parse().unwrap()).await.unwrap();
    for stranger in strangers {
        let page = stranger.get(visitor.page.url.clone()).await.unwrap();
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(
            page.body.contains("This page is closed") && page.body.contains("page_not_found"),
            "{}",
            page.body
        );
        assert_eq!(stranger.post(action.clone(), &fields).await.unwrap().status, StatusCode::NOT_FOUND);
    }
    assert_eq!(app.link_status(&link).await["status"], "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_needs_the_proof_of_our_own_page_about_this_session() {
    let world = world().await;
    let app = world.first_app("ada");
    let (link, mut visitor) = Visitor::connecting(&app, &json!({"page": "choose"}), FIRST).await;
    let (_, mut second) = Visitor::opening(&app, &json!({"page": "choose"})).await;
    let (_, others) = second.form();
    visitor.tick("readme.md");
    let (action, fields) = visitor.form();
    let proof = |fields: &[(String, String)]| fields.iter().find(|(name, _)| name == "proof").cloned();
    for forged in [None, Some(("proof".to_owned(), "x".to_owned())), proof(&others)] {
        let mut sent: Vec<(String, String)> =
            fields.iter().filter(|(name, _)| name != "proof").cloned().chain(forged).collect();
        sent.push(("do".to_owned(), "save".to_owned()));
        let page = visitor.browser.post(action.clone(), &sent).await.unwrap();
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.body.contains("Nothing was changed"), "{}", page.body);
    }
    assert_eq!(app.link_status(&link).await["status"], "connected");
    second.save().await;
    visitor.save().await;
    assert_eq!(app.link_status(&link).await["status"], "chosen");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_opens_the_pages_of_its_user_only() {
    let world = world().await;
    let (ada, ben) = (world.first_app("ada"), world.first_app("ben"));
    let (other_project, others) = (world.second_app("ada"), ben.connect(SECOND).await);
    let foreign = other_project.connect(SECOND).await;
    let (_, mut visitor) = Visitor::connecting(&ada, &json!({"page": "manage"}), FIRST).await;
    let own = visitor.page.url.clone();
    assert_eq!(visitor.page.status, StatusCode::OK);
    for connection in [others.to_string(), foreign.to_string(), "x".to_owned(), "0".to_owned()] {
        for page in ["", "/choose", "/count", "/disconnect"] {
            let path = own.path().rsplit_once('/').unwrap().0.to_owned();
            visitor.go(&format!("{path}/{connection}{page}")).await;
            assert_eq!(visitor.page.status, StatusCode::NOT_FOUND, "{connection}{page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_of_a_link_spends_nothing_and_a_click_spends_it() {
    let world = world().await;
    let app = world.first_app("ada");
    app.connect(FIRST).await;
    let (_, url) = app.link_with(&json!({"page": "choose"})).await;
    let preview = Browser::new().unwrap().get(url.parse().unwrap()).await.unwrap();
    assert!(preview.status == StatusCode::OK && preview.body.contains("opens this page for its user"));
    let browser = Browser::new().unwrap();
    let start = browser.get(url.parse().unwrap()).await.unwrap();
    let fields: Vec<(String, String)> = ["ticket", "proof"]
        .into_iter()
        .map(|name| {
            let (_, rest) = start.body.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
            (name.to_owned(), rest.split('"').next().unwrap().to_owned())
        })
        .collect();
    let opened = browser.post(start.url.clone(), &fields).await.unwrap();
    assert!(opened.location().unwrap().path().ends_with("/choose"));
    let again = browser.post(start.url.clone(), &fields).await.unwrap();
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_asks_dropbox_if_no_account_works_or_another_one_is_wanted() {
    let world = world().await;
    let app = world.first_app("ada");
    app.connect(FIRST).await;
    let (_, url) = app.link_with(&json!({"page": "choose", "new_account": true})).await;
    let browser = Browser::new().unwrap();
    let back = browser.decide(&url, SECOND, Decision::Approve).await.unwrap();
    let end = browser.get(back).await.unwrap();
    assert!(end.location().unwrap().path().ends_with("/choose"));
    assert_eq!(app.get("connections").await.body["connections"].as_array().unwrap().len(), 2);
    for wrong in [
        json!({"page": "paint"}),
        json!({"language": "xx"}),
        json!({"new_account": 1}),
        json!({"page": null}),
    ] {
        let answer = app.post("connect/links", &wrong.to_string()).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "malformed_body"), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_load_nothing_from_elsewhere_and_have_nothing_inline() {
    let world = world().await;
    let app = world.first_app("ada");
    let (_, mut visitor) = Visitor::connecting(&app, &json!({"page": "manage"}), FIRST).await;
    let own = visitor.page.url.path().to_owned();
    for path in ["", "/choose", "/disconnect"] {
        visitor.go(&format!("{own}{path}")).await;
        let page = &visitor.page;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("trusted-types 'none'"),
            "{policy}"
        );
        assert_eq!(
            (&page.headers["x-frame-options"], &page.headers["cache-control"]),
            (&"DENY".parse().unwrap(), &"no-store".parse().unwrap())
        );
        assert!(
            !page.body.contains("<style") && !page.body.contains(" style=") && !page.body.contains(" on"),
            "{path}"
        );
        for asset in page.body.split(['"']).filter(|text| text.starts_with("/assets/")) {
            let answer = visitor.browser.get(page.url.join(asset).unwrap()).await.unwrap();
            assert_eq!(answer.status, StatusCode::OK, "{asset}");
            assert!(answer.headers["cache-control"].to_str().unwrap().contains("immutable"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn use_extends_a_session_and_its_cookie() {
    let world = world().await;
    let app = world.first_app("ada");
    let (_, mut visitor) = Visitor::connecting(&app, &json!({"page": "choose"}), FIRST).await;
    assert!(!visitor.page.headers.contains_key("set-cookie"), "a session that was just opened lasts");
    let path = visitor.page.url.path().to_owned();
    let id = path.split('/').nth(2).unwrap().parse().unwrap();
    let (store, now) = (world.stack.store(), SystemClock.now());
    let end = || async { store.page_session(id, now).await.unwrap().unwrap().valid_until };
    store.extend_page_session(id, now.plus(Duration::from_secs(60))).await.unwrap();
    // A request by the page's script alone does not count as a use.
    let cookie = format!("{COOKIE}={}", visitor.browser.cookie(COOKIE).unwrap());
    let account = visitor.page.url.as_str().trim_end_matches("/choose").to_owned();
    let looked = reqwest::Client::new().get(account).header("cookie", cookie).send().await.unwrap();
    assert_eq!((looked.status(), looked.headers().contains_key("set-cookie")), (StatusCode::OK, false));
    assert!(end().await <= now.plus(Duration::from_secs(60)));
    visitor.go(&path).await;
    assert!(end().await >= now.plus(PageSession::LIFE));
    let cookie = visitor.page.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with(COOKIE) && cookie.contains("Max-Age=3600"), "{cookie}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_no_page_is_a_page_that_says_so() {
    let world = world().await;
    let app = world.first_app("ada");
    let request = json!({"page": "choose", "language": "de"});
    let (_, visitor) = Visitor::connecting(&app, &request, FIRST).await;
    let account = visitor.page.url.path().trim_end_matches("/choose").to_owned();
    let session = account.split("/connections").next().unwrap().to_owned();
    for path in [
        format!("{session}/nothing"),
        format!("{session}/connections"),
        format!("{account}/nothing"),
        format!("{account}/nothing/at/all"),
        format!("{session}/connections/x/nothing"),
    ] {
        let page = visitor.browser.get(visitor.page.url.join(&path).unwrap()).await.unwrap();
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            page.body.contains("<html lang=\"de\">") && page.body.contains("page_not_found"),
            "{path}: {}",
            page.body
        );
    }
    // A stranger's is in the browser's language, and a program gets no page.
    let nothing = visitor.page.url.join("/pages/x/y/z").unwrap();
    let stranger = Browser::new().unwrap().get(nothing.clone()).await.unwrap();
    assert!(stranger.status == StatusCode::NOT_FOUND && stranger.body.contains("This page is closed"));
    // Whatever somebody types, they get a page.
    for typed in ["/pages", "/pages/", "/pages/x/", "/connect", "/connect/"] {
        let shown = Browser::new().unwrap().get(nothing.join(typed).unwrap()).await.unwrap();
        assert_eq!(shown.status, StatusCode::NOT_FOUND, "{typed}");
        assert!(shown.body.contains("This page is closed"), "{typed}: {}", shown.body);
    }
    let program = Browser::of_a_program().unwrap().get(nothing).await.unwrap();
    assert!(program.status == StatusCode::NOT_FOUND && program.body.starts_with('{'), "{}", program.body);
}
