//! Parsed requests.

use reqwest::Request;
use serde_json::Value;

/// A call to Dropbox.
pub(super) struct Call {
    /// Short name of the route.
    pub(super) route: &'static str,
    pub(super) argument: Value,
    /// Access token; at the token endpoint, the refresh token.
    pub(super) token: String,
    /// Namespace at which its paths are rooted, if the request names one.
    pub(super) root: Option<String>,
    /// Requested range: its first byte, and its last one if named.
    pub(super) range: Option<(usize, Option<usize>)>,
}

/// Routes of the model, with their short names.
const ROUTES: [(&str, &str); 7] = [
    ("/oauth2/token", "token"),
    ("/2/files/list_folder", "list_folder"),
    ("/2/files/list_folder/continue", "list_folder/continue"),
    ("/2/files/list_folder/get_latest_cursor", "get_latest_cursor"),
    ("/2/files/get_metadata", "get_metadata"),
    ("/2/files/download", "download"),
    ("/2/users/get_current_account", "get_current_account"),
];

impl Call {
    pub(super) fn read(request: &Request) -> Self {
        let path = request.url().path();
        let route = ROUTES.iter().find(|(known, _)| *known == path).map_or("unknown", |(_, route)| route);
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let argument = match header("dropbox-api-arg") {
            Some(argument) => serde_json::from_str(argument),
            None => serde_json::from_slice(body),
        };
        let bearer = header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let token = bearer.map_or_else(|| refresh_token(body), str::to_owned);
        let range = header("range").and_then(range);
        let root = header("dropbox-api-path-root").and_then(root);
        Self { route, argument: argument.unwrap_or_default(), token, root, range }
    }

    /// Whether it requests a new access token.
    pub(super) fn is_refresh(&self) -> bool {
        self.route == "token"
    }

    /// Returns the cursor or path of its argument, or an empty string.
    pub(super) fn about(&self) -> String {
        let about = ["cursor", "path"].into_iter().find_map(|name| self.argument[name].as_str());
        about.unwrap_or_default().to_owned()
    }
}

fn refresh_token(form: &[u8]) -> String {
    let pairs = url::form_urlencoded::parse(form);
    pairs
        .into_iter()
        .find(|(name, _)| name == "refresh_token")
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn root(header: &str) -> Option<String> {
    let header: Value = serde_json::from_str(header).ok()?;
    Some(header["root"].as_str()?.to_owned())
}

fn range(header: &str) -> Option<(usize, Option<usize>)> {
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()))
}
