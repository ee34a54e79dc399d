//! Calls of the functions without a gateway.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::json;
use shared::model::ConnectionId;

use crate::{App, World};

/// A project's server that calls the functions directly.
pub(super) struct Asker<'a> {
    pub(super) world: &'a World,
    pub(super) app: &'a App,
}

impl Asker<'_> {
    /// Requests a page of the list; the one after the file with the integer `after`, if it is given.
    pub(super) async fn list(
        &self,
        order: &str,
        offset: u32,
        after: Option<u64>,
        limit: u32,
    ) -> Result<(), String> {
        let pagination = json!({"limit": limit, "offset": offset, "starting_id": after});
        let body = json!({"order_by": order, "order_dir": "asc", "pagination": pagination});
        let request = Request::post("/user_files_v2")
            .header("authorization", format!("Bearer {}", self.app.key))
            .header("customer-id", &self.app.user)
            .body(Bytes::from(body.to_string()))
            .map_err(|error| error.to_string())?;
        self.call("carbon-api", request).await.map(drop)
    }

    /// Requests a page of a connection's `files` or `changes`, and returns its JSON.
    pub(super) async fn page(
        &self,
        connection: ConnectionId,
        list: &str,
        query: &str,
    ) -> Result<Bytes, String> {
        let path = format!("/projects/{}/connections/{connection}/{list}?{query}", self.app.project);
        let request = Request::get(path)
            .header("authorization", format!("Bearer {}", self.app.key))
            .header("customer-id", &self.app.user)
            .body(Bytes::new())
            .map_err(|error| error.to_string())?;
        self.call("files-api", request).await
    }

    async fn call(&self, function: &str, request: Request<Bytes>) -> Result<Bytes, String> {
        let answer =
            self.world.stack.answer_of(function, request).await.map_err(|error| error.to_string())?;
        match answer.status() {
            StatusCode::OK => Ok(answer.into_body()),
            status => Err(format!("{function} answered {status}")),
        }
    }
}
