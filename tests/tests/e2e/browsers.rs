//! Cross-origin calls of web pages: preflights, and the headers of responses.

use fake_dropbox::faults::{Fault, RateLimitReason, RateLimitShape};
use reqwest::{Client, Method, Response, StatusCode};
use tests::{App, World};

const FIRST: &str = "first@example.com";
/// One route of each kind, below the project.
const OPEN: [&str; 7] = [
    "sdk/proxy/dropbox",
    "sdk/proxy/dropbox/2/files/list_folder",
    "sdk/proxy/dropbox/2/files/list_folder/longpoll",
    "sdk/me",
    "sdk/integrations",
    "connections",
    "connections/0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a/files",
];

/// Sends a preflight, as a browser does before a page's call: without a key.
async fn preflight(world: &World, path: &str) -> Response {
    let request = Client::new().request(Method::OPTIONS, world.stack.url().join(path).unwrap());
    let request = request.header("origin", "https://app.example.com");
    let request = request.header("access-control-request-method", "POST");
    let headers = "authorization,content-type,x-paragon-credential,x-paragon-sdk-version";
    request.header("access-control-request-headers", headers).send().await.unwrap()
}

fn told<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

fn lists(answer: &Response, name: &str, wanted: &[&str]) {
    let listed: Vec<&str> = told(answer, name).split(", ").collect();
    for one in wanted {
        assert!(listed.contains(one), "{one} is not in {listed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preflight_is_answered_to_everybody_and_goes_no_further() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.settled().await;
    let before = world.stack.dropbox.calls();
    for path in OPEN {
        let answer = preflight(&world, &format!("projects/{}/{path}", app.project)).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{path}");
        assert_eq!(told(&answer, "access-control-allow-origin"), "*", "{path}");
        lists(&answer, "access-control-allow-methods", &["GET", "POST", "PUT", "DELETE"]);
        let sent = ["authorization", "content-type", "customer-id", "dropbox-api-arg", "range"];
        lists(&answer, "access-control-allow-headers", &sent);
        lists(
            &answer,
            "access-control-allow-headers",
            &["x-paragon-sdk-version", "x-paragon-credential", "x-paragon-configuration-id"],
        );
        assert!(told(&answer, "access-control-max-age").parse::<u32>().is_ok());
        assert_eq!(told(&answer, "access-control-allow-credentials"), "", "no cookie is ever meant");
    }
    assert_eq!(world.stack.dropbox.calls(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_cookie_or_a_signature_counts_no_page_may_call() {
    let world = World::new().await;
    let links = format!("projects/{}/connect/links", world.first_app("u").project);
    for path in [links.as_str(), "connect/start", "oauth/callback", "webhook"] {
        assert_eq!(preflight(&world, path).await.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    for path in ["connect/start?ticket=unknown", "oauth/callback?state=unknown&code=1", "webhook?challenge=a"]
    {
        let answer = Client::new().get(world.stack.url().join(path).unwrap()).send().await.unwrap();
        assert_eq!(told(&answer, "access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_reads_every_answer_and_the_headers_that_count() {
    let world = World::new().await;
    world.write(FIRST, "a.txt", b"twelve bytes");
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.settled().await;
    let post = |app: &App, path: &str| app.proxied(Method::POST, path).body("{\"path\":\"/nowhere\"}");
    let download = app.proxied(Method::GET, "2/files/download?arg=%7B%22path%22%3A%22%2Fa.txt%22%7D");
    let mut forger = app.clone();
    "dl_forged".clone_into(&mut forger.key);
    let lost = app.proxied(Method::POST, "evil.example/2/a/b");
    for (request, status) in [
        (download.header("range", "bytes=0-1"), StatusCode::PARTIAL_CONTENT),
        (app.request(Method::GET, "connections"), StatusCode::OK),
        (app.request(Method::GET, "sdk/me"), StatusCode::OK),
        (post(&app, "2/files/get_metadata"), StatusCode::CONFLICT),
        (post(&forger, "2/files/get_metadata"), StatusCode::UNAUTHORIZED),
        (forger.request(Method::GET, "sdk/me"), StatusCode::UNAUTHORIZED),
        (lost, StatusCode::BAD_REQUEST),
        (app.proxied(Method::DELETE, "2/files/upload"), StatusCode::METHOD_NOT_ALLOWED),
        // Response of the gateway itself.
        (app.request(Method::GET, "nothing"), StatusCode::NOT_FOUND),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!((answer.status(), told(&answer, "access-control-allow-origin")), (status, "*"));
        let read = ["dropbox-api-result", "x-dropbox-request-id", "content-range", "etag", "retry-after"];
        lists(&answer, "access-control-expose-headers", &read);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_learns_how_long_to_wait() {
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
    // Dropbox's own response, followed by ours.
    for answer in [ask().await.unwrap(), ask().await.unwrap()] {
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(told(&answer, "access-control-allow-origin"), "*");
        assert!(answer.headers().contains_key("retry-after"));
        lists(&answer, "access-control-expose-headers", &["retry-after"]);
    }
}
