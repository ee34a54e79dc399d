//! A browser at the demo: it follows links, presses buttons and hears events.

use std::path::PathBuf;

use local::{
    Settings, Stack,
    browser::{Browser, Decision},
};
use reqwest::{Client, Response, StatusCode, header::LOCATION, redirect::Policy};
use tempfile::TempDir;
use url::Url;

pub(crate) const FIRST: &str = "first@example.com";
pub(crate) const SECOND: &str = "second@example.com";

/// A stack, and a browser without script at its demo.
pub(crate) struct Visitor {
    pub(crate) stack: Stack,
    pub(crate) http: Client,
    _place: TempDir,
}

impl Visitor {
    pub(crate) async fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let stack = Stack::start(Settings::at(place.path().to_owned(), None)).await.unwrap();
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { stack, http, _place: place }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        self.stack.url().join(path).unwrap()
    }

    pub(crate) fn origin(&self) -> String {
        self.stack.url().origin().ascii_serialization()
    }

    /// Returns the directory that is the first account's Dropbox.
    pub(crate) fn directory(&self) -> PathBuf {
        self.stack.directory(FIRST).unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    /// Opens the page, and follows where it leads. Returns it as HTML.
    pub(crate) async fn open(&self, path: &str) -> String {
        let mut answer = self.get(path).await;
        while answer.status() == StatusCode::SEE_OTHER {
            answer = self.get(&location(&answer)).await;
        }
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    }

    /// Opens the page again and again until it has a text.
    pub(crate) async fn until(&self, path: &str, text: &str) -> String {
        let mut page = String::new();
        for _ in 0..500 {
            page = self.open(path).await;
            if page.contains(text) {
                return page;
            }
        }
        panic!("{text} does not come: {page}");
    }

    /// Posts a form of the page, as a browser does. Returns where it leads.
    pub(crate) async fn press(&self, action: &str, fields: &[(&str, &str)]) -> String {
        let request = self.http.post(self.url(&format!("/demo/{action}"))).header("origin", self.origin());
        let answer = request.form(fields).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{action}");
        location(&answer)
    }

    /// Connects an account for a user. Returns the address of the page to which the browser comes back.
    pub(crate) async fn connect(&self, user: &str, email: &str) -> String {
        let link = self.press(&format!("connect?user={user}"), &[]).await;
        let browser = Browser::new().unwrap();
        let back = browser.decide(&link, email, Decision::Approve).await.unwrap();
        let returned = browser.get(back).await.unwrap().location().unwrap();
        assert_eq!(returned.origin(), self.stack.url().origin());
        let answer = self.http.get(returned).send().await.unwrap();
        location(&answer)
    }

    /// Opens a link on which the user chooses, and presses a button there. Returns where the browser is sent.
    pub(crate) async fn choose(&self, link: &str, button: &str) -> Url {
        let browser = Browser::new().unwrap();
        let start = browser.get(link.parse().unwrap()).await.unwrap();
        let opened = browser.post(self.url("/connect/start"), &hidden(&start.body)).await.unwrap();
        let mut place = opened.location().unwrap();
        let mut page = browser.get(place.clone()).await.unwrap();
        while page.status.is_redirection() {
            place = page.location().unwrap();
            page = browser.get(place.clone()).await.unwrap();
        }
        let mut fields = hidden(&page.body);
        fields.push(("do".to_owned(), button.to_owned()));
        let mut answer = browser.post(place, &fields).await.unwrap();
        loop {
            let place = answer.location().unwrap();
            if place.path() == "/" {
                return place;
            }
            answer = browser.get(place).await.unwrap();
        }
    }

    /// Begins to hear events after a position.
    pub(crate) async fn listen(&self, after: u64) -> Stream {
        let answer = self.get(&format!("/demo/events?after={after}")).await;
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Stream { answer, text: String::new() }
    }

    /// Waits until the bytes of `count` files are in the bucket.
    pub(crate) async fn until_ready(&self, count: usize) {
        let mut stream = self.listen(0).await;
        for _ in 0..count {
            while stream.next().await.1["type"] != "File Ready" {}
        }
    }
}

/// Returns the hidden fields of a page's first form.
fn hidden(page: &str) -> Vec<(String, String)> {
    let form = page.split("<form").nth(1).unwrap().split("</form>").next().unwrap();
    let field = |input: &str| {
        let value =
            |name: &str| input.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap();
        (value("name").to_owned(), value("value").to_owned())
    };
    form.split("<input type=\"hidden\" ").skip(1).map(field).collect()
}

/// Returns where an answer leads, without the section.
pub(crate) fn location(answer: &Response) -> String {
    let location = answer.headers().get(LOCATION).expect("it leads somewhere").to_str().unwrap();
    location.split('#').next().unwrap_or_default().to_owned()
}

/// Returns the value of a parameter in an address.
pub(crate) fn parameter(address: &str, name: &str) -> String {
    let url = Url::parse("http://localhost/").unwrap().join(address).unwrap();
    url.query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// Server-sent events, as they arrive.
pub(crate) struct Stream {
    answer: Response,
    text: String,
}

impl Stream {
    pub(crate) fn of(answer: Response) -> Self {
        Self { answer, text: String::new() }
    }

    /// Returns the next event: its id and its data.
    pub(crate) async fn next(&mut self) -> (u64, serde_json::Value) {
        self.event().await.expect("the stream goes on")
    }

    /// Returns the next event; `None` at the end of the stream.
    pub(crate) async fn event(&mut self) -> Option<(u64, serde_json::Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field =
                    |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                if let (Some(id), Some(data)) = (field("id: "), field("data: ")) {
                    return Some((id.parse().unwrap(), serde_json::from_str(&data).unwrap()));
                }
                continue;
            }
            let chunk = self.answer.chunk().await.ok()??;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}
