//! Routes of Dropbox's API: their host and style, from the path alone.

use super::{Host, specification};

/// Hosts that may be named with a route. The route alone determines where the request goes.
const HOSTS: [&str; 3] = ["api.dropboxapi.com", "content.dropboxapi.com", "notify.dropboxapi.com"];

/// A route of Dropbox's API. A route that is not in the public specification is an RPC route on the api host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    style: Style,
    host: Host,
    is_read: bool,
    path: String,
}

/// Style of a route: the form of its argument and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// JSON in and out.
    Rpc,
    /// The argument is in a header, the body is bytes; the answer is JSON.
    Upload,
    /// The argument is in a header; the answer is bytes, with JSON in a header.
    Download,
    /// JSON in and out, without a token; the answer may take minutes.
    Longpoll,
}

/// Error for a path that is not `/2/<namespace>/<route>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the path is no route of Dropbox's API: it must be 2/<namespace>/<route>, as in 2/files/list_folder")]
pub struct NoRoute;

impl Route {
    /// Parses a path such as `2/files/list_folder` or `/2/files/list_folder`, or the same on one of Dropbox's
    /// three API hosts, as in `https://api.dropboxapi.com/2/files/list_folder`; a gateway may have made one
    /// slash of two. Between the slashes of the path only lower-case letters, digits and underscores are
    /// allowed, so that nothing can climb, be decoded twice, or name a host.
    ///
    /// # Errors
    /// Fails if the path is not a route.
    pub fn parse(target: &str) -> Result<Self, NoRoute> {
        let path = match target.strip_prefix("https:/") {
            Some(rest) => on_a_host(rest)?,
            None => target.strip_prefix('/').unwrap_or(target),
        };
        let name = path.strip_prefix("2/").ok_or(NoRoute)?;
        if !name.contains('/') || !name.split('/').all(is_word) {
            return Err(NoRoute);
        }
        let path = format!("/2/{name}");
        Ok(match specification::properties(name) {
            Some(properties) => {
                Self { style: properties.style, host: properties.host, is_read: properties.is_read, path }
            }
            None => Self { style: Style::Rpc, host: Host::Api, is_read: false, path },
        })
    }

    /// Returns the form of its argument and answer.
    #[must_use]
    pub fn style(&self) -> Style {
        self.style
    }

    /// Returns its host.
    #[must_use]
    pub fn host(&self) -> Host {
        self.host
    }

    /// Returns whether it changes nothing at Dropbox, according to the scope that it requires. A route that
    /// is not in the specification may change something.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.is_read
    }

    /// Returns its path on that host.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// Returns the path of an address on one of Dropbox's hosts; `rest` begins at the first slash after the
/// scheme.
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

    // T31: the calls of Dropbox's SDKs. Tests of `specification` cover all routes.
    #[test]
    fn host_and_style_follow_from_the_route() {
        let of = |path: &str| Route::parse(path).map(|route| (route.style(), route.host()));
        for (path, style, host) in [
            ("2/files/list_folder", Style::Rpc, Host::Api),
            ("2/files/get_thumbnail_batch", Style::Rpc, Host::Content),
            ("2/files/download", Style::Download, Host::Content),
            ("2/files/get_thumbnail_v2", Style::Download, Host::Content),
            ("2/account/get_photo", Style::Download, Host::Content),
            ("2/riviera/download_transform_output", Style::Download, Host::Content),
            ("2/riviera/get_keyframes_async", Style::Rpc, Host::Api),
            ("2/files/upload_session/append_v2", Style::Upload, Host::Content),
            ("2/files/upload_session/start_batch", Style::Rpc, Host::Api),
            ("2/files/paper/create", Style::Upload, Host::Api),
            ("2/files/paper/update", Style::Upload, Host::Api),
            ("2/paper/docs/create", Style::Upload, Host::Api),
            ("2/paper/docs/update", Style::Upload, Host::Api),
            ("2/paper/docs/download", Style::Download, Host::Api),
            ("2/files/list_folder/longpoll", Style::Longpoll, Host::Notify),
            ("2/files/no_such_route_v7", Style::Rpc, Host::Api),
        ] {
            assert_eq!(of(path), Ok((style, host)), "{path}");
        }
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
