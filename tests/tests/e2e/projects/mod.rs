//! A project as a whole: its settings, API keys and users, and accounts whose tokens its server has.

mod imports;
mod keys;
mod settings;
mod users;

use http::Method;
use serde_json::Value;
use tests::{Answer, App};

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";

async fn patch(app: &App, path: &str, body: &Value) -> Answer {
    app.ask(Method::PATCH, path, &body.to_string()).await
}

async fn delete(app: &App, path: &str) -> Answer {
    app.ask(Method::DELETE, path, "").await
}
