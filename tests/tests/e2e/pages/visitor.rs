//! A user without script in front of the pages.

use std::collections::BTreeSet;

use local::browser::{Browser, BrowserPage, Decision};
use reqwest::StatusCode;
use serde_json::Value;
use tests::App;
use url::Url;

/// A user at a page.
pub(super) struct Visitor {
    pub(super) browser: Browser,
    pub(super) page: BrowserPage,
    /// Values of the boxes that are ticked now, and that may be changed.
    pub(super) ticks: BTreeSet<String>,
}

/// A file or folder as the chooser shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) is_ticked: bool,
    pub(super) is_open: bool,
    /// The line below the name and the tag at its end, without markup.
    pub(super) note: String,
}

impl Visitor {
    /// Opens a link of an account that has to be connected first.
    pub(super) async fn connecting(app: &App, request: &Value, email: &str) -> (String, Self) {
        let (id, url) = app.link_with(request).await;
        let browser = Browser::new().unwrap();
        let back = browser.decide(&url, email, Decision::Approve).await.unwrap();
        let page = browser.get(back).await.unwrap();
        (id, Self { browser, page, ticks: BTreeSet::new() }.arrived().await)
    }

    /// Opens a link of an account that works.
    pub(super) async fn opening(app: &App, request: &Value) -> (String, Self) {
        let (id, url) = app.link_with(request).await;
        let browser = Browser::new().unwrap();
        let page = browser.get(url.parse().unwrap()).await.unwrap();
        let mut visitor = Self { browser, page, ticks: BTreeSet::new() }.arrived().await;
        visitor.press(&[]).await;
        (id, visitor)
    }

    /// Follows redirects to the next page.
    async fn arrived(mut self) -> Self {
        while self.page.status == StatusCode::SEE_OTHER {
            let to = self.page.location().unwrap();
            self.page = self.browser.get(to).await.unwrap();
        }
        self.ticks =
            self.rows().into_iter().filter(|row| row.is_ticked && row.is_open).map(|row| row.id).collect();
        self
    }

    /// Opens an address of the same site.
    pub(super) async fn go(&mut self, path: &str) {
        let page = self.browser.get(self.page.url.join(path).unwrap()).await.unwrap();
        self.come(page).await;
    }

    async fn come(&mut self, page: BrowserPage) {
        let browser = std::mem::replace(&mut self.browser, Browser::new().unwrap());
        *self = Self { browser, page, ticks: BTreeSet::new() }.arrived().await;
    }

    /// Presses a button of the page's first form that has these values.
    pub(super) async fn press(&mut self, button: &[(&str, &str)]) {
        let (action, mut fields) = self.form();
        fields.extend(button.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let page = self.browser.post(action, &fields).await.unwrap();
        self.come(page).await;
    }

    /// Returns the address of the page's first form, and its fields without a button's.
    pub(super) fn form(&self) -> (Url, Vec<(String, String)>) {
        let (_, form) = self.page.body.split_once("<form").expect("the page has a form");
        let form = form.split("</form>").next().unwrap();
        let action = attribute(form, "action")
            .map_or_else(|| self.page.url.clone(), |action| self.page.url.join(&action).unwrap());
        let hidden =
            form.split("<input").skip(1).filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"));
        let mut fields: Vec<(String, String)> =
            hidden.map(|tag| (attribute(tag, "name").unwrap(), attribute(tag, "value").unwrap())).collect();
        fields.extend(self.ticks.iter().map(|id| ("pick".to_owned(), id.clone())));
        (action, fields)
    }

    /// Returns the rows of the chooser.
    pub(super) fn rows(&self) -> Vec<Row> {
        self.page.body.split("<li class=\"item").skip(1).filter_map(row).collect()
    }

    pub(super) fn row(&self, name: &str) -> Row {
        let found = self.rows().into_iter().find(|row| row.name == name);
        found.unwrap_or_else(|| panic!("{name} is not on the page: {}", self.page.body))
    }

    /// Changes the box of a file or folder.
    pub(super) fn tick(&mut self, name: &str) {
        let row = self.row(name);
        assert!(row.is_open, "{name} cannot be chosen: {row:?}");
        self.ticks.insert(row.id);
    }

    pub(super) fn untick(&mut self, name: &str) {
        let row = self.row(name);
        assert!(self.ticks.remove(&row.id), "{name} is not ticked");
    }

    /// Opens a folder by its button, which keeps the ticks.
    pub(super) async fn open(&mut self, name: &str) {
        let id = self.row(name).id;
        self.press(&[("open", &id)]).await;
    }

    pub(super) async fn save(&mut self) {
        self.press(&[("do", "save")]).await;
    }
}

fn row(tag: &str) -> Option<Row> {
    let tag = tag.split("</li>").next()?;
    let input = tag.split("<input").find(|input| attribute(input, "type").as_deref() == Some("checkbox"))?;
    let input = input.split('>').next()?;
    let label = tag.split_once("<label")?.1.split_once('>')?.1.split("</label>").next()?;
    let note = tag.split_once("</label>").map(|(_, note)| text(note)).unwrap_or_default();
    Some(Row {
        id: attribute(&format!("{input}>"), "value")?,
        name: text(label),
        is_ticked: input.contains(" checked"),
        is_open: !input.contains(" disabled"),
        note,
    })
}

/// Returns what markup says, without its tags.
pub(super) fn text(markup: &str) -> String {
    let without: String = markup
        .split('<')
        .enumerate()
        .map(
            |(place, part)| if place == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) },
        )
        .collect();
    unescaped(&without)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescaped(rest.split('"').next()?))
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
