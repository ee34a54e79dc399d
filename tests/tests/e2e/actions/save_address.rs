//! Saving the file at an https address: only on the public internet, and in chunks.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use reqwest::{Request, Response};
use serde_json::{Value, json};
use shared::{
    dropbox::{Transport, TransportError},
    egress::Web,
};
use tests::{App, World};

use super::{FIRST, act, connected, connected_with, done};

const SAVE: &str = "DROPBOX_SAVE_FILE";
const MIB: usize = 1024 * 1024;
const LARGE: usize = 20 * MIB + 3;

/// Web site with one large file, redirects, and unavailable files. It records the requested addresses.
#[derive(Default)]
struct Site {
    asked: Mutex<Vec<String>>,
    /// Number of changes of the file so far.
    changes: Mutex<usize>,
}

#[async_trait]
impl Transport for Site {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.asked.lock().unwrap().push(request.url().to_string());
        let answer = match request.url().path() {
            "/file" => self.file(&request, true),
            "/file without a version" => self.file(&request, false),
            "/file%20without%20a%20version" => self.file(&request, false),
            "/moved" => redirect("/file"),
            "/elsewhere" => redirect("https://cdn.example.net/file"),
            "/inside" => redirect("https://169.254.169.254/latest/meta-data/"),
            "/home" => redirect("https://localhost/"),
            "/plain" => redirect("http://files.example.com/file"),
            "/again" => redirect("/again"),
            "/gone" => return Err(TransportError("no route".to_owned())),
            _ => http::Response::builder().status(StatusCode::FORBIDDEN).body(Bytes::new()).unwrap(),
        };
        Ok(answer.into())
    }
}

impl Site {
    /// Responds with the file, or with the rest of it if a range of the current version is requested.
    fn file(&self, request: &Request, has_version: bool) -> http::Response<Bytes> {
        let version = format!("\"v{}\"", self.changes.lock().unwrap());
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let mut answer = http::Response::builder();
        if has_version {
            answer = answer.header("etag", &version);
        }
        let range = header("range").filter(|_| header("if-range") == Some(&version));
        let start =
            range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
        let whole = bytes(LARGE);
        match start {
            Some(start) => answer
                .status(StatusCode::PARTIAL_CONTENT)
                .header("content-range", format!("bytes {start}-{}/{LARGE}", LARGE - 1))
                .body(whole.slice(start..))
                .unwrap(),
            None => answer.header("content-length", LARGE).body(whole).unwrap(),
        }
    }
}

fn redirect(location: &str) -> http::Response<Bytes> {
    http::Response::builder().status(302).header("location", location).body(Bytes::new()).unwrap()
}

