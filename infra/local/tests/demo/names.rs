//! Names that others have chosen are text, wherever they appear.

use std::fs;

use crate::visitor::{FIRST, Visitor};

const NAMES: [&str; 5] = [
    "<img src=x onerror=alert(1)>.txt",
    "<script>alert(1)<.txt",
    "\"quoted' & more.txt",
    "\u{202e}txt.exe",
    "Grüße \u{1f600} %3Cb%3E.txt",
];

/// Asserts that a page contains no name as markup, and none that changes the direction of the text after it.
fn assert_is_text(page: &str) {
    for markup in ["<img src=x", "<script>alert", "\"quoted'"] {
        assert!(!page.contains(markup), "{markup}: {page}");
    }
    for (place, _) in page.match_indices('\u{202e}') {
        let before = &page[..place];
        let is_isolated = before.rfind("<bdi>") > before.rfind("</bdi>");
        let in_attribute = before.rfind('"') > before.rfind('>');
        assert!(is_isolated || in_attribute, "…{}", &before[before.len().saturating_sub(80)..]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_an_odd_name_is_shown_as_it_is_called() {
    let visitor = Visitor::new().await;
    for name in NAMES {
        fs::write(visitor.directory().join(name), "<b>text</b>").unwrap();
    }
    let at = visitor.connect("ada", FIRST).await;
    let mut stream = visitor.listen(0).await;
    let mut ready = 0;
    while ready < NAMES.len() {
        let (_, event) = stream.next().await;
        assert_is_text(event["html"].as_str().unwrap());
        ready += usize::from(event["type"] == "File Ready");
    }
    let page = visitor.open(&at).await;
    assert_is_text(&page);
    assert!(page.contains("<bdi>&lt;img src=x onerror=alert(1)&gt;.txt</bdi>"), "{page}");
    // Each link and each form of a row leads to its own file.
    let mut links: Vec<&str> =
        page.split("href=\"").skip(1).map(|link| link.split('"').next().unwrap()).collect();
    links.retain(|link| link.contains("change=") || link.contains("file="));
    assert_eq!(links.len(), 2 * NAMES.len(), "{links:?}");
    for link in links {
        let link = link.replace("&amp;", "&");
        let opened = visitor.open(link.split('#').next().unwrap()).await;
        assert_is_text(&opened);
        assert!(opened.contains("&lt;b&gt;text&lt;/b&gt;") && !opened.contains("<b>text"), "{link}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_an_odd_name_is_one() {
    let visitor = Visitor::new().await;
    for user in [
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "a%0d%0aX-Injected:1",
        "zo%C3%AB%27s",
        "%22%3E%3Cimg%20src=x",
        "%E2%80%AEx",
    ] {
        let page = visitor.open(&format!("/?user={user}")).await;
        assert_is_text(&page);
    }
    let page = visitor.open("/?user=ada%20o%27neil").await;
    assert!(page.contains("<bdi>ada o'neil</bdi>") && page.contains("None yet."), "{page}");
    let page = visitor.open(&format!("/?user={}", "x".repeat(300))).await;
    assert!(page.contains("customer-id"), "the API's own refusal is shown: {page}");
}
