//! Headers of a caller's request that are forwarded to Dropbox.

use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE},
};
use shared::{
    answer::ApiError,
    dropbox::{ARGUMENT, PATH_ROOT, header_safe},
};

/// Prefix of the headers that select a member of a team.
const SELECT: &str = "dropbox-api-select-";
/// Headers that are forwarded unchanged.
const AS_THEY_ARE: [HeaderName; 7] =
    [PATH_ROOT, RANGE, IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE, IF_RANGE];
/// Maximum length of a forwarded header's value, in bytes, as in API Gateway.
const LIMIT: usize = 10_240;

/// Returns the headers to forward. `argument` replaces the header of that name.
pub(crate) fn headers(given: &HeaderMap, argument: Option<&str>) -> Result<HeaderMap, ApiError> {
    if given.keys().any(|name| name.as_str().starts_with(SELECT)) {
        let message = "Dropbox-API-Select-User and -Admin are for team links; this connection is one user's.";
        return Err(ApiError::invalid("select_not_allowed", message));
    }
    let mut headers = HeaderMap::new();
    for name in AS_THEY_ARE {
        if let Some(value) = given.get(&name) {
            check_length(&name, value.as_bytes())?;
            headers.insert(name, value.clone());
        }
    }
    if let Some(argument) =
        argument.map(str::as_bytes).or_else(|| given.get(ARGUMENT).map(HeaderValue::as_bytes))
    {
        check_length(&ARGUMENT, argument)?;
        headers.insert(ARGUMENT, safe(argument)?);
    }
    Ok(headers)
}

fn check_length(name: &HeaderName, value: &[u8]) -> Result<(), ApiError> {
    if value.len() <= LIMIT {
        return Ok(());
    }
    let message = format!("The header {name} has more than {LIMIT} bytes; name files by their ids.");
    Err(ApiError::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "header_too_large", message))
}

fn safe(argument: &[u8]) -> Result<HeaderValue, ApiError> {
    let malformed = || ApiError::invalid("malformed_argument", "Dropbox-API-Arg must be JSON in UTF-8.");
    let text = std::str::from_utf8(argument).map_err(|_| malformed())?;
    HeaderValue::from_str(&header_safe(text)).map_err(|_| malformed())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(given: &[(&str, &[u8])]) -> Result<HeaderMap, ApiError> {
        let pair = |(name, value): &(&str, &[u8])| {
            (name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value).unwrap())
        };
        headers(&given.iter().map(pair).collect(), None)
    }

    #[test]
    fn only_what_dropbox_needs_goes_out() {
        let given: [(&str, &[u8]); 6] = [
            ("authorization", b"Bearer dl_secret"),
            ("cookie", b"a=b"),
            ("customer-id", b"u"),
            ("transfer-encoding", b"chunked"),
            ("range", b"bytes=0-1"),
            ("dropbox-api-path-root", b"{\".tag\":\"home\"}"),
        ];
        let out = of(&given).unwrap();
        assert_eq!(
            out.keys().map(HeaderName::as_str).collect::<Vec<_>>(),
            ["dropbox-api-path-root", "range"]
        );
    }

    #[test]
    fn an_argument_goes_out_escaped_whether_it_came_so_or_not() {
        for given in ["{\"path\":\"/\u{fc}\"}".as_bytes(), br#"{"path":"/\u00fc"}"#] {
            assert_eq!(of(&[("dropbox-api-arg", given)]).unwrap()[ARGUMENT], r#"{"path":"/\u00fc"}"#);
        }
        assert_eq!(of(&[("dropbox-api-arg", b"\xff")]).unwrap_err().code, "malformed_argument");
        let long = vec![b'a'; LIMIT + 1];
        assert_eq!(of(&[("dropbox-api-arg", &long)]).unwrap_err().code, "header_too_large");
    }

    #[test]
    fn nobody_acts_as_another_member_of_a_team() {
        for name in ["dropbox-api-select-user", "dropbox-api-select-admin"] {
            assert_eq!(of(&[(name, b"dbmid:1")]).unwrap_err().code, "select_not_allowed");
        }
    }
}