fn bytes(size: usize) -> Bytes {
    (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

/// Creates a world whose internet is the site, and in which an action runs for at most this time.
async fn world(time: Duration) -> (World, App, Arc<Site>) {
    let site = Arc::new(Site::default());
    let web = Web::over(site.clone());
    let (world, app) = connected_with(|settings| {
        settings.web = Some(web);
        settings.save_time = time;
    })
    .await;
    (world, app, site)
}

fn parameters(url: &str) -> Value {
    json!({"file": {"url": url}, "path": "/saved.bin"})
}

fn saved(world: &World) -> Vec<u8> {
    std::fs::read(world.directory(FIRST).join("saved.bin")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_at_an_address_becomes_a_file() {
    let (world, app, site) = world(Duration::from_secs(600)).await;
    let metadata = done(&app, SAVE, parameters("https://files.example.com/moved?signature=abc")).await;
    assert_eq!((&metadata["size"], &metadata["path_display"]), (&json!(LARGE), &json!("/saved.bin")));
    assert!(saved(&world) == bytes(LARGE), "other bytes arrived");
    assert_eq!(
        *site.asked.lock().unwrap(),
        ["https://files.example.com/moved?signature=abc", "https://files.example.com/file"]
    );
    let again = done(&app, SAVE, parameters("https://files.example.com/elsewhere")).await;
    assert_eq!(again["rev"], metadata["rev"], "the same bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_download_goes_on_with_the_next_call_from_where_it_stopped() {
    let (world, app, site) = world(Duration::ZERO).await;
    let mut asked = parameters("https://files.example.com/file");
    let mut calls = 0;
    loop {
        calls += 1;
        let answer = act(&app, SAVE, asked.clone()).await;
        if answer.status == 200 {
            break;
        }
        assert_eq!((answer.status.as_u16(), &answer.body["size"]), (202, &json!(LARGE)), "{}", answer.body);
        asked["resume"] = answer.body["resume"].clone();
    }
    assert_eq!((calls, site.asked.lock().unwrap().len()), (3, 3));
    assert!(saved(&world) == bytes(LARGE), "other bytes arrived");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_or_names_no_version_is_not_gone_on_with() {
    let (world, app, site) = world(Duration::ZERO).await;
    let mut asked = parameters("https://files.example.com/file");
    asked["resume"] = act(&app, SAVE, asked.clone()).await.body["resume"].clone();
    *site.changes.lock().unwrap() += 1;
    let changed = act(&app, SAVE, asked).await;
    assert_eq!((changed.status.as_u16(), changed.code()), (409, "source_changed"), "{}", changed.body);
    let unnamed = act(&app, SAVE, parameters("https://files.example.com/file without a version")).await;
    assert_eq!((unnamed.status.as_u16(), unnamed.code()), (422, "source_not_resumable"), "{}", unnamed.body);
    assert!(!world.directory(FIRST).join("saved.bin").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_must_not_or_cannot_be_read_changes_nothing() {
    let (world, app, _) = world(Duration::from_secs(600)).await;
    let calls = world.stack.dropbox.calls();
    for (url, status, code) in [
        ("http://files.example.com/file", 400, "url_not_allowed"),
        ("ftp://files.example.com/file", 400, "url_not_allowed"),
        ("file:///etc/passwd", 400, "url_not_allowed"),
        ("files.example.com/file", 400, "url_not_allowed"),
        ("", 400, "url_not_allowed"),
        ("https://user:secret@files.example.com/file", 400, "url_not_allowed"),
        ("https://127.0.0.1/file", 400, "url_not_allowed"),
        ("https://2130706433/file", 400, "url_not_allowed"),
        ("https://0x7f.0.0.1/file", 400, "url_not_allowed"),
        ("https://0251.0376.0251.0376/latest", 400, "url_not_allowed"),
        ("https://10.0.0.7/file", 400, "url_not_allowed"),
        ("https://[::1]/file", 400, "url_not_allowed"),
        ("https://[::ffff:10.0.0.7]/file", 400, "url_not_allowed"),
        ("https://[fd00:ec2::254]/latest", 400, "url_not_allowed"),
        ("https://localhost/file", 400, "url_not_allowed"),
        ("https://db.internal/file", 400, "url_not_allowed"),
        ("https://files.example.com/inside", 400, "url_not_allowed"),
        ("https://files.example.com/home", 400, "url_not_allowed"),
        ("https://files.example.com/plain", 400, "url_not_allowed"),
        ("https://files.example.com/again", 400, "url_not_allowed"),
        ("https://files.example.com/gone", 502, "source_unreachable"),
        ("https://files.example.com/forbidden", 422, "source_refused"),
    ] {
        let answer = act(&app, SAVE, parameters(url)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{url}: {}", answer.body);
        let text = answer.body.to_string();
        assert!(!text.contains("example.com") && !text.contains("secret"), "{text}");
    }
    assert_eq!(world.stack.dropbox.calls(), calls, "Dropbox was asked");
    assert!(!world.directory(FIRST).join("saved.bin").exists());
}

/// With the production configuration names are resolved, and this machine is not called.
#[tokio::test(flavor = "multi_thread")]
async fn the_stack_itself_calls_no_private_address() {
    let (_world, app) = connected().await;
    for url in ["https://127.0.0.1/", "https://localhost:8080/", "https://[::1]:8080/"] {
        let answer = act(&app, SAVE, parameters(url)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "url_not_allowed"), "{url}");
    }
}
