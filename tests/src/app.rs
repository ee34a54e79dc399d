//! A project's own server, asking for one of its users.

use local::{
    DemoProject,
    browser::{Browser, Decision, Shown},
};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use shared::model::{ConnectionId, ProjectId};
use url::Url;

/// An answer, read as JSON where it is JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Value,
}

impl Answer {
    /// The code of an error of ours.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

/// A project's server, asking for one of its users.
#[derive(Debug, Clone)]
pub struct App {
    http: Client,
    gateway: Url,
    /// The project in the addresses that it calls.
    pub project: ProjectId,
    /// Its API key.
    pub key: String,
    /// The user that it asks for.
    pub user: String,
    /// Whether it names the user in a header, as it must where it comes with the key.
    names_user: bool,
}

impl App {
    /// The server of a project.
    #[must_use]
    pub fn new(gateway: &Url, project: &DemoProject, user: &str) -> Self {
        Self {
            http: Client::new(),
            gateway: gateway.clone(),
            project: project.project.id,
            key: project.key.expose().to_owned(),
            user: user.to_owned(),
            names_user: true,
        }
    }

    /// The same project, called with a user token in place of key and user.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { key: token.to_owned(), names_user: false, ..self.clone() }
    }

    /// Asks for a connect link. Returns its id and its address.
    pub async fn link(&self) -> (String, String) {
        self.link_with(&json!({})).await
    }

    /// Asks for a connect link with more to say about it. Returns its id and its address.
    pub async fn link_with(&self, request: &Value) -> (String, String) {
        let answer = self.post("connect/links", &request.to_string()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let text = |name: &str| answer.body[name].as_str().expect("the link has it").to_owned();
        (text("id"), text("url"))
    }

    /// How far a link is.
    pub async fn link_status(&self, id: &str) -> Value {
        self.get(&format!("connect/links/{id}")).await.body
    }

    /// Connects an account in a browser. Returns the connection.
    pub async fn connect(&self, email: &str) -> ConnectionId {
        let (id, _) = self.connect_as(email, Decision::Approve).await;
        let status = self.link_status(&id).await;
        assert_eq!(status["status"], "connected", "{status}");
        status["connection"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .expect("a connected link names its connection")
    }

    /// Goes through a connect in a program that asks for JSON. Returns the link's id, and what the callback answered.
    pub async fn connect_as(&self, email: &str, decision: Decision) -> (String, Shown) {
        self.connect_with(&json!({}), email, decision).await
    }

    /// The same, through a link with more to say about it.
    pub async fn connect_with(&self, request: &Value, email: &str, decision: Decision) -> (String, Shown) {
        let (id, url) = self.link_with(request).await;
        let browser = Browser::of_a_program().expect("there are HTTP clients");
        let back = browser.decide(&url, email, decision).await.expect("the pages are there");
        (id, browser.get(back).await.expect("the callback answers"))
    }

    /// Calls a route of Dropbox's API through the proxy.
    pub async fn call(&self, route: &str, argument: &Value) -> Answer {
        self.proxy(route, &argument.to_string()).await
    }

    /// Sends a body to a path of the proxy, as it is.
    pub async fn proxy(&self, path: &str, body: &str) -> Answer {
        self.post(&format!("sdk/proxy/dropbox/{path}"), body).await
    }

    /// The names at the root of the user's Dropbox, sorted.
    pub async fn names(&self) -> Vec<String> {
        let answer = self.call("2/files/list_folder", &json!({"path": ""})).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let entries = answer.body["entries"].as_array().cloned().unwrap_or_default();
        let mut names: Vec<String> =
            entries.iter().filter_map(|entry| Some(entry["name"].as_str()?.to_owned())).collect();
        names.sort();
        names
    }

    /// Dropbox's id of what stands at a path of the user's account.
    pub async fn dropbox_id(&self, path: &str) -> String {
        let answer = self.call("2/files/get_metadata", &json!({"path": path})).await;
        answer.body["id"].as_str().expect("Dropbox knows the path").to_owned()
    }

    /// How a connection stands.
    pub async fn details(&self, connection: ConnectionId) -> Value {
        let answer = self.get(&format!("connections/{connection}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body
    }

    /// Selects `everything` or a Dropbox id.
    pub async fn select(&self, connection: ConnectionId, target: &str) -> Answer {
        self.put(&format!("connections/{connection}/selections/{target}"), "").await
    }

    /// Gives a selection up.
    pub async fn deselect(&self, connection: ConnectionId, target: &str) -> Answer {
        self.ask(Method::DELETE, &format!("connections/{connection}/selections/{target}"), "").await
    }

    /// Posts a body below the project's address.
    pub async fn post(&self, path: &str, body: &str) -> Answer {
        self.ask(Method::POST, path, body).await
    }

    /// Puts a body at an address below the project's.
    pub async fn put(&self, path: &str, body: &str) -> Answer {
        self.ask(Method::PUT, path, body).await
    }

    /// Gets an address below the project's.
    pub async fn get(&self, path: &str) -> Answer {
        self.answer(self.request(Method::GET, path)).await
    }

    /// Sends a body to an address below the project's.
    pub async fn ask(&self, method: Method, path: &str, body: &str) -> Answer {
        self.answer(self.request(method, path).body(body.to_owned())).await
    }

    /// A request to an address below the project's, to be sent as it is.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        // Put together as text: `join` would tidy away what a test wants to send.
        self.called_at(method, format!("{}projects/{}/{path}", self.gateway, self.project))
    }

    fn called_at(&self, method: Method, url: String) -> RequestBuilder {
        let request = self.http.request(method, url).bearer_auth(&self.key);
        if self.names_user { request.header("customer-id", &self.user) } else { request }
    }

    /// A request to an address below the project's that begins with a version, such as `v2`, to be sent as it is.
    pub fn request_of_version(&self, version: &str, method: Method, path: &str) -> RequestBuilder {
        self.called_at(method, format!("{}{version}/projects/{}/{path}", self.gateway, self.project))
    }

    /// Sends headers and a body to an address below the project's.
    pub async fn ask_with(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let request = self.request(method, path).body(body.to_owned());
        let named = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.answer(named).await
    }

    /// A request to a path of the proxy, to be sent as it is.
    pub fn proxied(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, &format!("sdk/proxy/dropbox/{path}"))
    }

    /// The answer to a request, whose body is JSON.
    pub async fn answer(&self, request: RequestBuilder) -> Answer {
        let answer =
            request.header("content-type", "application/json").send().await.expect("the gateway answers");
        let status = answer.status();
        let text = answer.text().await.expect("the answer has text");
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }
}
