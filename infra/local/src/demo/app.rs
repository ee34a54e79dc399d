//! The application's calls to Dropline's public API, and to the fake Dropbox's controls.

use http::Method;
use serde_json::{Value, json};
use shared::dropbox::header_safe;
use url::Url;

use super::{
    Demo,
    call::{Call, Content, Reply},
    place::Place,
};

/// Maximum size of an answer in JSON, in bytes.
const ANSWER_LIMIT: usize = 4 << 20;

/// Header that selects one of a user's accounts for a call to Dropbox.
const CONNECTION: &str = "X-Paragon-Credential";

/// The application, working for one of its users, and for one of the user's accounts.
pub(super) struct App<'a> {
    demo: &'a Demo,
    user: &'a str,
    connection: Option<&'a str>,
}

impl<'a> App<'a> {
    pub(super) fn at(demo: &'a Demo, place: &'a Place) -> Self {
        Self { demo, user: &place.user, connection: place.connection.as_deref() }
    }

    /// Calls a route of the project for the user.
    pub(super) async fn ask(
        &self,
        purpose: &'static str,
        method: Method,
        path: &[&str],
        body: Option<Value>,
    ) -> Reply {
        let call = self.call(purpose, method, path);
        self.make(&if let Some(body) = body { call.with_json(body) } else { call }).await
    }

    /// Reads at a route of the project.
    pub(super) async fn read(&self, purpose: &'static str, path: &[&str]) -> Reply {
        self.ask(purpose, Method::GET, path, None).await
    }

    /// Reads a page of the synced files and folders of a connection.
    pub(super) async fn files(&self, connection: &str, cursor: Option<&str>) -> Reply {
        let mut call = self.call("Read what is synced", Method::GET, &["connections", connection, "files"]);
        if let Some(cursor) = cursor {
            call.url.query_pairs_mut().append_pair("cursor", cursor);
        }
        self.make(&call).await
    }

    /// Calls a function of Dropbox's API with JSON, through the proxy.
    pub(super) async fn dropbox(
        &self,
        purpose: &'static str,
        function: &str,
        argument: Value,
        reads: bool,
    ) -> Reply {
        let call = self.proxied(purpose, function).with_json(argument);
        self.make(&Call { reads, ..call }).await
    }

    /// Calls a function of Dropbox's API that takes a file, through the proxy.
    pub(super) async fn upload(&self, purpose: &'static str, argument: &Value, content: Content) -> Reply {
        let mut call = self.proxied(purpose, "files/upload");
        call.headers.push(("Dropbox-API-Arg", header_safe(&argument.to_string())));
        call.headers.push(("Content-Type", "application/octet-stream".to_owned()));
        self.make(&Call { content: Some(content), ..call }).await
    }

    /// Downloads the beginning of a file from Dropbox, through the proxy.
    pub(super) async fn download(&self, path: &str, limit: usize) -> Reply {
        let mut call = self.proxied("Read a file in Dropbox", "files/download");
        call.headers.push(("Dropbox-API-Arg", header_safe(&json!({"path": path}).to_string())));
        self.demo.0.caller.make(&Call { reads: true, ..call }, limit).await
    }

    /// Fetches the beginning of an object by a link, which needs no key.
    pub(super) async fn fetch(&self, link: Url, limit: usize) -> Reply {
        let mut call = Call::new("Fetch the bytes by that link, without a key", Method::GET, link);
        call.headers = vec![("Range", format!("bytes=0-{}", limit - 1))];
        self.demo.0.caller.make(&call, limit).await
    }

    /// Makes a call, given by method and path, to the fake Dropbox's controls of an account.
    pub(super) async fn control(
        &self,
        purpose: &'static str,
        method: Method,
        email: &str,
        control: &str,
        body: Option<Value>,
    ) -> Reply {
        let mut url = self.demo.0.surroundings.dropbox.clone();
        extend(&mut url, &["_fake", "accounts", email, control]);
        let call = Call::new(purpose, method, url);
        self.make(&if let Some(body) = body { call.with_json(body) } else { call }).await
    }

    fn proxied(&self, purpose: &'static str, function: &str) -> Call {
        let path: Vec<&str> =
            ["sdk", "proxy", "dropbox", "2"].into_iter().chain(function.split('/')).collect();
        let mut call = self.call(purpose, Method::POST, &path);
        call.headers.extend(self.connection.map(|connection| (CONNECTION, connection.to_owned())));
        call
    }

    fn call(&self, purpose: &'static str, method: Method, path: &[&str]) -> Call {
        let surroundings = &self.demo.0.surroundings;
        let mut url = surroundings.gateway.clone();
        extend(&mut url, &["projects", &surroundings.project.project.id.to_string()]);
        extend(&mut url, path);
        Call { user: Some(self.user.to_owned()), ..Call::new(purpose, method, url) }
    }

    async fn make(&self, call: &Call) -> Reply {
        self.demo.0.caller.make(call, ANSWER_LIMIT).await
    }
}

fn extend(url: &mut Url, path: &[&str]) {
    // An http address always has a path.
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
}
