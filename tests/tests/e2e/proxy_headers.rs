//! Headers of a call and its response: root, wrapping, and what is refused.

use fake_dropbox::faults::{Fault, RateLimitReason, RateLimitShape};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tests::World;

const FIRST: &str = "first@example.com";

#[tokio::test(flavor = "multi_thread")]
async fn the_route_can_stand_in_a_header_and_the_answer_below_output() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    let ask = |raw: &'static str| {
        let request = app.request(Method::POST, "sdk/proxy/dropbox").body("{\"path\":\"\"}");
        let url = "https://api.dropboxapi.com/2/files/list_folder";
        request.header("x-paragon-proxy-url", url).header("x-paragon-use-raw-response", raw).send()
    };
    let wrapped = ask("0").await.unwrap();
    assert_eq!(wrapped.status(), StatusCode::OK);
    let wrapped: Value = wrapped.json().await.unwrap();
    let raw: Value = ask("1").await.unwrap().json().await.unwrap();
    assert_eq!(wrapped["output"]["entries"], raw["entries"]);
    assert!(raw["output"].is_null());
    // Paragon's own SDK sends the content type "auto", and gets Dropbox's errors unchanged.
    let missing = app.proxied(Method::POST, "2/files/get_metadata").header("x-paragon-sdk-version", "2.4.0");
    let missing =
        missing.header("content-type", "auto").body("{\"path\":\"/nowhere\"}").send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::CONFLICT);
    assert_eq!(missing.json::<Value>().await.unwrap()["error"][".tag"], "path");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_caller_may_not_say_is_refused_and_reaches_nobody() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.settled().await;
    let before = world.stack.dropbox.calls();
    let post = |path: &str| app.proxied(Method::POST, path).body("{\"path\":\"\"}");
    let long = "x".repeat(10_241);
    for (request, code) in [
        (post("2/files/list_folder").header("dropbox-api-select-user", "dbmid:1"), "select_not_allowed"),
        (post("2/files/list_folder").header("dropbox-api-select-admin", "dbmid:1"), "select_not_allowed"),
        (post("2/files/upload").header("dropbox-api-arg", &long), "header_too_large"),
        (post("2/files/list_folder?authorization=Bearer%20x"), "query_not_allowed"),
        (post("https://evil.example/2/files/list_folder"), "path_not_allowed"),
        (post("https://api.dropboxapi.com@evil.example/2/files/list_folder"), "path_not_allowed"),
        (post("2%2ffiles%2flist_folder"), "path_not_allowed"),
        (app.request(Method::POST, "sdk/proxy/dropbox"), "path_not_allowed"),
        (app.proxied(Method::PUT, "2/files/upload"), "method_not_allowed"),
    ] {
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["code"], code, "{answer}");
    }
    assert_eq!(world.stack.dropbox.calls(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_is_told_to_later_callers_at_once() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.settled().await;
    let limit = Fault::RateLimited {
        shape: RateLimitShape::Json,
        reason: RateLimitReason::TooManyRequests,
        retry_after: 300,
    };
    world.stack.dropbox.faults(FIRST).next("files/list_folder", 1, limit);
    let ask = || app.proxied(Method::POST, "2/files/list_folder").body("{\"path\":\"\"}").send();
    let limited = ask().await.unwrap();
    assert_eq!(
        (limited.status(), limited.headers()["retry-after"].to_str().unwrap()),
        (StatusCode::TOO_MANY_REQUESTS, "300")
    );
    assert!(
        limited.json::<Value>().await.unwrap()["error_summary"].is_string(),
        "it is Dropbox's own answer"
    );
    let before = world.stack.dropbox.calls();
    let told = ask().await.unwrap();
    let rest: u64 = told.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((200..=300).contains(&rest), "{rest}");
    assert_eq!(told.json::<Value>().await.unwrap()["code"], "too_many_requests");
    assert_eq!(world.stack.dropbox.calls(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_space_is_the_root_unless_the_caller_names_another() {
    let world =
        World::with(|settings| settings.accounts[0].member_folder = Some("First account".to_owned())).await;
    world.write(FIRST, "First account/mine.txt", b"mine");
    world.write(FIRST, "Team/ours.txt", b"ours");
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.settled().await;
    assert_eq!(app.names().await, ["First account", "Team"]);
    let home = app.proxied(Method::POST, "2/files/list_folder").body("{\"path\":\"\"}");
    let home = home.header("dropbox-api-path-root", "{\".tag\":\"home\"}").send().await.unwrap();
    assert_eq!(home.json::<Value>().await.unwrap()["entries"][0]["name"], "mine.txt");
    // The account is rooted elsewhere by now: no call fails for that, even before a walk has noticed it.
    world.stack.dropbox.change_root(FIRST).unwrap();
    assert_eq!(app.names().await, ["First account", "Team"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_with_a_folder_is_never_told_a_root() {
    let world = World::with(|settings| {
        settings.app_folder = true;
        settings.accounts[0].member_folder = Some("First account".to_owned());
    })
    .await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    assert_eq!(app.names().await, [""; 0], "at once, before a walk has learnt it");
    world.write(FIRST, "First account/Apps/Dropline on this machine/seen.txt", b"seen");
    world.settled().await;
    assert_eq!(app.names().await, ["seen.txt"]);
    let rooted = app.proxied(Method::POST, "2/files/list_folder").body("{\"path\":\"\"}");
    let rooted = rooted.header("dropbox-api-path-root", "{\".tag\":\"home\"}").send().await.unwrap();
    assert_eq!(rooted.status(), StatusCode::OK);
}
