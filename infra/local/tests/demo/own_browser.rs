//! Another site's page cannot drive the demo: forged forms, names that lead here, frames.

use reqwest::{Method, StatusCode, header::HeaderMap};

use crate::visitor::{FIRST, Visitor};

async fn ask(
    visitor: &Visitor,
    method: Method,
    path: &str,
    said: &[(&'static str, &str)],
) -> reqwest::Response {
    let mut headers = HeaderMap::new();
    for (name, value) in said {
        headers.insert(*name, value.parse().unwrap());
    }
    let request = visitor.http.request(method, visitor.url(path)).headers(headers);
    request.body("name=forged.txt&text=x").send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_form_is_refused_and_calls_nothing() {
    let visitor = Visitor::new().await;
    let at = visitor.connect("ada", FIRST).await;
    let action = format!("/demo/create{}", &at[1..]);
    let own = visitor.origin();
    for said in [
        &[][..],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://localhost")],
        &[("origin", own.as_str()), ("sec-fetch-site", "cross-site")],
        &[("origin", own.as_str()), ("sec-fetch-site", "same-site")],
        &[("origin", own.as_str()), ("host", "rebound.example.com")],
        &[("origin", "http://rebound.example.com"), ("host", "rebound.example.com")],
        &[("origin", own.as_str()), ("host", "127.0.0.1")],
    ] {
        let answer = ask(&visitor, Method::POST, &action, said).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{said:?}");
    }
    assert!(!visitor.directory().join("forged.txt").exists());
    assert!(!visitor.open(&at).await.contains("forged.txt"), "nothing was called");
    let answer =
        ask(&visitor, Method::POST, &action, &[("origin", &own), ("sec-fetch-site", "same-origin")]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert!(visitor.directory().join("forged.txt").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_reads_nothing_and_hears_nothing() {
    let visitor = Visitor::new().await;
    for path in ["/", "/demo/events", "/demo/demo.js"] {
        for said in [
            &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")][..],
            &[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")],
            &[("origin", "https://evil.example")],
            &[("host", "rebound.example.com")],
        ] {
            let answer = ask(&visitor, Method::GET, path, said).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path} {said:?}");
            assert!(!answer.headers().contains_key("access-control-allow-origin"));
        }
    }
    let led = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
    assert_eq!(ask(&visitor, Method::GET, "/", &led).await.status(), StatusCode::OK, "a link leads here");
}

#[tokio::test(flavor = "multi_thread")]
async fn this_machine_by_another_name_is_sent_to_the_name_that_keeps_its_cookies() {
    let visitor = Visitor::new().await;
    let port = visitor.stack.url().port().unwrap();
    let answer = ask(&visitor, Method::GET, "/?user=ben", &[("host", &format!("127.0.0.1:{port}"))]).await;
    assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(answer.headers()["location"], format!("http://localhost:{port}/?user=ben"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateways_own_answers_stay_as_they_are() {
    let visitor = Visitor::new().await;
    let answer = ask(&visitor, Method::GET, "/nowhere", &[]).await;
    assert_eq!(
        (answer.status(), &answer.headers()["content-type"]),
        (StatusCode::NOT_FOUND, &"application/json".parse().unwrap())
    );
}
