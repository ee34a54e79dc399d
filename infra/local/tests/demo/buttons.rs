//! Each button makes its call, and the page shows it as `curl`.

use std::fs;

use crate::visitor::{FIRST, Visitor, parameter};

/// Presses a button at a place of the page. Returns the page to which it leads.
async fn press(visitor: &Visitor, at: &str, action: &str, fields: &[(&str, &str)]) -> String {
    let query = at.strip_prefix("/").unwrap();
    let next = visitor.press(&format!("{action}{query}"), fields).await;
    visitor.open(&next).await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_created_edited_renamed_and_deleted_in_dropbox() {
    let visitor = Visitor::new().await;
    let at = visitor.connect("ada", FIRST).await;
    let directory = visitor.directory();
    let read = |name: &str| fs::read_to_string(directory.join(name)).ok();

    let page = press(&visitor, &at, "create", &[("name", "a.txt"), ("text", "one\r\ntwo\r\n")]).await;
    assert!(
        page.contains("Create a file in Dropbox: 200 OK")
            && page.contains("/sdk/proxy/dropbox/2/files/upload"),
        "{page}"
    );
    assert_eq!(read("a.txt").as_deref(), Some("one\ntwo\n"));

    let page = visitor.open(&format!("{at}&change=/a.txt")).await;
    assert!(page.contains(">\none\ntwo\n</textarea>"), "{page}");
    press(&visitor, &at, "edit", &[("path", "/a.txt"), ("text", "three")]).await;
    assert_eq!(read("a.txt").as_deref(), Some("three"));

    let page = press(&visitor, &at, "folder", &[("name", "Sub")]).await;
    assert!(page.contains("/files/create_folder_v2"), "{page}");
    let page = press(&visitor, &at, "rename", &[("path", "/a.txt"), ("to", "/Sub/b.txt")]).await;
    assert!(page.contains("Rename in Dropbox: 200 OK") && page.contains("/files/move_v2"), "{page}");
    assert_eq!((read("a.txt"), read("Sub/b.txt").as_deref()), (None, Some("three")));

    let inside = format!("{at}&folder=/Sub");
    press(&visitor, &inside, "create", &[("name", "c.txt"), ("text", "c")]).await;
    assert_eq!(read("Sub/c.txt").as_deref(), Some("c"));
    let page = visitor.open(&inside).await;
    assert!(page.contains("<bdi>b.txt</bdi>") && page.contains("<bdi>c.txt</bdi>"), "{page}");

    let page = press(&visitor, &at, "delete", &[("path", "/sub")]).await;
    assert!(page.contains("Delete in Dropbox: 200 OK") && page.contains("/files/delete_v2"), "{page}");
    assert!(!directory.join("Sub").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_dropboxs_is_reported_in_its_words() {
    let visitor = Visitor::new().await;
    let at = visitor.connect("ada", FIRST).await;
    let page = press(&visitor, &at, "delete", &[("path", "/nowhere.txt")]).await;
    assert!(
        page.contains("Delete in Dropbox: 409 Conflict") && page.contains("path_lookup/not_found"),
        "{page}"
    );
    let long = "x".repeat(16 * 1024 + 1);
    let request = visitor
        .http
        .post(visitor.url(&format!("/demo/create{}", &at[1..])))
        .header("origin", visitor.origin());
    let answer = request.form(&[("name", "long.txt"), ("text", &long)]).send().await.unwrap();
    assert_eq!(answer.status(), 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_and_a_picture_are_previewed() {
    let visitor = Visitor::new().await;
    fs::write(visitor.directory().join("a.md"), "# <b>Bold</b> & \"quoted\"\n").unwrap();
    fs::write(visitor.directory().join("long.txt"), "é".repeat(100_000)).unwrap();
    fs::write(visitor.directory().join("c.bin"), [0, 159, 146, 150]).unwrap();
    let at = visitor.connect("ada", FIRST).await;
    press(&visitor, &at, "picture", &[]).await;
    visitor.until_ready(4).await;
    let page = visitor.open(&at).await;
    let file = |name: &str| {
        let (before, _) = page.split_once(&format!("<bdi>{name}</bdi></a>")).expect("it is synced");
        let link = before.rsplit_once("href=\"").unwrap().1.split('"').next().unwrap().replace("&amp;", "&");
        link.split('#').next().unwrap().to_owned()
    };
    let opened = visitor.open(&file("a.md")).await;
    assert!(opened.contains("# &lt;b&gt;Bold&lt;/b&gt; &amp; &quot;quoted&quot;"), "{opened}");
    let opened = visitor.open(&file("long.txt")).await;
    let text = opened.split("<pre class=\"text\"").nth(1).unwrap().split("</pre>").next().unwrap();
    assert!(text.len() < 70_000 && opened.contains("The rest is not shown."), "{}", text.len());
    let opened = visitor.open(&file("c.bin")).await;
    assert!(opened.contains("Neither a text nor a picture: 4 B"), "{opened}");
    let opened = visitor.open(&file("Sunrise.png")).await;
    let link = opened
        .split("<img class=\"picture\" src=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&");
    let picture = visitor.http.get(link).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(picture.as_ref(), fs::read(visitor.directory().join("Sunrise.png")).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_chosen_in_place_of_the_whole_account() {
    let visitor = Visitor::new().await;
    fs::create_dir(visitor.directory().join("Kept")).unwrap();
    fs::write(visitor.directory().join("Kept/a.txt"), "a").unwrap();
    fs::write(visitor.directory().join("b.txt"), "b").unwrap();
    let at = visitor.connect("ada", FIRST).await;
    visitor.until_ready(2).await;
    let page = press(&visitor, &at, "deselect", &[("target", "everything")]).await;
    assert!(page.contains("Remove a choice: 202 Accepted") && page.contains("curl -sS -X DELETE"), "{page}");
    let mut stream = visitor.listen(0).await;
    while stream.next().await.1["type"] != "File Removed" {}
    let page = visitor.open(&at).await;
    let (before, _) = page.split_once(" syncing <bdi>Kept</bdi>").expect("its folder can be chosen");
    let target = before.rsplit_once("name=\"target\" value=\"").unwrap().1.split('"').next().unwrap();
    let page = press(&visitor, &at, "select", &[("target", target)]).await;
    assert!(page.contains("Choose what to sync: 202 Accepted"), "{page}");
    while stream.next().await.1["type"] != "File Ready" {}
    let page = visitor.open(&at).await;
    let synced = page.split("id=\"synced\"").nth(1).unwrap().split("</ul>").next().unwrap();
    assert!(synced.contains("<bdi>a.txt</bdi>") && !synced.contains("<bdi>b.txt</bdi>"), "{synced}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_is_asked_for_and_an_account_is_disconnected() {
    let visitor = Visitor::new().await;
    let at = visitor.connect("ada", FIRST).await;
    let page = press(&visitor, &at, "resync", &[]).await;
    assert!(page.contains("Compare everything: 202 Accepted"), "{page}");
    let page = press(&visitor, &at, "disconnect", &[]).await;
    assert!(page.contains("Disconnect: 202 Accepted") && page.contains("None yet."), "{page}");
    let mut stream = visitor.listen(0).await;
    while stream.next().await.1["type"] != "Disconnected" {}
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_shows_in_the_health_until_it_is_cleared() {
    let visitor = Visitor::new().await;
    let at = visitor.connect("ada", FIRST).await;
    let email = ("email", FIRST);
    let page = press(&visitor, &at, "break", &[("preset", "rate-limit"), ("seconds", "40"), email]).await;
    assert!(page.contains("&quot;retry_after&quot;:40"), "{page}");
    // The page itself meets it, or the first walk does: the pause is for both.
    let page = visitor.until(&at, "Dropbox asked to wait").await;
    assert!(page.contains("Dropbox cannot be listed now"), "{page}");
    for (preset, words) in [
        ("down", "server error, until cleared"),
        ("refused-file", "endpoint error, until cleared"),
        ("suspended", "unauthorized, until cleared"),
        ("wrong-bytes", "wrong bytes × 1"),
        ("slow", "slow × "),
        ("lost", "lost × 1"),
        ("unreadable", "unreadable entry × 1"),
    ] {
        let page = press(&visitor, &at, "break", &[("preset", preset), email]).await;
        assert!(
            page.contains("Break something at the fake Dropbox: 200 OK") && page.contains(words),
            "{preset}: {page}"
        );
        let page = press(&visitor, &at, "clear", &[email]).await;
        assert!(page.contains("Clear what is broken: 200 OK"), "{page}");
        assert!(page.contains("</strong>nothing</p>"), "{preset}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_account_is_connected_again() {
    let visitor = Visitor::new().await;
    let at = visitor.connect("ada", FIRST).await;
    let connection = parameter(&at, "connection");
    let page = press(&visitor, &at, "break", &[("preset", "revoke"), ("email", FIRST)]).await;
    assert!(page.contains("Revoke the token: 200 OK") && page.contains("/auth/token/revoke"), "{page}");
    let mut stream = visitor.listen(0).await;
    while stream.next().await.1["type"] != "Needs Reauthorization" {}
    let page = visitor.open(&at).await;
    assert!(page.contains("needs reauth") && page.contains("id=\"reconnect\""), "{page}");
    let link = visitor.press(&format!("connect{}", &at[1..]), &[("connection", &connection)]).await;
    let browser = local::browser::Browser::new().unwrap();
    let back = browser.decide(&link, FIRST, local::browser::Decision::Approve).await.unwrap();
    let returned = browser.get(back).await.unwrap().location().unwrap();
    let page = visitor.open(returned.as_str()).await;
    assert!(!page.contains("needs reauth") && page.contains(&connection), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_no_other_buttons() {
    let visitor = Visitor::new().await;
    for (action, fields) in [("format-disk", &[][..]), ("break", &[("preset", "everything")])] {
        let request =
            visitor.http.post(visitor.url(&format!("/demo/{action}"))).header("origin", visitor.origin());
        assert_eq!(request.form(fields).send().await.unwrap().status(), 404, "{action}");
    }
}
