//! The hosted pages of workflows, as a browser without script sees them.

use local::browser::{Browser, BrowserPage};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tests::App;
use url::Url;

use super::{SECOND, ended, make, path, start, with_folder_maker};

/// A user at a page.
struct Visitor {
    browser: Browser,
    page: BrowserPage,
}

impl Visitor {
    /// Opens the pages of workflows of the app's user.
    async fn opening(app: &App) -> Self {
        let (_, url) = app.link_with(&json!({"page": "workflows", "language": "en"})).await;
        let browser = Browser::new().unwrap();
        let page = browser.get(url.parse().unwrap()).await.unwrap();
        let mut visitor = Self { browser, page };
        visitor.press("", &[]).await;
        visitor
    }

    async fn arrive(&mut self, page: BrowserPage) {
        self.page = page;
        while self.page.status == StatusCode::SEE_OTHER {
            let to = self.page.location().unwrap();
            self.page = self.browser.get(to).await.unwrap();
        }
    }

    async fn go(&mut self, path: &str) {
        let page = self.browser.get(self.page.url.join(path).unwrap()).await.unwrap();
        self.arrive(page).await;
    }

    /// Follows the first link of the page whose address contains a text.
    async fn follow(&mut self, part: &str) {
        let links = self.page.body.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let found = links.into_iter().find(|link| link.contains(part)).map(str::to_owned);
        let link = found.unwrap_or_else(|| panic!("{part}: {}", self.page.body));
        self.go(&link).await;
    }

    /// Sends the page's first form with a button and values.
    async fn press(&mut self, button: &str, values: &[(&str, &str)]) {
        let (action, proof) = self.form();
        let mut fields = proof;
        if !button.is_empty() {
            fields.push(("do".to_owned(), button.to_owned()));
        }
        fields.extend(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let page = self.browser.post(action, &fields).await.unwrap();
        self.arrive(page).await;
    }

    /// Returns the address of the page's first form, and its hidden fields.
    fn form(&self) -> (Url, Vec<(String, String)>) {
        let attribute = |tag: &str, name: &str| {
            let (_, rest) = tag.split_once(&format!("{name}=\""))?;
            Some(rest.split('"').next().unwrap().replace("&amp;", "&"))
        };
        let (_, form) = self.page.body.split_once("<form").expect("the page has a form");
        let form = form.split("</form>").next().unwrap();
        let action = attribute(form, " action")
            .map_or_else(|| self.page.url.clone(), |action| self.page.url.join(&action).unwrap());
        let hidden =
            form.split("<input").skip(1).filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"));
        let field = |tag: &str| (attribute(tag, "name").unwrap(), attribute(tag, "value").unwrap());
        (action, hidden.map(field).collect())
    }

    fn shows(&self, text: &str) {
        assert!(self.page.body.contains(text), "{text}: {}", self.page.body);
    }

    fn shows_no(&self, text: &str) {
        assert!(!self.page.body.contains(text), "{text}: {}", self.page.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_turns_a_workflow_off_and_on_with_settings() {
    let (_world, app, workflow) = with_folder_maker().await;
    let enablement = format!("{}/enablement", path(&workflow));
    let mut visitor = Visitor::opening(&app).await;
    for text in ["Folder maker", "Makes a folder for what is asked.", ">On<"] {
        visitor.shows(text);
    }
    visitor.follow("/workflows/").await;
    for text in ["Make the folder", "value=\"/Made\"", "It has not run yet."] {
        visitor.shows(text);
    }
    visitor.press("off", &[]).await;
    visitor.shows(">Off<");
    assert_eq!(app.get(&enablement).await.body["enabled"], false);
    visitor.press("on", &[("setting.parent", "nowhere")]).await;
    visitor.shows("Check the setting");
    visitor.shows(">Off<");
    visitor.press("on", &[("setting.parent", "/Own")]).await;
    visitor.shows(">On<");
    visitor.press("save", &[("setting.parent", "/Owner")]).await;
    let after = app.get(&enablement).await.body;
    assert_eq!((&after["enabled"], &after["settings"]), (&json!(true), &json!({"parent": "/Owner"})));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_two_accounts_chooses_in_which_a_workflow_runs() {
    let (_world, app, workflow) = with_folder_maker().await;
    let second = app.connect(SECOND).await.to_string();
    let stored =
        async || app.get(&format!("{}/enablement", path(&workflow))).await.body["connections"].clone();
    let mut visitor = Visitor::opening(&app).await;
    visitor.follow("/workflows/").await;
    visitor.shows("second@example.com");
    visitor.press("save", &[]).await;
    visitor.shows("Check the setting “<bdi>Account</bdi>”");
    visitor.press("save", &[("connection", &second)]).await;
    assert_eq!(stored().await, json!([second]));
    visitor.press("save", &[("connection", &second), ("connection", "all")]).await;
    assert_eq!(stored().await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_sees_their_runs_and_why_one_has_failed_but_nothing_of_the_applications() {
    let (world, app, workflow) = with_folder_maker().await;
    let run = start(&app, &workflow, json!({"body": {"name": "secret-name"}})).await;
    let run = ended(&world, &app, &run).await;
    let mut visitor = Visitor::opening(&app).await;
    visitor.follow("/workflows/").await;
    visitor.shows(">Failed<");
    visitor.follow("/runs/").await;
    for text in ["A run of", "Make the folder", ">Done<", ">Failed<"] {
        visitor.shows(text);
    }
    visitor.shows(run["error"]["code"].as_str().unwrap());
    visitor.shows_no("secret-name");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_of_one_user_of_one_project() {
    let (world, app, workflow) = with_folder_maker().await;
    let other = world.first_app("user-2");
    other.connect(SECOND).await;
    let run = start(&app, &workflow, json!({"body": {"name": "One"}})).await;
    let mut visitor = Visitor::opening(&other).await;
    let session = visitor.page.url.path().trim_end_matches("/workflows").to_owned();
    for path in [format!("{session}/runs/{}", run["id"].as_str().unwrap()), format!("{session}/workflows/x")]
    {
        visitor.go(&path).await;
        assert_eq!(visitor.page.status, StatusCode::NOT_FOUND, "{path}");
    }
    let foreign: Value = make(&world.second_app("user-2"), &super::folder_maker()).await;
    visitor.go(&format!("{session}/workflows/{}", foreign["id"].as_str().unwrap())).await;
    assert_eq!(visitor.page.status, StatusCode::NOT_FOUND);
    // A form that is not of our own page changes nothing.
    let own =
        visitor.page.url.join(&format!("{session}/workflows/{}", workflow["id"].as_str().unwrap())).unwrap();
    let forged = visitor.browser.post(own, &[("do".to_owned(), "on".to_owned())]).await.unwrap();
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}
