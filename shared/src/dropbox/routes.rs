//! Which host and style a route of Dropbox's API has, from its path alone.

use super::Host;

/// Routes on the content host whose argument and answer are JSON all the same.
const CONTENT_RPC: [&str; 1] = ["files/get_thumbnail_batch"];
/// Routes that take bytes (`style = "upload"` in `files.stone` and `paper.stone`).
const UPLOADS: [&str; 11] = [
    "files/alpha/upload",
    "files/paper/create",
    "files/paper/update",
    "files/upload",
    "files/upload_session/append",
    "files/upload_session/append_batch",
    "files/upload_session/append_v2",
    "files/upload_session/finish",
    "files/upload_session/start",
    "paper/docs/create",
    "paper/docs/update",
];
/// Routes that give bytes (`style = "download"` in `files.stone`, `paper.stone` and `sharing.stone`).
const DOWNLOADS: [&str; 9] = [
    "files/download",
    "files/download_zip",
    "files/export",
    "files/get_preview",
    "files/get_thumbnail",
    "files/get_thumbnail_v2",
    "paper/docs/download",
    "sharing/get_shared_link_file",
    "sharing/get_shared_link_file_v2",
];
/// The one route on the notify host.
const LONGPOLL: &str = "files/list_folder/longpoll";
/// The hosts that a route may be named on. The route decides all the same where it goes.
const HOSTS: [&str; 3] = ["api.dropboxapi.com", "content.dropboxapi.com", "notify.dropboxapi.com"];

/// A route of Dropbox's API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    style: Style,
    host: Host,
    path: String,
}

/// Where a route has its argument, and where its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// JSON in and out.
    Rpc,
    /// The argument is a header, the body bytes; the answer is JSON.
    Upload,
    /// The argument is a header; the answer is bytes, and JSON in a header.
    Download,
    /// JSON in and out, without a token, and the answer takes its time.
    Longpoll,
}

/// A path that is no `/2/<namespace>/<route>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the path is no route of Dropbox's API: it must be 2/<namespace>/<route>, as in 2/files/list_folder")]
pub struct NoRoute;

impl Route {
    /// Reads a path such as `2/files/list_folder` or `/2/files/list_folder`, or the same on one of Dropbox's three API
    /// hosts, as in `https://api.dropboxapi.com/2/files/list_folder`; a gateway may have made one slash of two. Only
    /// lower-case letters, digits and underscores stand between the slashes of the path, so nothing can climb, be
    /// decoded twice, or name a host.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse(target: &str) -> Result<Self, NoRoute> {
        let path = match target.strip_prefix("https:/") {
            Some(rest) => on_a_host(rest)?,
            None => target.strip_prefix('/').unwrap_or(target),
        };
        let name = path.strip_prefix("2/").ok_or(NoRoute)?;
        let parts: Vec<&str> = name.split('/').collect();
        if parts.len() < 2 || !parts.iter().all(|part| is_word(part)) {
            return Err(NoRoute);
        }
        let (style, host) = match name {
            LONGPOLL => (Style::Longpoll, Host::Notify),
            name if UPLOADS.contains(&name) => (Style::Upload, Host::Content),
            name if DOWNLOADS.contains(&name) => (Style::Download, Host::Content),
            name if CONTENT_RPC.contains(&name) => (Style::Rpc, Host::Content),
            _ => (Style::Rpc, Host::Api),
        };
        Ok(Self { style, host, path: format!("/2/{name}") })
    }

    /// Where its argument and answer are.
    #[must_use]
    pub fn style(&self) -> Style {
        self.style
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

/// The path of an address on one of Dropbox's hosts, given from the first slash after the scheme on.
fn on_a_host(rest: &str) -> Result<&str, NoRoute> {
    let (host, path) = rest.strip_prefix('/').unwrap_or(rest).split_once('/').ok_or(NoRoute)?;
    if HOSTS.iter().any(|known| known.eq_ignore_ascii_case(host)) { Ok(path) } else { Err(NoRoute) }
}

fn is_word(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_style_follow_from_the_route() {
        let of = |path: &str| Route::parse(path).map(|route| (route.style(), route.host()));
        assert_eq!(of("2/files/list_folder"), Ok((Style::Rpc, Host::Api)));
        assert_eq!(of("2/files/get_thumbnail_batch"), Ok((Style::Rpc, Host::Content)));
        assert_eq!(of("2/files/download"), Ok((Style::Download, Host::Content)));
        assert_eq!(of("2/files/upload_session/append_v2"), Ok((Style::Upload, Host::Content)));
        assert_eq!(of("2/files/upload_session/start_batch"), Ok((Style::Rpc, Host::Api)));
        assert_eq!(of("2/files/list_folder/longpoll"), Ok((Style::Longpoll, Host::Notify)));
    }

    #[test]
    fn a_route_can_be_named_in_several_ways() {
        for target in [
            "2/files/download",
            "/2/files/download",
            "https://content.dropboxapi.com/2/files/download",
            "https:/content.dropboxapi.com/2/files/download",
            "https://API.dropboxapi.com/2/files/download",
        ] {
            let route = Route::parse(target).unwrap();
            assert_eq!((route.host(), route.path()), (Host::Content, "/2/files/download"), "{target}");
        }
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
            "https://api.dropboxapi.com@evil.example/2/files/x",
            "https://evil.example@api.dropboxapi.com/2/files/x",
            "https://api.dropboxapi.com:8443/2/files/x",
            "https://api.dropboxapi.com.evil.example/2/files/x",
            "https://api.dropboxapi.com/../2/files/x",
            "https://api.dropboxapi.com/oauth2/token",
            "https://www.dropbox.com/2/files/x",
            "https:///2/files/x",
            "http://api.dropboxapi.com/2/files/x",
            "/https://api.dropboxapi.com/2/files/x",
            "2/files/list_folder?x=1",
            "2/files/x#y",
            "//2/files/x",
            "2/Files/x",
            "2/files/x@evil.example",
        ];
        for path in outside {
            assert_eq!(Route::parse(path), Err(NoRoute), "{path}");
        }
    }
}
