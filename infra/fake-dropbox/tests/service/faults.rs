//! Injected faults of calls.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use fake_dropbox::{
    Fault, Faults,
    faults::{Chance, RateLimitReason, RateLimitShape, TokenProblem},
};
use reqwest::Response;
use serde_json::{Value, json};

use crate::world::{APP, FIRST, SECOND, SECRET, Session, World, summary};

const LIST: &str = "files/list_folder";

fn faults(world: &World) -> Arc<Faults> {
    world.fake.faults(FIRST)
}

async fn listed(owner: &Session<'_>) -> Response {
    owner.send(LIST, &json!({"path": ""})).await
}

fn retry_after(answer: &Response) -> Option<String> {
    answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_rate_limit_is_told_in_each_shape() {
    let world = World::start().await;
    let owner = world.connect().await;
    let reason = RateLimitReason::TooManyRequests;
    let tag = json!({".tag": "too_many_requests"});
    for (shape, body, header) in [
        (RateLimitShape::Json, Some(json!({"reason": tag, "retry_after": 300})), Some("300")),
        (RateLimitShape::ReasonOnly, Some(json!({"reason": tag})), Some("300")),
        (RateLimitShape::Text, None, Some("300")),
        (RateLimitShape::NoHeader, Some(json!({"reason": tag})), None),
    ] {
        faults(&world).next(LIST, 1, Fault::RateLimited { shape, reason, retry_after: 300 });
        let answer = listed(&owner).await;
        assert_eq!((answer.status().as_u16(), retry_after(&answer).as_deref()), (429, header), "{shape:?}");
        match body {
            Some(error) => {
                assert_eq!(answer.headers()["content-type"], "application/json");
                let told: Value = answer.json().await.unwrap();
                assert_eq!((summary(&told).as_str(), &told["error"]), ("too_many_requests/", &error));
            }
            None => assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain")),
        }
    }
    assert_eq!(listed(&owner).await.status(), 200);
}

#[tokio::test]
async fn contention_is_told_where_each_route_declares_it() {
    let world = World::start().await;
    let owner = world.connect().await;
    faults(&world).next("files/*", 3, Fault::TooManyWriteOperations { retry_after: 2 });
    let busy = json!({".tag": "too_many_write_operations"});
    let deleted = owner.send("files/delete_v2", &json!({"path": "/a"})).await;
    assert_eq!((deleted.status().as_u16(), retry_after(&deleted).as_deref()), (409, Some("2")));
    assert_eq!(deleted.json::<Value>().await.unwrap()["error"], busy);
    let made = owner.send("files/create_folder_v2", &json!({"path": "/a"})).await;
    assert_eq!(made.json::<Value>().await.unwrap()["error"], json!({".tag": "path", "path": busy}));
    let put = owner.upload(json!({"path": "/a"}), "1").await.json::<Value>().await.unwrap();
    assert_eq!((&put["error"][".tag"], &put["error"]["reason"]), (&json!("path"), &busy));
    assert!(put["error"]["upload_session_id"].is_string());
    assert!(!world.at("a").exists());
}

#[tokio::test]
async fn an_error_of_the_route_has_the_tags_that_are_given() {
    let world = World::start().await;
    let owner = world.connect().await;
    let (_, cursor) = owner.list(json!({"path": ""})).await;
    let next = format!("{LIST}/continue");
    for tag in ["reset", "path/not_found", "path/restricted_content"] {
        faults(&world).next(&next, 1, Fault::EndpointError { tag: tag.into() });
        assert_eq!(owner.refusal(&next, json!({"cursor": cursor})).await, format!("{tag}/"));
    }
    faults(&world).next(&next, 1, Fault::InvalidCursor);
    let answer = owner.send(&next, &json!({"cursor": cursor})).await;
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().ends_with("Invalid \"cursor\" parameter"));
    assert!(owner.since(&cursor).await.0.is_empty());
}

