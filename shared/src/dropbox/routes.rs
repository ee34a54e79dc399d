//! Which host and style a route of Dropbox's API has, from its path alone.

use super::Host;

/// Routes on the content host whose argument and answer are JSON all the same.
const CONTENT_RPC: [&str; 1] = ["files/get_thumbnail_batch"];
/// Routes on the content host that take or give bytes (attribute `host = "content"` in `files.stone`, `paper.stone`
/// and `sharing.stone`).
const CONTENT_BYTES: [&str; 21] = [
    "files/alpha/upload",
    "files/download",
    "files/download_zip",
    "files/export",
    "files/get_preview",
    "files/get_thumbnail",
    "files/get_thumbnail_v2",
    "files/paper/create",
    "files/paper/update",
    "files/upload",
    "files/upload_session/append",
    "files/upload_session/append_batch",
    "files/upload_session/append_v2",
    "files/upload_session/finish",
    "files/upload_session/start",
    "paper/docs/create",
    "paper/docs/download",
    "paper/docs/update",
    "sharing/get_shared_link_file",
    "sharing/get_shared_link_file_v2",
    "team_log/export",
];
/// The one route on the notify host.
const LONGPOLL: &str = "files/list_folder/longpoll";

/// A route that requests with JSON in and JSON out may be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    host: Host,
    path: String,
}

/// Why a path is no route that can be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// Not `/2/<namespace>/<route>`.
    #[error(
        "the path is no route of Dropbox's API: it must be 2/<namespace>/<route>, as in 2/files/list_folder"
    )]
    Outside,
    /// A route with bytes in or out.
    #[error(
        "this route sends or receives bytes; only routes with JSON in and out can be called through here"
    )]
    Bytes,
    /// The long poll.
    #[error("the long poll")]
    Longpoll,
}

impl Route {
    /// Reads a path such as `2/files/list_folder` or `/2/files/list_folder`. Only lower-case letters, digits and
    /// underscores stand between its slashes, so nothing can climb, be decoded twice, or name a host.
    ///
    /// # Errors
    /// Says why it is none.
    pub fn parse(path: &str) -> Result<Self, RouteError> {
        let name = path.strip_prefix('/').unwrap_or(path).strip_prefix("2/").ok_or(RouteError::Outside)?;
        let parts: Vec<&str> = name.split('/').collect();
        if parts.len() < 2 || !parts.iter().all(|part| is_word(part)) {
            return Err(RouteError::Outside);
        }
        let host = match name {
            LONGPOLL => return Err(RouteError::Longpoll),
            name if CONTENT_BYTES.contains(&name) => return Err(RouteError::Bytes),
            name if CONTENT_RPC.contains(&name) => Host::Content,
            _ => Host::Api,
        };
        Ok(Self { host, path: format!("/2/{name}") })
    }

    /// The host that it belongs to.
    #[must_use]
    pub fn host(&self) -> Host {
        self.host
    }

    /// Its path on that host.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

fn is_word(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_follows_from_the_route() {
        assert_eq!(Route::parse("2/files/list_folder").unwrap().host(), Host::Api);
        assert_eq!(
            Route::parse("/2/files/list_folder/continue").unwrap().path(),
            "/2/files/list_folder/continue"
        );
        assert_eq!(Route::parse("2/files/get_thumbnail_batch").unwrap().host(), Host::Content);
        assert_eq!(Route::parse("2/files/download"), Err(RouteError::Bytes));
        assert_eq!(Route::parse("2/files/list_folder/longpoll"), Err(RouteError::Longpoll));
    }

    #[test]
    fn nothing_leads_outside() {
        let outside = [
            "",
            "/",
            "2",
            "2/",
            "2/files",
            "1/files/list_folder",
            "oauth2/token",
            "2/../oauth2/token",
            "2/files/..",
            "2//files/list_folder",
            "2/files/list_folder/",
            "2/files%2flist_folder",
            "2/files/list folder",
            "https://evil.example/2/files/x",
            "2/files/list_folder?x=1",
            "2/files/x#y",
            "//2/files/x",
            "2/Files/x",
            "2/files/x@evil.example",
        ];
        for path in outside {
            assert_eq!(Route::parse(path), Err(RouteError::Outside), "{path}");
        }
    }
}
