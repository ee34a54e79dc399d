//! Client of the HTTP API: a project's server, calling for one of its users.

use local::{
    DemoProject,
    browser::{Browser, BrowserPage, Decision},
};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use shared::model::{ConnectionId, ProjectId};
use url::Url;

/// Response of the API. The body is a JSON string if it was not JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Status code.
    pub status: StatusCode,
    /// Body.
    pub body: Value,
}

impl Answer {
    /// Returns the `code` of an error response, or an empty string.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

/// Server of a project, calling for one of its users.
#[derive(Debug, Clone)]
pub struct App {
    http: Client,
    gateway: Url,
    /// Project in the addresses that it calls.
    pub project: ProjectId,
    /// API key of the project, or a user token.
    pub key: String,
    /// User for whom it calls.
    pub user: String,
    /// Whether requests name the user in the header `customer-id`, as calls with an API key must.
    names_user: bool,
}

impl App {
    /// Creates the server of a project.
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

    /// Returns a client of the same project that sends a user token instead of API key and user.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { key: token.to_owned(), names_user: false, ..self.clone() }
    }

    /// Requests a connect link. Returns its id and its address.
    pub async fn link(&self) -> (String, String) {
        self.link_with(&json!({})).await
    }

    /// Requests a connect link with a body. Returns its id and its address.
    pub async fn link_with(&self, request: &Value) -> (String, String) {
        let answer = self.post("connect/links", &request.to_string()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let text = |name: &str| answer.body[name].as_str().expect("the link has it").to_owned();
        (text("id"), text("url"))
    }

    /// Returns the status of a link.
    pub async fn link_status(&self, id: &str) -> Value {
        self.get(&format!("connect/links/{id}")).await.body
    }

    /// Connects an account in a browser. Returns the connection's id.
    pub async fn connect(&self, email: &str) -> ConnectionId {
        let (id, _) = self.connect_as(email, Decision::Approve).await;
        let status = self.link_status(&id).await;
        assert_eq!(status["status"], "connected", "{status}");
        status["connection"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .expect("a connected link names its connection")
    }

    /// Runs a connect in a client that asks for JSON. Returns the link's id and the callback's response.
    pub async fn connect_as(&self, email: &str, decision: Decision) -> (String, BrowserPage) {
        self.connect_with(&json!({}), email, decision).await
    }

    /// Runs a connect like [`Self::connect_as`], with a body for the link.
    pub async fn connect_with(
        &self,
        request: &Value,
        email: &str,
        decision: Decision,
    ) -> (String, BrowserPage) {
        let (id, url) = self.link_with(request).await;
        let browser = Browser::of_a_program().expect("there are HTTP clients");
        let back = browser.decide(&url, email, decision).await.expect("the pages are there");
        (id, browser.get(back).await.expect("the callback answers"))
    }

    /// Calls a route of Dropbox's API through the proxy.
    pub async fn call(&self, route: &str, argument: &Value) -> Answer {
        self.proxy(route, &argument.to_string()).await
    }

    /// Sends a body to a path of the proxy, unchanged.
    pub async fn proxy(&self, path: &str, body: &str) -> Answer {
        self.post(&format!("sdk/proxy/dropbox/{path}"), body).await
    }

    /// Lists the names at the root of the user's Dropbox, sorted.
    pub async fn names(&self) -> Vec<String> {
        let answer = self.call("2/files/list_folder", &json!({"path": ""})).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let entries = answer.body["entries"].as_array().cloned().unwrap_or_default();
        let mut names: Vec<String> =
            entries.iter().filter_map(|entry| Some(entry["name"].as_str()?.to_owned())).collect();
        names.sort();
        names
    }

    /// Returns the Dropbox id of the file or folder at a path of the user's account.
    pub async fn dropbox_id(&self, path: &str) -> String {
        let answer = self.call("2/files/get_metadata", &json!({"path": path})).await;
        answer.body["id"].as_str().expect("Dropbox knows the path").to_owned()
    }

    /// Returns the details of a connection: its health, progress and selections.
    pub async fn details(&self, connection: ConnectionId) -> Value {
        let answer = self.get(&format!("connections/{connection}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body
    }

    /// Selects `everything` or a Dropbox id.
    pub async fn select(&self, connection: ConnectionId, target: &str) -> Answer {
        self.put(&format!("connections/{connection}/selections/{target}"), "").await
    }

    /// Removes a selection.
    pub async fn deselect(&self, connection: ConnectionId, target: &str) -> Answer {
        self.ask(Method::DELETE, &format!("connections/{connection}/selections/{target}"), "").await
    }

    /// Posts a body to an address below the project's.
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

    /// Builds a request to an address below the project's, for the caller to complete and send.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        // Concatenated as text, because `join` would normalise paths that a test wants to send as they are.
        self.called_at(method, format!("{}projects/{}/{path}", self.gateway, self.project))
    }

    fn called_at(&self, method: Method, url: String) -> RequestBuilder {
        let request = self.http.request(method, url).bearer_auth(&self.key);
        if self.names_user { request.header("customer-id", &self.user) } else { request }
    }

    /// Builds a request like [`Self::request`], below an address that begins with a version, such as `v2`.
    pub fn request_of_version(&self, version: &str, method: Method, path: &str) -> RequestBuilder {
        self.called_at(method, format!("{}{version}/projects/{}/{path}", self.gateway, self.project))
    }

    /// Sends headers and a body to an address below the project's.
    pub async fn ask_with(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let request = self.request(method, path).body(body.to_owned());
        let named = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.answer(named).await
    }

    /// Builds a request to a path of the proxy, for the caller to complete and send.
    pub fn proxied(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, &format!("sdk/proxy/dropbox/{path}"))
    }

    /// Sends a request with a JSON body, and reads the response.
    pub async fn answer(&self, request: RequestBuilder) -> Answer {
        let answer =
            request.header("content-type", "application/json").send().await.expect("the gateway answers");
        let status = answer.status();
        let text = answer.text().await.expect("the answer has text");
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }
}
