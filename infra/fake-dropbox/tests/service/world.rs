//! A running fake Dropbox, with methods for tests.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use fake_dropbox::{AccountSettings, AppAccess, AppSettings, Clock, FakeDropbox, Settings};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect::Policy};
use serde_json::{Value, json};
use tempfile::TempDir;
use time::OffsetDateTime;

pub(crate) const FIRST: &str = "first@example.com";
pub(crate) const SECOND: &str = "second@example.com";
pub(crate) const APP: &str = "appkey";
pub(crate) const SECRET: &str = "appsecret";
pub(crate) const OTHER_APP: &str = "otherkey";
pub(crate) const REDIRECT: &str = "http://localhost:9/callback?tenant=1";
pub(crate) const SCOPES: [&str; 4] =
    ["account_info.read", "files.metadata.read", "files.content.read", "files.content.write"];

/// A fake Dropbox with two accounts and two apps, in a temporary folder.
pub(crate) struct World {
    pub(crate) fake: FakeDropbox,
    pub(crate) http: Client,
    pub(crate) folder: TempDir,
    later: Arc<AtomicI64>,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), change).await
    }

    async fn start_in(folder: TempDir, change: impl FnOnce(&mut Settings)) -> Self {
        let later = Arc::new(AtomicI64::new(0));
        let seconds = Arc::clone(&later);
        let clock = Clock::from_fn(move || {
            OffsetDateTime::now_utc() + time::Duration::seconds(seconds.load(Ordering::SeqCst))
        });
        let account = |name: &str, email: &str| AccountSettings {
            name: name.into(),
            email: email.into(),
            directory: folder.path().join(email),
            member_folder: None,
        };
        let app = |key: &str, secret: &str| AppSettings {
            key: key.into(),
            secret: secret.into(),
            name: "An <App>".into(),
            redirect_uris: vec![REDIRECT.into()],
            webhook: None,
            scopes: SCOPES.map(String::from).to_vec(),
            access: AppAccess::default(),
        };
        let mut settings = Settings {
            data: folder.path().join("data"),
            accounts: vec![account("First Account", FIRST), account("Second Account", SECOND)],
            apps: vec![app(APP, SECRET), app(OTHER_APP, "othersecret")],
            listen: "127.0.0.1:0".parse().unwrap(),
            clock,
        };
        change(&mut settings);
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { fake: FakeDropbox::start(settings).await.unwrap(), http, folder, later }
    }

    /// Stops the service, runs `meanwhile`, and starts it again on the same folders.
    pub(crate) async fn restart(self, meanwhile: impl FnOnce(&std::path::Path)) -> Self {
        self.fake.stop().await;
        meanwhile(self.folder.path());
        Self::start_in(self.folder, |_| {}).await
    }

    /// Advances the clock.
    pub(crate) fn pass(&self, seconds: i64) {
        self.later.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Returns a path in the first account's directory.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(FIRST).join(path)
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        std::fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        std::fs::write(self.at(path), content).unwrap();
    }

    pub(crate) async fn rescan(&self) {
        self.fake.rescan(FIRST).await.unwrap();
    }

    pub(crate) fn url(&self, path: &str) -> String {
        self.fake.url().join(path).unwrap().into()
    }

    /// Opens the authorize page, and returns the hidden request in its form.
    pub(crate) async fn open_page(&self, parameters: &[(&str, &str)]) -> String {
        let page = self.http.get(self.url("/oauth2/authorize")).query(parameters).send().await.unwrap();
        assert_eq!(page.status(), 200);
        let page = page.text().await.unwrap();
        page.split("name=\"request\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    /// Submits the decision of an account's owner. Returns the parameters that the app receives.
    pub(crate) async fn decide(
        &self,
        request: &str,
        email: &str,
        decision: &str,
    ) -> BTreeMap<String, String> {
        let account = self.fake.account_id(email).unwrap();
        let form = [("request", request), ("account", &account), ("decision", decision)];
        let answer = self.http.post(self.url("/oauth2/authorize")).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), 302);
        let location = url::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
        assert!(location.as_str().starts_with(REDIRECT), "{location}");
        location.query_pairs().into_owned().collect()
    }

    pub(crate) async fn code(&self, email: &str, app: &str, more: &[(&str, &str)]) -> String {
        let mut parameters =
            vec![("client_id", app), ("response_type", "code"), ("redirect_uri", REDIRECT), ("state", "s")];
        parameters.extend(more);
        let request = self.open_page(&parameters).await;
        self.decide(&request, email, "approve").await["code"].clone()
    }

    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let answer = self.http.post(self.url("/oauth2/token")).form(form).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/json");
        (answer.status(), answer.json().await.unwrap())
    }

    /// Connects an account to an app, and returns the response of the token endpoint.
    pub(crate) async fn connect_to(&self, app: &str, secret: &str, email: &str) -> Value {
        let code = self.code(email, app, &[("token_access_type", "offline")]).await;
        let grant = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)];
        let form = [&grant[..], &[("client_id", app), ("client_secret", secret)]].concat();
        let (status, answer) = self.token(&form).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Connects the first account, and returns a session of the app with its token.
    pub(crate) async fn connect(&self) -> Session<'_> {
        self.session(&self.connect_to(APP, SECRET, FIRST).await)
    }

    pub(crate) fn session(&self, answer: &Value) -> Session<'_> {
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Session { world: self, token, path_root: None }
    }
}

