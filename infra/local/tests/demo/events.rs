//! Events arrive live, and a page that was away misses none.

use std::{fs, time::Duration};

use crate::visitor::{FIRST, SECOND, Stream, Visitor};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_goes_on_where_it_has_ended() {
    let visitor = Visitor::new().await;
    visitor.connect("ada", FIRST).await;
    let mut stream = visitor.listen(0).await;
    let (mut last, mut seen) = (0, Vec::new());
    while seen.last() != Some(&"Listed".to_owned()) {
        let (id, event) = stream.next().await;
        assert!(id > last, "in order");
        last = id;
        seen.push(event["type"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen[0], "Connected");
    drop(stream);
    fs::write(visitor.directory().join("a.txt"), "a").unwrap();
    let mut own = visitor.listen(last).await;
    while own.next().await.1["type"] != "File Ready" {}
    // A browser says so itself where it has ended; that counts more than the address.
    let request =
        visitor.http.get(visitor.url("/demo/events?after=0")).header("last-event-id", last.to_string());
    let mut again = Stream::of(request.send().await.unwrap());
    let mut types = Vec::new();
    while types.last() != Some(&"File Ready".to_owned()) {
        let (id, event) = again.next().await;
        assert_eq!(id, last + 1, "none is missed, none comes twice");
        last = id;
        assert!(event["html"].as_str().unwrap().contains("/a.txt"), "{event}");
        types.push(event["type"].as_str().unwrap().to_owned());
    }
    assert_eq!(types, ["File Created", "File Ready"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_opened_has_the_latest_events_and_goes_on_after_them() {
    let visitor = Visitor::new().await;
    let at = visitor.connect("ada", FIRST).await;
    let mut stream = visitor.listen(0).await;
    let listed = loop {
        let (id, event) = stream.next().await;
        if event["type"] == "Listed" {
            break id;
        }
    };
    let page = visitor.open(&at).await;
    assert!(page.contains(&format!("data-after=\"{listed}\"")), "{page}");
    let (newest, oldest) = (page.find("id=\"event-2\"").unwrap(), page.find("id=\"event-1\"").unwrap());
    assert!(newest < oldest, "newest first");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_projects_events_are_not_heard() {
    let visitor = Visitor::new().await;
    let mut stream = visitor.listen(0).await;
    let project = &visitor.stack.projects[1];
    let event = visitor
        .http
        .post(visitor.url(&format!("/v2/projects/{}/sdk/events/trigger", project.project.id)))
        .bearer_auth(project.key.expose())
        .header("customer-id", "eve")
        .json(&serde_json::json!({"name": "Foreign", "payload": {}}));
    assert!(event.send().await.unwrap().status().is_success());
    visitor.connect("ada", SECOND).await;
    assert_eq!(stream.next().await.1["type"], "Connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_listen_are_limited_and_do_not_keep_the_stack_from_stopping() {
    let visitor = Visitor::new().await;
    let mut open = Vec::new();
    for _ in 0..32 {
        open.push(visitor.listen(0).await);
    }
    assert_eq!(visitor.get("/demo/events").await.status(), 503);
    let mut stream = open.pop().unwrap();
    drop(open);
    tokio::time::timeout(Duration::from_secs(30), visitor.stack.stop()).await.expect("it stops");
    assert!(stream.event().await.is_none());
}
