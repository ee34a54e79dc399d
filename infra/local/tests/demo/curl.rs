//! The `curl` command of a call is the request that was made: it runs in a shell, with the key in the environment.

use std::{fs, process::Command};

use crate::visitor::{FIRST, Visitor};

/// Returns the calls on a page, newest first: what each is for, and the command.
fn calls(page: &str) -> Vec<(String, String)> {
    let entries = page.split("<li id=\"call-").skip(1);
    let text = |html: &str| {
        html.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    };
    let between = |entry: &str, open: &str, close: &str| {
        text(entry.split(open).nth(1).unwrap().split(close).next().unwrap())
    };
    entries
        .map(|entry| (between(entry, "<strong>", "</strong>"), between(entry, "<code>", "</code>")))
        .collect()
}

async fn run(visitor: &Visitor, command: &str) -> String {
    let (key, command) = (visitor.stack.projects[0].key.expose().to_owned(), command.to_owned());
    let shell = move || Command::new("sh").args(["-c", &command]).env("DROPLINE_KEY", key).output().unwrap();
    let output = tokio::task::spawn_blocking(shell).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_runs_in_a_shell_and_is_answered_like_the_pages() {
    let visitor = Visitor::new().await;
    let at = visitor.connect("ada%20o%27neil", FIRST).await;
    let query = &at[1..];
    let text = "it's \"quoted\" $(touch /nowhere) `id` \\ @file\nsecond line é\n";
    visitor.press(&format!("create{query}"), &[("name", "a'b é.txt"), ("text", text)]).await;
    let last = visitor.press(&format!("picture{query}"), &[]).await;
    visitor.until_ready(2).await;
    let page = visitor.open(&last).await;
    let made = calls(&page);
    for purpose in [
        "Register this page's origin",
        "Make a link for the user",
        "Create a file in Dropbox",
        "Add a picture in Dropbox",
        "List the user's connections",
        "List a folder in Dropbox",
        "Read what is synced",
        "How is the connection?",
        "What is broken now?",
    ] {
        let (_, command) =
            made.iter().find(|(known, _)| known == purpose).unwrap_or_else(|| panic!("{purpose}"));
        if purpose == "Create a file in Dropbox" {
            fs::remove_file(visitor.directory().join("a'b é.txt")).unwrap();
            visitor.stack.dropbox.rescan(FIRST).await.unwrap();
        }
        let answer: serde_json::Value = serde_json::from_str(&run(&visitor, command).await).expect(purpose);
        assert!(answer["code"].is_null() && answer["error_summary"].is_null(), "{purpose}: {answer}");
    }
    assert_eq!(fs::read_to_string(visitor.directory().join("a'b é.txt")).unwrap(), text);
    let pictures =
        ["Sunrise.png", "Sunrise (1).png"].map(|name| fs::read(visitor.directory().join(name)).unwrap());
    assert_eq!(pictures[0], pictures[1]);
}