#[tokio::test]
async fn tokens_and_roots_are_refused_as_is_told() {
    let world = World::start().await;
    let owner = world.connect().await;
    for (error, tag) in [
        (TokenProblem::ExpiredAccessToken, "expired_access_token/"),
        (TokenProblem::InvalidAccessToken, "invalid_access_token/"),
        (TokenProblem::UserSuspended, "user_suspended/"),
    ] {
        faults(&world).next("*", 1, Fault::Unauthorized { error });
        let answer = listed(&owner).await;
        assert_eq!(answer.status(), 401);
        assert_eq!(summary(&answer.json().await.unwrap()), tag);
    }
    faults(&world).next("*", 1, Fault::InvalidRoot);
    let answer = listed(&owner).await;
    assert_eq!(answer.status(), 422);
    let told: Value = answer.json().await.unwrap();
    let account = owner.call("users/get_current_account", Value::Null).await;
    assert_eq!(told["error"], json!({".tag": "invalid_root", "invalid_root": account["root_info"]}));
}

#[tokio::test]
async fn a_server_error_is_a_page_before_or_after_the_effect() {
    let world = World::start().await;
    let owner = world.connect().await;
    for (status, after_effect) in [(500, false), (502, false), (503, true)] {
        faults(&world).next("files/upload", 1, Fault::ServerError { status, after_effect });
        let answer = owner.upload(json!({"path": "/a"}), "1").await;
        assert_eq!(answer.status(), status);
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        assert!(answer.text().await.unwrap().starts_with("<!DOCTYPE html>"));
        assert_eq!(world.at("a").exists(), after_effect);
    }
}

#[tokio::test]
async fn a_connection_is_cut_before_or_after_the_effect() {
    let world = World::start().await;
    let owner = world.connect().await;
    for after_effect in [false, true] {
        faults(&world).next("files/create_folder_v2", 1, Fault::Cut { after_effect });
        let url = world.url("/2/files/create_folder_v2");
        let call = world.http.post(url).bearer_auth(&owner.token).json(&json!({"path": "/a"}));
        assert!(call.send().await.unwrap_err().is_request());
        assert_eq!(world.at("a").exists(), after_effect);
    }
}

#[tokio::test]
async fn a_body_is_cut_in_its_middle() {
    let world = World::start().await;
    let owner = world.connect().await;
    let content = "0123456789".repeat(50_000);
    owner.put(json!({"path": "/a"}), &content).await;
    faults(&world).next("*", 2, Fault::CutBody);
    let mut answer = owner.download("/a", &[]).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["content-length"]), (200, &content.len().into()));
    let mut got = Vec::new();
    let broken = loop {
        match answer.chunk().await {
            Ok(Some(piece)) => got.extend(piece),
            end => break end,
        }
    };
    assert!(broken.is_err());
    assert_eq!(got, content.as_bytes()[..content.len() / 2]);
    let page = listed(&owner).await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.is_err());
}

#[tokio::test]
async fn an_answer_takes_its_time() {
    let world = World::start().await;
    let owner = world.connect().await;
    let slow = Fault::Slow { before_headers_ms: 40, before_each_piece_ms: 40 };
    faults(&world).next(LIST, 1, slow);
    let begun = Instant::now();
    let answer = listed(&owner).await;
    assert!(begun.elapsed() >= Duration::from_millis(40));
    assert_eq!(answer.json::<Value>().await.unwrap()["entries"], json!([]));
    assert!(begun.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn a_download_has_one_wrong_byte() {
    let world = World::start().await;
    let owner = world.connect().await;
    owner.put(json!({"path": "/a"}), "hello").await;
    faults(&world).next("files/download", 1, Fault::WrongBytes);
    let answer = owner.download("/a", &[]).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["content-length"]), (200, &5.into()));
    assert_eq!(answer.text().await.unwrap(), "hemlo");
    assert_eq!(owner.download("/a", &[]).await.text().await.unwrap(), "hello");
}

