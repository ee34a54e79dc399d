//! Client of Carbon's API: sends what Carbon's SDKs and `carbon-connect` send, with any body.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use url::Url;

use crate::{Answer, App};

/// A client of Carbon's API.
#[derive(Debug, Clone)]
pub struct CarbonClient {
    http: Client,
    gateway: Url,
    /// Value of the header `Authorization`; if absent, the header is not sent.
    pub authorization: Option<String>,
    /// Value of the header `customer-id`; if absent, the header is not sent.
    user: Option<String>,
}

impl CarbonClient {
    /// Creates the server of a project, calling for one of its users.
    #[must_use]
    pub fn server(gateway: &Url, app: &App) -> Self {
        let authorization = Some(format!("Bearer {}", app.key));
        Self { http: Client::new(), gateway: gateway.clone(), authorization, user: Some(app.user.clone()) }
    }

    /// Returns the same server, without a user.
    #[must_use]
    pub fn organization(&self) -> Self {
        Self { user: None, ..self.clone() }
    }

    /// Returns the same server, calling for another user.
    #[must_use]
    pub fn of_user(&self, user: &str) -> Self {
        Self { user: Some(user.to_owned()), ..self.clone() }
    }

    /// Returns a web page of the same user, with an access token that the server has requested for it.
    ///
    /// # Panics
    /// If no token is issued.
    pub async fn page(&self) -> Self {
        let answer = self.get("auth/v1/access_token").await;
        let token =
            answer.body["access_token"].as_str().unwrap_or_else(|| panic!("no token: {}", answer.body));
        self.with_token(token)
    }

    /// Returns a web page with this token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { authorization: Some(format!("Token {token}")), user: None, ..self.clone() }
    }

    /// Returns the same client with another header `Authorization`, or without one.
    #[must_use]
    pub fn with_authorization(&self, value: Option<&str>) -> Self {
        Self { authorization: value.map(str::to_owned), ..self.clone() }
    }

    /// Gets a path.
    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    /// Deletes what is at a path.
    pub async fn delete(&self, path: &str) -> Answer {
        answer(self.request(Method::DELETE, path)).await
    }

    /// Posts a body to a path.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_text(path, body.to_string()).await
    }

    /// Posts a body that may not be JSON.
    pub async fn post_text(&self, path: &str, body: String) -> Answer {
        answer(self.request(Method::POST, path).body(body)).await
    }

    /// Posts an invalid body and returns the location (`loc`) of each error.
    pub async fn wrong(&self, path: &str, body: &Value) -> Vec<Value> {
        let answer = self.post(path, body).await;
        assert_eq!(answer.status, 422, "{path} {body}: {}", answer.body);
        let wrong = answer.body["detail"].as_array().cloned().unwrap_or_default();
        wrong.iter().map(|one| one["loc"].clone()).collect()
    }

    /// Lists the user's connected data sources.
    pub async fn data_sources(&self) -> Vec<Value> {
        let answer = self.post("user_data_sources", &json!({"filters": {"revoked_access": false}})).await;
        answer.body["results"].as_array().cloned().unwrap_or_default()
    }

    /// Builds a request, for the caller to complete and send.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.gateway));
        request = request.header("content-type", "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        if let Some(user) = &self.user {
            request = request.header("customer-id", user);
        }
        request
    }
}

async fn answer(request: RequestBuilder) -> Answer {
    let answer = request.send().await.expect("the gateway answers");
    let status = answer.status();
    let text = answer.text().await.expect("the answer has text");
    Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
}
