//! Popups, in which a user's page connects an account with the user's token (T20, T21): only in a browser
//! that has opened one, and with no address that another browser could use.

use admin::user_keys::UserKeyPair;
use local::browser::{Browser, BrowserPage, Decision};
use reqwest::{Client, Method, StatusCode, header::HeaderMap, redirect::Policy};
use serde_json::{Value, json};
use shared::{
    model::{BrowserSecret, Clock, SecretHash, SystemClock, TicketSecret, Timestamp, UserId},
    store::{Link, Links, Popup, Popups},
};
use tests::{Answer, App, World};
use url::Url;

use crate::user_tokens;

const FIRST: &str = "first@example.com";
const ORIGIN: &str = "https://app.example.com";
const COOKIE: &str = "__Host-dropline-connect";

/// A page of one of the project's users, in a browser.
struct Page {
    app: App,
    browser: Browser,
    gateway: Url,
}

/// Creates a project with an origin. Returns its keys, and pages of `user-1` in two browsers.
async fn pages(world: &World) -> (Vec<UserKeyPair>, Page, Page) {
    let origins = |project: &mut shared::model::Project| project.return_origins = vec![ORIGIN.to_owned()];
    let (server, pairs) = user_tokens::newcomer(world, origins).await;
    let page = || Page {
        app: server.with_token(token(&server, &pairs, "user-1").as_str()),
        browser: Browser::new().unwrap(),
        gateway: world.stack.url().clone(),
    };
    let (one, other) = (page(), page());
    (pairs, one, other)
}

fn token(app: &App, pairs: &[UserKeyPair], user: &str) -> String {
    pairs[1].sign(&user_tokens::with(app, &json!({"sub": user}))).unwrap().expose().to_owned()
}

impl Page {
    /// Returns an address, with the values that the SDK gives.
    fn address(&self, path: &str, other: &[(&str, &str)]) -> Url {
        let mut url = self.gateway.join(path).unwrap();
        let usual = [
            ("action", "dropbox"),
            ("integrationId", "dropbox"),
            ("originForPostMessage", ORIGIN),
            ("userToken", self.app.key.as_str()),
            ("oauthMetaKeyId", "k3x0mzjt2gq0s"),
        ];
        let kept = usual.iter().filter(|(name, _)| other.iter().all(|(given, _)| given != name));
        url.query_pairs_mut().extend_pairs(kept.chain(other));
        url
    }

    fn nonce(&self, other: &[(&str, &str)]) -> Url {
        self.address(&format!("projects/{}/sdk/actions/oauth-nonce", self.app.project), other)
    }

    /// Opens a window. Returns the address to which it goes.
    async fn open(&self, other: &[(&str, &str)]) -> Url {
        let window = self.browser.get(self.nonce(other)).await.unwrap();
        assert_eq!(window.status, StatusCode::SEE_OTHER, "{}", window.body);
        window.location().unwrap()
    }

    /// Asks for the address of the window, as the SDK's script does: without the browser's cookies.
    async fn build(&self, other: &[(&str, &str)]) -> Answer {
        let url = self.address(&format!("v2/projects/{}/sdk/actions/build-oauth", self.app.project), other);
        let request = Client::new().get(url).bearer_auth(&self.app.key).header("origin", ORIGIN);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        let status = answer.status();
        Answer { status, body: answer.json().await.unwrap() }
    }

    /// Returns the address that a call made.
    async fn built(&self, other: &[(&str, &str)]) -> Url {
        let answer = self.build(other).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body["redirectUrl"].as_str().unwrap().parse().unwrap()
    }

    async fn session(&self, key: &str) -> Answer {
        self.app.get(&format!("sdk/actions/session-id/{key}")).await
    }

    async fn end_session(&self, key: &str) -> StatusCode {
        self.app.ask_with(Method::DELETE, &format!("sdk/actions/session-id/{key}"), &[], "").await.status
    }

