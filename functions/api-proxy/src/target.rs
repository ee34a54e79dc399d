//! Target of a request: a project, a route, and possibly an argument in the query.

use http::{HeaderMap, StatusCode};
use shared::{answer::ApiError, dropbox::Route};

/// Header that names the route if the path does not.
const URL_HEADER: &str = "x-paragon-proxy-url";
/// Query parameter that browsers add to a content route's address to avoid a preflight.
const NO_PREFLIGHT: &str = "reject_cors_preflight";
/// Maximum length of a route as given, in bytes. Dropbox's longest has 58, and a host's address is not
/// longer.
const LONGEST_ROUTE: usize = 256;

/// Target of a request.
#[derive(Debug)]
pub(crate) struct Target {
    /// The route.
    pub(crate) route: Route,
    /// Argument of a content route, if it is in the query.
    pub(crate) argument: Option<String>,
}

/// Splits a path `/projects/{project}/sdk/proxy/dropbox` or `/projects/{project}/sdk/proxy/dropbox/{rest}`
/// into the project and the rest, if there is one.
pub(crate) fn split(path: &str) -> Result<(&str, Option<&str>), ApiError> {
    path.strip_prefix("/projects/")
        .and_then(|path| path.split_once("/sdk/proxy/dropbox"))
        .filter(|(project, rest)| !project.contains('/') && (rest.is_empty() || rest.starts_with('/')))
        .map(|(project, rest)| (project, rest.strip_prefix('/').filter(|rest| !rest.is_empty())))
        .ok_or_else(|| ApiError::not_found("route_not_found", "There is no such route."))
}

impl Target {
    /// Reads the target from the rest of the path and the query, or else from the header.
    pub(crate) fn read(
        rest: Option<&str>,
        query: Option<&str>,
        headers: &HeaderMap,
    ) -> Result<Self, ApiError> {
        let Some(rest) = rest else { return Self::of_header(headers) };
        Self::of(rest, query)
    }

    fn of_header(headers: &HeaderMap) -> Result<Self, ApiError> {
        let named = headers.get(URL_HEADER).and_then(|value| value.to_str().ok()).ok_or_else(outside)?;
        match named.split_once('?') {
            Some((path, query)) => Self::of(path, Some(query)),
            None => Self::of(named, None),
        }
    }

    fn of(path: &str, query: Option<&str>) -> Result<Self, ApiError> {
        if path.len() > LONGEST_ROUTE {
            return Err(outside());
        }
        let route = Route::parse(path).map_err(|_| outside())?;
        Ok(Self { route, argument: argument(query.unwrap_or_default())? })
    }
}

fn argument(query: &str) -> Result<Option<String>, ApiError> {
    let mut argument = None;
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "arg" => argument = Some(value.into_owned()),
            NO_PREFLIGHT => {}
            _ => {
                let message = "Of a query only arg is passed on; send tokens and all else in headers.";
                return Err(ApiError::invalid("query_not_allowed", message));
            }
        }
    }
    Ok(argument)
}

fn outside() -> ApiError {
    let message =
        "The path must be a route of Dropbox's API, 2/<namespace>/<route>, as in 2/files/list_folder.";
    ApiError::new(StatusCode::BAD_REQUEST, "path_not_allowed", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rest: Option<&str>, query: Option<&str>, header: Option<&str>) -> Result<Target, ApiError> {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert(URL_HEADER, header.parse().unwrap());
        }
        Target::read(rest, query, &headers)
    }

    #[test]
    fn the_path_is_the_projects_and_dropboxs() {
        assert_eq!(split("/projects/p/sdk/proxy/dropbox/2/a/b").unwrap(), ("p", Some("2/a/b")));
        assert_eq!(split("/projects/p/sdk/proxy/dropbox//2/a/b").unwrap(), ("p", Some("/2/a/b")));
        assert_eq!(split("/projects/p/sdk/proxy/dropbox").unwrap(), ("p", None));
        assert_eq!(split("/projects/p/sdk/proxy/dropbox/").unwrap(), ("p", None));
        for path in ["/", "/projects/p/x/sdk/proxy/dropbox/2/a/b", "/projects/p/sdk/proxy/dropboxes/2/a/b"] {
            assert!(split(path).is_err(), "{path}");
        }
    }

    #[test]
    fn the_route_stands_in_the_path_or_in_the_header() {
        let path = |target: Target| target.route.path().to_owned();
        assert_eq!(read(Some("2/a/b"), None, Some("2/c/d")).map(path).unwrap(), "/2/a/b");
        assert_eq!(read(None, None, Some("/2/c/d")).map(path).unwrap(), "/2/c/d");
        let named = "https://content.dropboxapi.com/2/files/download?arg=%7B%22path%22%3A%22%2Fa%22%7D";
        assert_eq!(read(None, None, Some(named)).unwrap().argument.unwrap(), "{\"path\":\"/a\"}");
        assert_eq!(read(None, None, None).unwrap_err().code, "path_not_allowed");
        let long = format!("2/files/{}", "x".repeat(300));
        for (rest, header) in [(Some(long.as_str()), None), (None, Some(long.as_str()))] {
            assert_eq!(read(rest, None, header).unwrap_err().code, "path_not_allowed");
        }
        assert_eq!(
            read(None, None, Some("https://evil.example/2/a/b")).unwrap_err().code,
            "path_not_allowed"
        );
    }

    #[test]
    fn a_query_carries_the_argument_and_nothing_else() {
        let query = "reject_cors_preflight=true&arg=%22%22";
        assert_eq!(read(Some("2/a/b"), Some(query), None).unwrap().argument.unwrap(), "\"\"");
        let refused = read(Some("2/a/b"), Some("authorization=Bearer%20x"), None).unwrap_err();
        assert_eq!(refused.code, "query_not_allowed");
    }
}
