//! Model of Dropbox's token endpoint and of calls with a token.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use fastrand::Rng;
use reqwest::{Request, Response};
use serde_json::{Value, json};
use shared::dropbox::{Transport, TransportError};
use tokio::time::Instant;

use super::pass;

/// Life of an access token.
pub(super) const LIFE: Duration = Duration::from_secs(4 * 60 * 60);
/// Text contained in every token, so that tokens can be found wherever they appear.
pub(super) const MARK: &str = "token-of-the-model";
/// Longest duration of a call, in milliseconds.
const LONGEST: u64 = 900;

#[derive(Default)]
struct Issued {
    number: u64,
    /// Expiry of each access token.
    access: BTreeMap<String, Instant>,
    /// Valid refresh tokens.
    refresh: Vec<String>,
    /// Whether a refresh returns a new refresh token and invalidates the old one.
    rotates: bool,
    refreshes: u64,
    under_way: u64,
    most_under_way: u64,
}

/// Issuer of tokens.
pub(super) struct Issuer {
    issued: Mutex<Issued>,
    delays: Mutex<Rng>,
}

/// A refresh in progress. It ends when this is dropped, also if its caller died.
struct UnderWay<'a>(&'a Issuer);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.issued().under_way -= 1;
    }
}

impl Issuer {
    pub(super) fn new(mut rng: Rng) -> Self {
        let issued = Issued { rotates: rng.bool(), ..Issued::default() };
        Self { issued: Mutex::new(issued), delays: Mutex::new(rng) }
    }

    fn issued(&self) -> MutexGuard<'_, Issued> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Issues a refresh token and an access token, as after the user's consent. Earlier ones stay valid.
    pub(super) fn grant(&self) -> (String, String) {
        let mut issued = self.issued();
        let (refresh, access) = (issued.token("refresh"), issued.new_access());
        issued.refresh.push(refresh.clone());
        (refresh, access)
    }

    /// Revokes all tokens.
    pub(super) fn revoke(&self) {
        let mut issued = self.issued();
        issued.refresh.clear();
        issued.access.clear();
    }

    /// Expires all access tokens now.
    pub(super) fn expire(&self) {
        self.issued().access.values_mut().for_each(|end| *end = Instant::now());
    }

    /// Whether refresh tokens rotate. Then a process that dies during a refresh can lose the only valid one,
    /// because only the response contains it.
    pub(super) fn rotates(&self) -> bool {
        self.issued().rotates
    }

    /// Returns the number of refreshes and the most in parallel, since the last call.
    pub(super) fn take_refreshes(&self) -> (u64, u64) {
        let mut issued = self.issued();
        (std::mem::take(&mut issued.refreshes), std::mem::take(&mut issued.most_under_way))
    }

    async fn token(&self, form: &[u8]) -> Response {
        let pairs: BTreeMap<_, _> = url::form_urlencoded::parse(form).into_owned().collect();
        let under_way = UnderWay(self);
        {
            let mut issued = self.issued();
            issued.refreshes += 1;
            issued.under_way += 1;
            issued.most_under_way = issued.most_under_way.max(issued.under_way);
        }
        self.take_time().await;
        let answer = self.issued().refreshed(pairs.get("refresh_token").map_or("", String::as_str));
        self.take_time().await;
        drop(under_way);
        answer.map_or_else(
            || answered(400, &json!({"error": "invalid_grant", "error_description": "revoked"})),
            |json| answered(200, &json),
        )
    }

    async fn account(&self, token: &str) -> Response {
        self.take_time().await;
        let refusal = |tag: &str| json!({"error_summary": format!("{tag}/."), "error": {".tag": tag}});
        match self.issued().access.get(token) {
            None => answered(401, &refusal("invalid_access_token")),
            Some(end) if *end <= Instant::now() => answered(401, &refusal("expired_access_token")),
            Some(_) => {
                let root = json!({"root_namespace_id": "1", "home_namespace_id": "1"});
                answered(200, &json!({"account_id": "dbid:one", "root_info": root}))
            }
        }
    }

    async fn take_time(&self) {
        let time = self.delays.lock().unwrap_or_else(PoisonError::into_inner).u64(1..LONGEST / 2);
        pass(Duration::from_millis(time)).await;
    }
}

impl Issued {
    fn token(&mut self, kind: &str) -> String {
        self.number += 1;
        format!("{kind}-{MARK}-{}", self.number)
    }

    fn new_access(&mut self) -> String {
        let access = self.token("access");
        self.access.insert(access.clone(), Instant::now() + LIFE);
        access
    }

    fn refreshed(&mut self, refresh: &str) -> Option<Value> {
        let place = self.refresh.iter().position(|known| known == refresh)?;
        let mut json = json!({"token_type": "bearer", "expires_in": LIFE.as_secs()});
        json["access_token"] = json!(self.new_access());
        if self.rotates {
            self.refresh[place] = self.token("refresh");
            json["refresh_token"] = json!(self.refresh[place]);
        }
        Some(json)
    }
}

#[async_trait]
impl Transport for Issuer {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let bearer = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        let bearer = bearer.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default().to_owned();
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        Ok(match request.url().path() {
            "/oauth2/token" => self.token(body).await,
            "/2/users/get_current_account" => self.account(&bearer).await,
            other => answered(404, &json!({"error_summary": other})),
        })
    }
}

fn answered(status: u16, json: &Value) -> Response {
    let answer = http::Response::builder().status(status).header("content-type", "application/json");
    answer.body(json.to_string()).expect("it is an answer").into()
}
