//! Bytes through the proxy, and the long poll.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tests::{App, World};

const FIRST: &str = "first@example.com";
const ARGUMENT: &str = "dropbox-api-arg";

async fn connected() -> (World, App) {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    (world, app)
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("the gateway answers")
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

async fn upload(app: &App, route: &str, argument: &Value, bytes: Vec<u8>) -> (StatusCode, Value) {
    let request = app.proxied(Method::POST, route).header(ARGUMENT, argument.to_string()).body(bytes);
    let response = send(request).await;
    (response.status(), response.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_up_and_comes_down_byte_for_byte() {
    let (world, app) = connected().await;
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    // Not escaped, as some SDKs send it.
    let argument = json!({"path": "/\u{fc}ber/\u{1f4c4} ☃.bin"}).to_string();
    let up = app.proxied(Method::POST, "2/files/upload").header(ARGUMENT, argument.as_bytes());
    let up = send(up.body(bytes.clone())).await;
    assert_eq!(up.status(), StatusCode::OK);
    let file: Value = up.json().await.unwrap();
    let on_disk = world.directory(FIRST).join("\u{fc}ber/\u{1f4c4} ☃.bin");
    assert_eq!(std::fs::read(on_disk).unwrap(), bytes);
    let by_id = json!({"path": file["id"]}).to_string();
    let down = send(app.proxied(Method::POST, "2/files/download").header(ARGUMENT, &by_id)).await;
    assert_eq!((down.status(), header(&down, "content-length")), (StatusCode::OK, "300000"));
    let result: Value = serde_json::from_str(header(&down, "dropbox-api-result")).unwrap();
    assert_eq!(result["rev"], file["rev"]);
    assert!(!header(&down, "x-dropbox-request-id").is_empty());
    let etag = header(&down, "etag").to_owned();
    assert_eq!(down.bytes().await.unwrap(), bytes);

    let part = app.proxied(Method::POST, "2/files/download").header(ARGUMENT, &by_id);
    let part = send(part.header("range", "bytes=254-257")).await;
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(header(&part, "content-range"), "bytes 254-257/300000");
    assert_eq!(part.bytes().await.unwrap(), [254, 255, 0, 1].as_slice());

    let mut get = app.proxied(Method::GET, "https://content.dropboxapi.com/2/files/download");
    get = get.query(&[("arg", &by_id)]).header("if-none-match", etag);
    assert_eq!(send(get).await.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_content_routes_pass_unchanged() {
    let (_world, app) = connected().await;
    let argument = json!({"path": "/nowhere"}).to_string();
    let missing = send(app.proxied(Method::POST, "2/files/download").header(ARGUMENT, &argument)).await;
    assert_eq!(
        (missing.status(), header(&missing, "content-type")),
        (StatusCode::CONFLICT, "application/json")
    );
    let error: Value = missing.json().await.unwrap();
    assert_eq!(error["error"], json!({".tag": "path", "path": {".tag": "not_found"}}));
    let broken = send(app.proxied(Method::POST, "2/files/download").header(ARGUMENT, "{")).await;
    assert_eq!(broken.status(), StatusCode::BAD_REQUEST);
    let raw = send(app.proxied(Method::POST, "2/files/download").header(ARGUMENT, b"\xff".as_slice())).await;
    assert_eq!(raw.json::<Value>().await.unwrap()["code"], "malformed_argument");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_has_so_many_long_polls_and_no_more() {
    use shared::{
        model::{Clock, SystemClock},
        store::{Lease, Leases, POLLS_WITH_CREDENTIALS},
    };
    let (world, app) = connected().await;
    world.settled().await;
    let (store, now) = (world.stack.store(), SystemClock.now());
    let until = now.plus(Duration::from_secs(60));
    let mut taken = None;
    for slot in 0..POLLS_WITH_CREDENTIALS {
        taken = store.take_lease(Lease::Poll(app.project, slot), now, until).await.unwrap();
    }
    let before = world.stack.dropbox.calls();
    let refused = app.call("2/files/list_folder/longpoll", &json!({"cursor": "c"})).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::TOO_MANY_REQUESTS, "too_many_longpolls"));
    assert_eq!(world.stack.dropbox.calls(), before);
    store.end_lease(Lease::Poll(app.project, POLLS_WITH_CREDENTIALS - 1), taken.unwrap()).await.unwrap();
    // Twice, because the first call must return its slot.
    for _ in 0..2 {
        let answer = app.call("2/files/list_folder/longpoll", &json!({"cursor": "c"})).await;
        assert_ne!(answer.code(), "too_many_longpolls", "{}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_goes_up_in_a_session() {
    let (world, app) = connected().await;
    let bytes: Vec<u8> = (0..9_000_000_u32).map(|n| u8::try_from(n % 253).unwrap()).collect();
    let mut pieces = bytes.chunks(4_000_000);
    let first = pieces.next().unwrap().to_vec();
    let (status, started) = upload(&app, "2/files/upload_session/start", &json!({}), first).await;
    assert_eq!(status, StatusCode::OK, "{started}");
    let cursor = |offset: usize| json!({"session_id": started["session_id"], "offset": offset});
    let append = json!({"cursor": cursor(4_000_000)});
    let (status, _) =
        upload(&app, "2/files/upload_session/append_v2", &append, pieces.next().unwrap().to_vec()).await;
    assert_eq!(status, StatusCode::OK);
    let finish = json!({"cursor": cursor(8_000_000), "commit": {"path": "/large.bin"}});
    let (status, file) =
        upload(&app, "2/files/upload_session/finish", &finish, pieces.next().unwrap().to_vec()).await;
    assert_eq!((status, &file["size"]), (StatusCode::OK, &json!(9_000_000)), "{file}");
    assert_eq!(std::fs::read(world.directory(FIRST).join("large.bin")).unwrap(), bytes);
    // A body that is too large for a request is refused before anything is sent.
    let (status, refused) = upload(&app, "2/files/upload", &json!({"path": "/x"}), vec![0; 4_500_001]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{refused}");
    assert!(refused["message"].as_str().unwrap().contains("upload"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_poll_is_relayed_without_a_token_and_without_a_caller() {
    let (world, app) = connected().await;
    world.settled().await;
    let latest =
        app.call("2/files/list_folder/get_latest_cursor", &json!({"path": "", "recursive": true})).await;
    let body = json!({"cursor": latest.body["cursor"], "timeout": 480}).to_string();
    let url = format!(
        "{}projects/{}/sdk/proxy/dropbox/2/files/list_folder/longpoll",
        world.stack.url(),
        app.project
    );
    let poll = |url: String| {
        let request = reqwest::Client::new().post(url).header("content-type", "application/json");
        send(request.body(body.clone()))
    };
    let (answer, ()) = tokio::join!(poll(url.clone()), async {
        // The poll is in progress once the fake Dropbox has received it.
        world.until(async || world.stack.dropbox.calls().contains_key("files/list_folder/longpoll")).await;
        world.write(FIRST, "new.txt", b"new");
    });
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.json::<Value>().await.unwrap()["changes"], true);
    let nobodys = url.replace(&app.project.to_string(), "6d1f6c1e-2f0b-4f55-9f38-0c5f6f4f1f10");
    assert_eq!(poll(nobodys).await.status(), StatusCode::NOT_FOUND);
}
