//! The demo's first page.

use reqwest::StatusCode;

use crate::visitor::{FIRST, SECOND, Visitor, parameter};

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_there_before_anything_is_connected() {
    let visitor = Visitor::new().await;
    let answer = visitor.get("/").await;
    assert_eq!(
        (answer.status(), &answer.headers()["content-type"]),
        (StatusCode::OK, &"text/html; charset=utf-8".parse().unwrap())
    );
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let page = answer.text().await.unwrap();
    assert!(page.contains("Connect a Dropbox account") && page.contains("None yet."), "{page}");
    assert!(!page.contains(" style=") && !page.contains(" onclick="), "the policy allows neither");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_browsers_request_by_themselves_is_there() {
    let visitor = Visitor::new().await;
    for (path, kind) in [
        ("/favicon.ico", "image/png"),
        ("/apple-touch-icon.png", "image/png"),
        ("/apple-touch-icon-precomposed.png", "image/png"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/demo/demo.css", "text/css; charset=utf-8"),
        ("/demo/demo.js", "text/javascript; charset=utf-8"),
    ] {
        let answer = visitor.get(path).await;
        assert_eq!(
            (answer.status(), answer.headers()["content-type"].to_str().unwrap()),
            (StatusCode::OK, kind),
            "{path}"
        );
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
        assert!(!answer.bytes().await.unwrap().is_empty(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_users_connect_several_accounts() {
    let visitor = Visitor::new().await;
    let first = visitor.connect("ada", FIRST).await;
    let second = visitor.connect("ada", SECOND).await;
    let other = visitor.connect("ben", SECOND).await;
    assert_ne!(parameter(&first, "connection"), parameter(&second, "connection"));
    let page = visitor.open(&first).await;
    assert!(page.contains("How did the link end?: 200 OK"), "{page}");
    assert!(page.contains(FIRST) && page.contains(SECOND));
    assert!(
        page.contains(&visitor.directory().canonicalize().unwrap().display().to_string()),
        "the directory is named"
    );
    // Each account's own Dropbox is listed and changed, whichever was connected last.
    std::fs::write(visitor.directory().join("Of the first.txt"), "1").unwrap();
    visitor.stack.dropbox.rescan(FIRST).await.unwrap();
    visitor.press(&format!("create{}", &second[1..]), &[("name", "Of the second.txt"), ("text", "2")]).await;
    for (at, own, foreign) in [(&first, "first", "second"), (&second, "second", "first")] {
        let page = visitor.open(at).await;
        let entries = page.split("id=\"entries\"").nth(1).unwrap().split("</ul>").next().unwrap();
        assert!(entries.contains(&format!("Of the {own}.txt")), "{entries}");
        assert!(!entries.contains(&format!("Of the {foreign}.txt")), "{entries}");
    }
    let page = visitor.open(&other).await;
    assert!(page.contains(SECOND) && !page.contains(&format!("{FIRST}</bdi>")), "{page}");
    assert!(page.contains("<option value=\"ada\">") && page.contains("<option value=\"ben\">"));
    // A connection of another user's is none of this user's.
    let foreign = format!("/?user=ben&connection={}", parameter(&first, "connection"));
    assert!(!visitor.open(&foreign).await.contains(&format!("{FIRST}</bdi>")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connect_that_ended_otherwise_is_reported() {
    let visitor = Visitor::new().await;
    let page = visitor.open("/?user=ada&link=3f6f0a52-7a0f-4a37-8f6a-0c8f3a1d9b77&status=connected").await;
    assert!(page.contains("How did the link end?: 404 Not Found"), "{page}");
    assert!(page.contains("no such link"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_never_has_the_key() {
    let visitor = Visitor::new().await;
    let key = visitor.stack.projects[0].key.expose().to_owned();
    let at = visitor.connect("ada", FIRST).await;
    let made = visitor.press(&format!("create{}", &at[1..]), &[("name", "a.txt"), ("text", "a")]).await;
    for path in ["/", &at, &made, "/demo/demo.js", "/demo/nowhere", "/?user=%22%3E"] {
        let text = visitor.get(path).await.text().await.unwrap();
        assert!(!text.contains(&key), "{path}");
    }
    assert!(visitor.open(&made).await.contains("$DROPLINE_KEY"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hosted_pages_choose_and_come_back() {
    let visitor = Visitor::new().await;
    let at = visitor.connect("ada", FIRST).await;
    let connection = parameter(&at, "connection");
    let button = format!("connect{}", &at[1..]);
    for (pressed, ended) in [("cancel", "closed"), ("save", "chosen")] {
        let link = visitor.press(&button, &[("page", "choose"), ("connection", &connection)]).await;
        let back = visitor.choose(&link, pressed).await;
        let page = visitor.open(back.as_str()).await;
        assert!(page.contains(&format!("<span>{ended}</span>")), "{pressed}: {page}");
        assert!(page.contains(&format!("/demo/resync?user=ada&amp;connection={connection}")), "{page}");
    }
    let link = visitor.press(&button, &[("page", "manage"), ("connection", &connection)]).await;
    assert!(link.contains("/connect/start?ticket="), "{link}");
}