/// Calls with one token.
pub(crate) struct Session<'w> {
    pub(crate) world: &'w World,
    pub(crate) token: String,
    path_root: Option<Value>,
}

impl<'w> Session<'w> {
    /// Returns the session with paths that begin at `path_root`.
    pub(crate) fn rooted(&self, path_root: Value) -> Session<'w> {
        Session { world: self.world, token: self.token.clone(), path_root: Some(path_root) }
    }

    fn request(&self, route: &str) -> RequestBuilder {
        let request = self.world.http.post(self.world.url(&format!("/2/{route}"))).bearer_auth(&self.token);
        match &self.path_root {
            Some(root) => request.header("Dropbox-API-Path-Root", root.to_string()),
            None => request,
        }
    }

    pub(crate) async fn send(&self, route: &str, argument: &Value) -> Response {
        let request = self.request(route);
        let request = if argument.is_null() { request } else { request.json(argument) };
        request.send().await.unwrap()
    }

    /// Returns the result of a call that succeeds.
    pub(crate) async fn call(&self, route: &str, argument: Value) -> Value {
        let answer = self.send(route, &argument).await;
        let (status, kind) = (answer.status(), answer.headers()["content-type"].clone());
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{route} {argument}: {text}");
        assert_eq!(kind, "application/json", "the official clients want it bare");
        serde_json::from_str(&text).unwrap()
    }

    /// Returns the error summary, without its dots, of a call that fails with the function's own error.
    pub(crate) async fn refusal(&self, route: &str, argument: Value) -> String {
        let answer = self.send(route, &argument).await;
        assert_eq!(answer.status(), 409, "{route} {argument}");
        summary(&answer.json().await.unwrap())
    }

    /// Makes a call that sends bytes.
    pub(crate) async fn send_bytes(&self, route: &str, argument: &Value, content: &str) -> Response {
        let argument = argument.to_string().replace('\u{7f}', "\\u007f");
        let request = self.request(route).header("Dropbox-API-Arg", argument);
        let request = request.header("Content-Type", "application/octet-stream");
        request.body(content.to_owned()).send().await.unwrap()
    }

    pub(crate) async fn upload(&self, argument: Value, content: &str) -> Response {
        self.send_bytes("files/upload", &argument, content).await
    }

    pub(crate) async fn put(&self, argument: Value, content: &str) -> Value {
        let answer = self.upload(argument, content).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    pub(crate) async fn metadata(&self, path: &str) -> Value {
        self.call("files/get_metadata", json!({ "path": path })).await
    }

    pub(crate) async fn export(&self, argument: Value) -> Response {
        let request = self.request("files/export").header("Dropbox-API-Arg", argument.to_string());
        request.send().await.unwrap()
    }

    pub(crate) async fn download(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        let argument = json!({ "path": path }).to_string();
        let request = self.request("files/download").header("Dropbox-API-Arg", argument);
        headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value))
            .send()
            .await
            .unwrap()
    }

    /// Returns all entries from the start, in order, and the cursor after them.
    pub(crate) async fn list(&self, argument: Value) -> (Vec<Value>, String) {
        let first = self.call("files/list_folder", argument).await;
        self.rest(first).await
    }

    /// Returns all entries since a cursor, in order, and the cursor after them.
    pub(crate) async fn since(&self, cursor: &str) -> (Vec<Value>, String) {
        let next = self.call("files/list_folder/continue", json!({ "cursor": cursor })).await;
        self.rest(next).await
    }

    async fn rest(&self, mut page: Value) -> (Vec<Value>, String) {
        let mut entries = Vec::new();
        loop {
            entries.append(page["entries"].as_array_mut().unwrap());
            let cursor = page["cursor"].as_str().unwrap().to_owned();
            if page["has_more"] == false {
                return (entries, cursor);
            }
            page = self.call("files/list_folder/continue", json!({ "cursor": cursor })).await;
        }
    }
}

pub(crate) fn summary(body: &Value) -> String {
    body["error_summary"].as_str().unwrap().trim_end_matches('.').to_owned()
}

/// Formats entries in short form: "file /a", "deleted /b".
pub(crate) fn brief(entries: &[Value]) -> Vec<String> {
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
    entries.iter().map(|entry| format!("{} {}", text(entry, ".tag"), text(entry, "path_display"))).collect()
}

/// Waits until `check` returns something.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut check: impl FnMut() -> F,
) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = check().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
