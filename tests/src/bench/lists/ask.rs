//! Calls of the function without a gateway.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::json;

use crate::{App, World};

/// A project's server that calls the function directly.
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
        let answer = self.world.stack.answer_of("carbon-api", request).await;
        match answer.map_err(|error| error.to_string())?.status() {
            StatusCode::OK => Ok(()),
            status => Err(format!("the list was answered {status}")),
        }
    }
}