#[tokio::test]
async fn a_script_goes_on_in_order_and_is_counted() {
    let world = World::start().await;
    let owner = world.connect().await;
    let other = world.session(&world.connect_to(APP, SECRET, SECOND).await);
    let script = faults(&world);
    script.next("files/list*", 2, Fault::ServerError { status: 503, after_effect: false });
    script.next(LIST, 1, Fault::ServerError { status: 502, after_effect: false });
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(listed(&owner).await.status().as_u16());
        assert_eq!(listed(&other).await.status(), 200, "the other account is spared");
    }
    assert_eq!(statuses, [503, 503, 502, 200]);
    assert_eq!(script.injected().into_iter().collect::<Vec<_>>(), [("server_error", 3)]);
    assert!(script.left().script.is_empty());
}

#[tokio::test]
async fn chance_follows_from_the_seed() {
    let world = World::start().await;
    let owner = world.connect().await;
    let failing = async |seed: u64| {
        let fault = Fault::ServerError { status: 500, after_effect: false };
        let chance = Chance { route: "files/*".into(), probability: 0.5, fault };
        faults(&world).seeded(seed, vec![chance]);
        let mut failed = Vec::new();
        for _ in 0..24 {
            assert_eq!(owner.send("users/get_current_account", &Value::Null).await.status(), 200);
            failed.push(listed(&owner).await.status() == 500);
        }
        failed
    };
    let first = failing(7).await;
    assert_eq!(first, failing(7).await);
    assert_ne!(first, failing(8).await);
    assert!(first.contains(&true) && first.contains(&false));
    faults(&world).clear();
    assert_eq!(listed(&owner).await.status(), 200);
}

#[tokio::test]
async fn what_is_not_allowed_is_told_as_dropbox_does() {
    let world = World::start().await;
    let owner = world.connect().await;
    let scope = |scope: &str| json!({".tag": "missing_scope", "required_scope": scope});
    let feature = json!({".tag": "invalid_account_type", "invalid_account_type": {".tag": "feature"}});
    for (fault, status, error) in [
        (Fault::MissingScope { required_scope: None }, 401, scope("files.metadata.read")),
        (Fault::MissingScope { required_scope: Some("sharing.read".into()) }, 401, scope("sharing.read")),
        (
            Fault::AccessDenied { tag: "team_access_denied".into() },
            403,
            json!({".tag": "team_access_denied"}),
        ),
        (Fault::AccessDenied { tag: "invalid_account_type/feature".into() }, 403, feature),
        (Fault::RootGone, 422, json!({".tag": "no_permission"})),
    ] {
        faults(&world).next(LIST, 1, fault);
        let answer = listed(&owner).await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.json::<Value>().await.unwrap()["error"], error);
    }
    faults(&world).next(LIST, 1, Fault::AccessDenied { tag: "invalid_account_type/feature".into() });
    let limited = listed(&owner).await.json::<Value>().await.unwrap();
    assert!(limited["user_message"]["text"].is_string(), "a quota comes with words for the user: {limited}");
    faults(&world).next(LIST, 1, Fault::MalformedToken);
    let answer = listed(&owner).await;
    assert_eq!(answer.status(), 400);
    let text = answer.text().await.unwrap();
    assert_eq!(
        text,
        "Error in call to API function \"files/list_folder\": The given OAuth 2 access token is malformed."
    );
    assert_eq!(listed(&owner).await.status(), 200);
}

#[tokio::test]
async fn what_is_never_used_up_ends_when_it_is_ended() {
    let world = World::start().await;
    let owner = world.connect().await;
    let suspended = Fault::Unauthorized { error: TokenProblem::UserSuspended };
    faults(&world).next("*", fake_dropbox::faults::ALWAYS, suspended);
    for _ in 0..5 {
        assert_eq!(listed(&owner).await.status(), 401);
    }
    faults(&world).clear();
    assert_eq!(listed(&owner).await.status(), 200);
}
