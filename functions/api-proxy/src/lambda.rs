//! Adapts an answer to the limits of Lambda and API Gateway.

use std::process;

use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use http_body_util::BodyExt;
use reqwest::Body;
use serde_json::Value;
use shared::dropbox::header_safe;

/// Maximum size of all headers of an answer, in bytes: the limit that API Gateway documents for requests (it
/// documents none for answers), minus what it adds itself.
const HEADERS: usize = 9_500;
/// Size of the separators after a header's name and after its value, in bytes.
const SEPARATORS: usize = 4;
const RESULT: HeaderName = HeaderName::from_static("dropbox-api-result");
/// Members of a result that may be left out, because the specification has them as optional; the longest
/// first.
const OPTIONAL: [&str; 6] =
    ["path_lower", "path_display", "preview_url", "property_groups", "media_info", "sharing_info"];

/// Makes sure that Lambda and API Gateway carry the answer completely, or not at all.
///
/// - Its headers fit: from a `Dropbox-API-Result` that is too long, optional members are removed, paths
///   first.
/// - If its body breaks, the process ends. Otherwise Lambda's runtime would write the failure into the body
///   and end it as if it were complete. The answer of a function that has ended is never finished.
pub fn for_lambda(mut answer: Response<Body>) -> Response<Body> {
    shorten(answer.headers_mut());
    answer.map(ending_the_process)
}

fn ending_the_process(body: Body) -> Body {
    let pieces = stream::unfold(body.into_data_stream(), |mut body| async move {
        match body.next().await? {
            Ok(piece) => Some((Ok::<_, reqwest::Error>(piece), body)),
            Err(_) => {
                // Dropping the body publishes its metrics.
                drop(body);
                process::exit(1);
            }
        }
    });
    Body::wrap_stream(pieces)
}

fn shorten(headers: &mut HeaderMap) {
    for name in OPTIONAL {
        if size(headers) <= HEADERS {
            return;
        }
        let Some(shorter) = headers.get(RESULT).and_then(|result| without(result, name)) else { return };
        headers.insert(RESULT, shorter);
    }
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + SEPARATORS).sum()
}

/// Removes a member from a result; also from `file_metadata`, which has the metadata of an export.
fn without(result: &HeaderValue, name: &str) -> Option<HeaderValue> {
    let mut result: Value = serde_json::from_slice(result.as_bytes()).ok()?;
    result.as_object_mut()?.remove(name);
    if let Some(file) = result.get_mut("file_metadata").and_then(Value::as_object_mut) {
        file.remove(name);
    }
    HeaderValue::from_str(&header_safe(&result.to_string())).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shortened(result: &Value) -> Value {
        let mut headers = HeaderMap::new();
        headers.insert("x-dropbox-request-id", HeaderValue::from_static("1"));
        headers.insert(RESULT, HeaderValue::from_str(&header_safe(&result.to_string())).unwrap());
        shorten(&mut headers);
        assert_eq!(headers["x-dropbox-request-id"], "1");
        serde_json::from_slice(headers[RESULT].as_bytes()).unwrap()
    }

    // T12
    #[test]
    fn a_result_that_is_too_long_loses_its_paths_and_nothing_that_is_required() {
        let deep = "/\u{30d5}\u{30a9}\u{30eb}\u{30c0}".repeat(500);
        let file = |extra: Value| {
            let mut file =
                json!({"name": "\u{1f4c4}.txt", "id": "id:a", "rev": "015", "size": 3, "content_hash": "e3"});
            file.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            file
        };
        let short = file(json!({"path_lower": "/a", "path_display": "/A"}));
        assert_eq!(shortened(&short), short, "what fits is left alone");
        let long = file(json!({"path_lower": deep, "path_display": deep}));
        assert_eq!(shortened(&long), file(json!({})));
        let half = file(json!({"path_lower": deep, "path_display": "/A"}));
        assert_eq!(shortened(&half), file(json!({"path_display": "/A"})));
        let export = json!({"export_metadata": {"name": "a.docx", "size": 3}, "file_metadata": long});
        assert_eq!(shortened(&export)["file_metadata"], file(json!({})));
        assert_eq!(shortened(&export)["export_metadata"], export["export_metadata"]);
        let groups =
            file(json!({"property_groups": [{"fields": [{"name": "n", "value": "v".repeat(20_000)}]}]}));
        assert_eq!(shortened(&groups), file(json!({})));
    }
}