    /// Says what the window's script learns of the page's call.
    async fn state(&self, window: &Url) -> Value {
        let cookie = format!("{COOKIE}={}", self.browser.cookie(COOKIE).unwrap_or_default());
        let answer = Client::new().get(window.clone()).header("cookie", cookie).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// Posts the window's form as its script or a click does, with the browser's headers about the sender.
    async fn post(
        &self,
        path: &str,
        window: &Url,
        said: &[(&'static str, &str)],
    ) -> (StatusCode, String, Option<Url>) {
        let page = self.browser.get(window.clone()).await.unwrap();
        let fields = ["ticket", "proof"].map(|name| (name, hidden(&page, name)));
        let mut headers = HeaderMap::new();
        for (name, value) in said {
            headers.insert(*name, value.parse().unwrap());
        }
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        let cookie = format!("{COOKIE}={}", self.browser.cookie(COOKIE).unwrap_or_default());
        let request = http.post(self.gateway.join(path).unwrap()).headers(headers).header("cookie", cookie);
        let answer = request.form(&fields).send().await.unwrap();
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().parse().unwrap());
        let status = answer.status();
        let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default();
        (status, body["code"].as_str().unwrap_or_default().to_owned(), to)
    }

    async fn confirm(&self, window: &Url) {
        assert_eq!(self.post("connect/popup/opener", window, &[]).await.0, StatusCode::NO_CONTENT);
    }

    /// Opens an address in the browser, and returns where Dropbox would be asked.
    async fn goes_to_dropbox(&self, world: &World, address: Url) -> Url {
        let shown = self.browser.get(address).await.unwrap();
        assert_eq!(shown.status, StatusCode::SEE_OTHER, "{}", shown.body);
        let to = shown.location().unwrap();
        assert_eq!(to.origin(), world.stack.dropbox.url().origin());
        to
    }
}

fn hidden(page: &BrowserPage, name: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("name=\"{name}\" value=\"")).expect("the form has it");
    rest.split('"').next().unwrap().to_owned()
}

fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_with_a_confirmed_opener_connects_without_another_click() {
    let world = World::new().await;
    let (_, page, _) = pages(&world).await;
    // The SDK calls before it opens the window.
    let address = page.built(&[]).await;
    let window = page.open(&[]).await;
    assert_eq!(window.path(), "/connect/popup");
    assert!(!window.as_str().contains(&page.app.key), "the token stays in no address");
    page.confirm(&window).await;
    assert_eq!(page.session("k3x0mzjt2gq0s").await.body["status"], "pending");
    let dropbox = page.goes_to_dropbox(&world, address.clone()).await;
    let back = page.browser.consent(dropbox, FIRST, Decision::Approve).await.unwrap();
    let end = page.browser.get(back).await.unwrap();
    assert_eq!(end.status, StatusCode::OK, "{}", end.body);
    let session = page.session("k3x0mzjt2gq0s").await;
    let me = page.app.get("sdk/me").await.body["integrations"]["dropbox"].clone();
    assert_eq!((&session.body["status"], &me["credentialStatus"]), (&json!("connected"), &json!("VALID")));
    assert_eq!(session.body["connectCredentialId"], me["credentialId"]);
    // A spent address stays spent, and the end is taken once.
    let again = page.browser.get(address).await.unwrap();
    assert_eq!(again.status, StatusCode::NOT_FOUND, "{}", again.body);
    for _ in 0..2 {
        assert_eq!(page.end_session("k3x0mzjt2gq0s").await, StatusCode::OK);
        assert_eq!(page.session("k3x0mzjt2gq0s").await.code(), "session_not_found");
    }
    assert_eq!(page.app.get("sdk/me").await.body["integrations"]["dropbox"], me);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_does_nothing_in_another_browser_and_is_not_used_up() {
    let world = World::new().await;
    let (pairs, page, other) = pages(&world).await;
    let (address, window) = (page.built(&[]).await, page.open(&[]).await);
    page.confirm(&window).await;
    // A browser without a window; one with a window of another user; and one with a window of another project.
    let stranger = Page { app: page.app.with_token(&token(&page.app, &pairs, "user-2")), ..fresh(&other) };
    stranger.open(&[]).await;
    let (_, foreign, _) = pages(&world).await;
    foreign.open(&[]).await;
    for browser in [&other.browser, &stranger.browser, &foreign.browser] {
        let shown = browser.get(address.clone()).await.unwrap();
        assert_eq!(shown.status, StatusCode::FORBIDDEN, "{}", shown.body);
        assert!(shown.headers.get("location").is_none() && shown.headers.get("set-cookie").is_none());
        // Nor does the form that another link gets there, with this one's ticket.
        let ticket = query(&address, "ticket").unwrap();
        let fields = [("ticket".to_owned(), ticket), ("proof".to_owned(), "AAAA".to_owned())];
        let posted = browser.post(page.gateway.join("connect/start").unwrap(), &fields).await.unwrap();
        assert_eq!(posted.status, StatusCode::FORBIDDEN);
        // The window's address means nothing without the browser's cookie.
        assert_eq!(browser.get(window.clone()).await.unwrap().status, StatusCode::NOT_FOUND);
    }
    assert_eq!(page.session("k3x0mzjt2gq0s").await.body, json!({"status": "pending"}));
    page.goes_to_dropbox(&world, address).await;
}

/// Returns the same page in a browser without cookies.
fn fresh(page: &Page) -> Page {
    Page { app: page.app.clone(), browser: Browser::new().unwrap(), gateway: page.gateway.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_confirmed_opener_the_window_names_project_and_user_and_asks() {
    let world = World::new().await;
    let (_, page, _) = pages(&world).await;
    let (address, window) = (page.built(&[]).await, page.open(&[]).await);
    let start = page.browser.get(address.clone()).await.unwrap();
    assert_eq!(start.status, StatusCode::OK, "it does not go on by itself");
    assert!(start.body.contains("<bdi>First project</bdi>") && start.body.contains("<bdi>user-1</bdi>"));
    // A page of somebody else cannot confirm: the browser says who sends.
    for said in [[("origin", "https://evil.example")], [("sec-fetch-site", "cross-site")]] {
        let (status, code, _) = page.post("connect/popup/opener", &window, &said).await;
        assert_eq!((status, code.as_str()), (StatusCode::FORBIDDEN, "not_from_start_page"));
    }
    assert_eq!(page.browser.get(address.clone()).await.unwrap().status, StatusCode::OK);
    let back = page.browser.decide(address.as_str(), FIRST, Decision::Approve).await.unwrap();
    assert_eq!(page.browser.get(back).await.unwrap().status, StatusCode::OK);
    assert_eq!(page.session("k3x0mzjt2gq0s").await.body["status"], "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_nobody_sends_on_goes_on_by_a_click_once_the_page_has_called() {
    let world = World::new().await;
    let (_, page, _) = pages(&world).await;
    let window = page.open(&[]).await;
    assert_eq!(page.state(&window).await, json!({"state": "waiting"}));
    let (status, code, _) = page.post("connect/popup", &window, &[]).await;
    assert_eq!((status, code.as_str()), (StatusCode::CONFLICT, "popup_not_ready"));
    page.built(&[]).await;
    assert_eq!(page.state(&window).await, json!({"state": "ready"}));
    let (_, code, _) = page.post("connect/popup", &window, &[("origin", "https://evil.example")]).await;
    assert_eq!(code, "not_from_start_page");
    let (status, _, to) = page.post("connect/popup", &window, &[]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let back = page.browser.consent(to.unwrap(), FIRST, Decision::Approve).await.unwrap();
    assert_eq!(page.browser.get(back).await.unwrap().status, StatusCode::OK);
    assert_eq!(page.session("k3x0mzjt2gq0s").await.body["status"], "connected");
    let (status, ..) = page.post("connect/popup", &window, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a second click begins nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_is_told_to_the_window_and_a_better_one_takes_its_place() {
    let world = World::new().await;
    let (_, page, _) = pages(&world).await;
    let window = page.open(&[]).await;
    let refused = page.build(&[("redirectUrl", "https://evil.example/")]).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::BAD_REQUEST, "redirect_url_not_allowed"));
    let state = page.state(&window).await;
    assert_eq!((&state["state"], &state["code"]), (&json!("refused"), &json!("redirect_url_not_allowed")));
    page.built(&[]).await;
    assert_eq!(page.state(&window).await["state"], "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_with_wrong_values_makes_no_address() {
    let world = World::new().await;
    let (_, page, _) = pages(&world).await;
    let uuid = "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a";
    let credential = format!("{{\"selectedCredentialId\":\"{uuid}\"}}");
    for (name, value, status, code) in [
        ("originForPostMessage", "https://evil.example", 400, "origin_not_registered"),
        ("originForPostMessage", "https://app.example.com.evil.example", 400, "origin_not_registered"),
        ("originForPostMessage", "https://app.example.com/x", 400, "origin_not_registered"),
        ("originForPostMessage", "null", 400, "origin_not_registered"),
        ("originForPostMessage", "*", 400, "origin_not_registered"),
        ("originForPostMessage", "", 400, "origin_not_registered"),
        ("redirectUrl", "http://app.example.com/x", 400, "redirect_url_not_allowed"),
        ("redirectUrl", "https://user@app.example.com/x", 400, "redirect_url_not_allowed"),
        ("redirectUrl", "javascript:alert(1)", 400, "redirect_url_not_allowed"),
        ("integrationId", uuid, 404, "integration_not_found"),
        ("action", "googledrive", 404, "integration_not_found"),
        ("oauthMetaKeyId", "", 400, "invalid_field"),
        ("oauthMetaKeyId", "a b", 400, "invalid_field"),
        ("installOptions", "[]", 400, "invalid_field"),
        ("installOptions", "{\"externalId\":\"ext:a\"}", 400, "invalid_field"),
        ("installOptions", &credential, 404, "connection_not_found"),
        ("installOptions", "{\"selectedCredentialId\":\"ext:a\"}", 404, "credential_not_found"),
    ] {
        let answer = page.build(&[(name, value)]).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{name}={value}");
    }
    page.built(&[]).await;
    let spent = page.build(&[]).await;
    assert_eq!((spent.status, spent.code()), (StatusCode::CONFLICT, "key_taken"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_with_wrong_values_is_refused_and_leaves_the_token_in_no_address() {
    let world = World::new().await;
    let (pairs, page, _) = pages(&world).await;
    let expired = with_claims(&page, &pairs, &json!({"exp": 1}));
    let (_, foreign, _) = pages(&world).await;
    for (name, value, status, code) in [
        ("originForPostMessage", "https://evil.example", 400, "origin_not_registered"),
        ("originForPostMessage", "*", 400, "origin_not_registered"),
        ("integrationId", "slack", 404, "integration_not_found"),
        ("userToken", "", 401, "unauthorized"),
        ("userToken", "a.b.c", 401, "token_refused"),
        ("userToken", expired.as_str(), 401, "token_refused"),
        ("userToken", foreign.app.key.as_str(), 401, "token_refused"),
    ] {
        let address = page.nonce(&[(name, value)]);
        let answer = Client::new().get(address.clone()).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{name}={value}");
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], code, "{name}={value}");
        let shown = page.browser.get(address).await.unwrap();
        assert_eq!(shown.status, StatusCode::SEE_OTHER, "{name}={value}");
        assert_eq!(shown.headers["referrer-policy"], "no-referrer", "{name}={value}");
        assert!(page.browser.cookie(COOKIE).is_none(), "{name}={value}");
        let to = shown.location().unwrap();
        assert_eq!(query(&to, "refused").as_deref(), Some(code), "{name}={value}");
        assert!(!to.as_str().contains("eyJ"), "{name}={value}");
        let end = page.browser.get(to).await.unwrap();
        assert_eq!(end.status, StatusCode::BAD_REQUEST, "{name}={value}");
    }
}

fn with_claims(page: &Page, pairs: &[UserKeyPair], other: &Value) -> String {
    pairs[1].sign(&user_tokens::with(&page.app, other)).unwrap().expose().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_on_the_way_passes_its_address_on() {
    let world = World::new().await;
    let (_, page, _) = pages(&world).await;
    let opened = page.browser.get(page.nonce(&[])).await.unwrap();
    assert_eq!(opened.headers["referrer-policy"], "no-referrer");
    assert_eq!(opened.headers["cache-control"], "no-store");
    let cookie = opened.headers["set-cookie"].to_str().unwrap();
    for attribute in ["__Host-", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let window = page.browser.get(opened.location().unwrap()).await.unwrap();
    assert_eq!(window.headers["referrer-policy"], "same-origin");
    assert!(window.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
    assert!(!window.body.contains(&page.app.key));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_of_one_user() {
    let world = World::new().await;
    let (pairs, page, _) = pages(&world).await;
    page.built(&[]).await;
    let other = page.app.with_token(&token(&page.app, &pairs, "user-2"));
    let path = "sdk/actions/session-id/k3x0mzjt2gq0s";
    assert_eq!(other.get(path).await.code(), "session_not_found");
    other.ask_with(Method::DELETE, path, &[], "").await;
    assert_eq!(page.session("k3x0mzjt2gq0s").await.body["status"], "pending");
    // Another user may use the same key.
    Page { app: other, ..fresh(&page) }.built(&[]).await;
    assert_eq!(page.session("unknown").await.code(), "session_not_found");
    assert_eq!(page.session(&"x".repeat(100)).await.code(), "session_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_popup_ends_with_its_ten_minutes() {
    let world = World::new().await;
    let (_, page, _) = pages(&world).await;
    page.open(&[]).await;
    let browser = BrowserSecret::new(page.browser.cookie(COOKIE).unwrap());
    let (project, user) = (page.app.project, "user-1".parse::<UserId>().unwrap());
    // Rows as they are after ten minutes: DynamoDB removes them later.
    let before = Timestamp(SystemClock.now().0 - 601_000);
    let ticket = TicketSecret::random();
    let popup = Popup {
        ticket: ticket.hash(),
        project,
        user: user.clone(),
        origin: ORIGIN.to_owned(),
        token: SecretHash::of(&page.app.key),
        browser: browser.hash(),
        is_opener_confirmed: true,
        opened_at: before,
        valid_until: before.plus(Link::LIFE),
    };
    world.stack.store().open_popup(&popup).await.unwrap();
    let mut window = page.gateway.join("connect/popup").unwrap();
    window.query_pairs_mut().append_pair("ticket", ticket.expose());
    assert_eq!(page.browser.get(window).await.unwrap().status, StatusCode::NOT_FOUND);
    // The window that is open is not confirmed, and the old one does not stand for it.
    let shown = page.browser.get(page.built(&[]).await).await.unwrap();
    assert_eq!(shown.status, StatusCode::OK, "the page that asks");
    let (link, ticket) = Link::new(project, user, before);
    world.stack.store().add_link(&link, &ticket.hash()).await.unwrap();
    let mut address = page.gateway.join("connect/start").unwrap();
    address.query_pairs_mut().append_pair("ticket", ticket.expose());
    assert_eq!(page.browser.get(address).await.unwrap().status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_at_dropbox_connects_nothing_and_the_session_says_so() {
    let world = World::new().await;
    let (_, page, _) = pages(&world).await;
    let (address, window) = (page.built(&[]).await, page.open(&[]).await);
    page.confirm(&window).await;
    let dropbox = page.goes_to_dropbox(&world, address).await;
    let back = page.browser.consent(dropbox, FIRST, Decision::Deny).await.unwrap();
    assert!(query(&back, "state").is_some());
    let forged = Url::parse(&back.as_str().replace("state=", "state=x")).unwrap();
    assert_eq!(page.browser.get(forged).await.unwrap().status, StatusCode::BAD_REQUEST);
    let end = page.browser.get(back).await.unwrap();
    assert_eq!(end.status, StatusCode::FORBIDDEN, "{}", end.body);
    assert_eq!(page.session("k3x0mzjt2gq0s").await.body, json!({"status": "denied"}));
    let me = page.app.get("sdk/me").await.body;
    assert_eq!(me["integrations"]["dropbox"], json!({"enabled": false, "allCredentials": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_has_its_own_id_for_what_a_popup_connects_and_connects_that_again() {
    let world = World::new().await;
    let (_, page, _) = pages(&world).await;
    let connect = async |key: &str, options: &str, email: &str| {
        let values = [("oauthMetaKeyId", key), ("installOptions", options)];
        let (address, window) = (page.built(&values).await, page.open(&[]).await);
        page.confirm(&window).await;
        let dropbox = page.goes_to_dropbox(&world, address).await;
        let back = page.browser.consent(dropbox, email, Decision::Approve).await.unwrap();
        page.browser.get(back).await.unwrap();
        page.session(key).await.body
    };
    let first = connect("a", "{\"externalId\":\"invoices\"}", FIRST).await;
    let credential = first["connectCredentialId"].as_str().unwrap();
    let shown = page.app.get(&format!("sdk/credentials/{credential}")).await.body;
    assert_eq!(shown["externalId"], "invoices");
    let taken =
        page.build(&[("oauthMetaKeyId", "b"), ("installOptions", "{\"externalId\":\"invoices\"}")]).await;
    assert_eq!(taken.code(), "external_id_taken");
    let named = "{\"selectedCredentialId\":\"ext:invoices\"}";
    let again = connect("c", named, FIRST).await;
    assert_eq!(again["connectCredentialId"], credential);
    let other = connect("d", named, "second@example.com").await;
    assert_eq!(other["status"], "failed", "another account than the one that is meant");
    let several = "{\"selectedCredentialId\":\"ext:invoices\",\"allowMultipleCredentials\":true}";
    assert_eq!(connect("e", several, "second@example.com").await["status"], "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_can_come_by_an_address_of_the_applications_own() {
    let world = World::new().await;
    let (_, page, _) = pages(&world).await;
    let own = "https://app.example.com/dropbox/return";
    world.stack.dropbox.register_redirect(world.stack.app.key.as_str(), own);
    let (address, window) = (page.built(&[("redirectUrl", own)]).await, page.open(&[]).await);
    page.confirm(&window).await;
    let dropbox = page.goes_to_dropbox(&world, address).await;
    let to_application = page.browser.consent(dropbox, FIRST, Decision::Approve).await.unwrap();
    assert!(to_application.as_str().starts_with(own), "{to_application}");
    // Its page passes the query on.
    let mut callback = page.gateway.join("oauth/callback").unwrap();
    callback.set_query(to_application.query());
    assert_eq!(page.browser.get(callback).await.unwrap().status, StatusCode::OK);
    assert_eq!(page.session("k3x0mzjt2gq0s").await.body["status"], "connected");
}
