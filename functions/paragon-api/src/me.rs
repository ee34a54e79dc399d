//! `GET …/sdk/me`: the user, and what is connected.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    caller::Caller,
    model::{Connection, ConnectionStatus},
};

use super::{DROPBOX, credential, ids};
use crate::{FilesApi, routes::found};

/// What Paragon sells on top and the SDK looks for: that an application connects accounts from pages of its own.
const FEATURES: [&str; 1] = ["headless-cp"];

impl FilesApi {
    pub(crate) async fn me(&self, caller: &Caller) -> Result<Response<Body>, ApiError> {
        let mut linked = self.connections.connections_of_user(caller.project, &caller.user).await?;
        linked.retain(|connection| connection.status != ConnectionStatus::Disconnected);
        Ok(found(&json!({
            "authenticated": true,
            "userId": caller.user,
            "integrations": {DROPBOX: dropbox(linked)},
            "meta": {},
            "resources": [],
            "project": {"id": caller.project, "billingPlan": "free", "accessibleFeatures": FEATURES},
        })))
    }
}

/// All connections, and of the one that a call without a name means how it stands. It is enabled while that one works:
/// the SDK then refuses to connect once more, and a connection that does not work must be connected again.
fn dropbox(linked: Vec<Connection>) -> Value {
    let all: Vec<Value> = linked.iter().map(credential::shown).collect();
    let mut shown = json!({"enabled": false, "allCredentials": all});
    if let Some(meant) = Connection::preferred(linked) {
        shown["enabled"] = json!(meant.status == ConnectionStatus::Active);
        shown["credentialId"] = json!(meant.id);
        shown["credentialStatus"] = json!(credential::status(&meant));
        shown["credentialConfigId"] = json!(ids::configuration(meant.id));
        shown["providerId"] = json!(meant.account);
        shown["providerData"] = json!({});
    }
    shown
}
