//! Settings of an app in the App Console.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Answer, Refused, answer, document};
use crate::{AppAccess, AppSettings, service::Service};

/// An app, without its secret.
#[derive(Serialize)]
struct Registered {
    key: String,
    name: String,
    redirect_uris: Vec<String>,
    webhook: Option<Url>,
    scopes: Vec<String>,
    access: AppAccess,
}

/// Changes of an app's settings.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Changes {
    redirect_uris: Option<Vec<String>>,
    webhook: Option<Url>,
    scopes: Option<Vec<String>>,
    access: Option<AppAccess>,
}

pub(super) async fn show(State(service): State<Arc<Service>>, Path(key): Path<String>) -> Response {
    answer(registered(&service, &key))
}

pub(super) async fn change(
    State(service): State<Arc<Service>>,
    Path(key): Path<String>,
    body: Bytes,
) -> Response {
    let changed = registered(&service, &key).and_then(|_| document::<Changes>(&body)).and_then(|changes| {
        service.change_app(&key, |app| changes.apply(app));
        registered(&service, &key)
    });
    answer(changed)
}

impl Changes {
    fn apply(self, app: &mut AppSettings) {
        let AppSettings { redirect_uris, webhook, scopes, access, .. } = app;
        *redirect_uris = self.redirect_uris.unwrap_or_else(|| std::mem::take(redirect_uris));
        *webhook = self.webhook.or_else(|| webhook.take());
        *scopes = self.scopes.unwrap_or_else(|| std::mem::take(scopes));
        *access = self.access.unwrap_or(*access);
    }
}

fn registered(service: &Service, key: &str) -> Answer<Registered> {
    let app = service.app(key).ok_or_else(|| Refused::Unknown(format!("there is no app {key}")))?;
    let AppSettings { key, name, redirect_uris, webhook, scopes, access, secret: _ } = app;
    Ok(Registered { key, name, redirect_uris, webhook, scopes, access })
}
