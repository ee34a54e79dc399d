//! A function's answer, as Lambda's Invoke API hands it over: buffered, or streamed and collected on the way.

use anyhow::{Context, ensure};
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode, header::SET_COOKIE},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Ends the prelude of a streamed answer.
const END_OF_PRELUDE: [u8; 8] = [0; 8];

/// A buffered answer, or the prelude of a streamed one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    status_code: u16,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    multi_value_headers: Map<String, Value>,
    #[serde(default)]
    cookies: Vec<String>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// The response that a function's answer stands for.
///
/// # Errors
/// If it is no answer of a function.
pub(super) fn response(answer: &[u8]) -> anyhow::Result<Response<Body>> {
    match serde_json::from_slice(answer) {
        // An emulator that knows no streamed answers hands them over as a JSON text.
        Ok(Value::String(streamed)) => of_stream(streamed.as_bytes()),
        Ok(buffered) => of_buffer(serde_json::from_value(buffered).context("it is no response")?),
        Err(_) => of_stream(answer),
    }
}

fn of_buffer(mut head: Head) -> anyhow::Result<Response<Body>> {
    let body = head.body.take().unwrap_or_default();
    let body = if head.is_base64_encoded {
        STANDARD.decode(body).context("its body is no Base64")?.into()
    } else {
        Bytes::from(body)
    };
    with_head(&head, body)
}

fn of_stream(answer: &[u8]) -> anyhow::Result<Response<Body>> {
    let end = answer.windows(END_OF_PRELUDE.len()).position(|bytes| bytes == END_OF_PRELUDE);
    let end = end.context("it is neither a response nor a streamed one")?;
    let head = serde_json::from_slice(&answer[..end]).context("its prelude is unreadable")?;
    with_head(&head, Bytes::copy_from_slice(&answer[end + END_OF_PRELUDE.len()..]))
}

fn with_head(head: &Head, body: Bytes) -> anyhow::Result<Response<Body>> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(head.status_code)?;
    let headers = response.headers_mut();
    for (name, values) in head.headers.iter().chain(&head.multi_value_headers) {
        let name: HeaderName = name.parse()?;
        headers.remove(&name);
        for value in texts(values) {
            headers.append(name.clone(), HeaderValue::from_str(value)?);
        }
    }
    for cookie in &head.cookies {
        headers.append(SET_COOKIE, HeaderValue::from_str(cookie)?);
    }
    let announced =
        headers.get("content-length").map(|length| length.to_str().unwrap_or_default().to_owned());
    if let Some(announced) = announced.filter(|_| !body.is_empty()) {
        ensure!(announced == body.len().to_string(), "{} of {announced} bytes came", body.len());
    }
    *response.body_mut() = Body::from(body);
    Ok(response)
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let one = value.as_str();
    let many = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    one.into_iter().chain(many)
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use serde_json::json;

    use super::*;

    async fn parts(answer: &[u8]) -> (u16, Vec<String>, Bytes) {
        let (parts, body) = response(answer).unwrap().into_parts();
        let cookies = parts.headers.get_all(SET_COOKIE).iter();
        let cookies = cookies.map(|cookie| cookie.to_str().unwrap().to_owned()).collect();
        (parts.status.as_u16(), cookies, to_bytes(body, 100).await.unwrap())
    }

    #[tokio::test]
    async fn a_buffered_answer_keeps_its_cookies_and_bytes() {
        let answer = json!({
            "statusCode": 201,
            "headers": {"set-cookie": "b"},
            "multiValueHeaders": {"set-cookie": ["a", "b"]},
            "body": "AP8=",
            "isBase64Encoded": true,
        });
        let (status, cookies, body) = parts(answer.to_string().as_bytes()).await;
        assert_eq!((status, cookies), (201, vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(body.as_ref(), [0, 255]);
    }

    #[tokio::test]
    async fn a_streamed_answer_is_its_prelude_and_what_follows() {
        let streamed = "{\"statusCode\":206,\"headers\":{},\"cookies\":[\"c\"]}\0\0\0\0\0\0\0\0bytes";
        let same = (206, vec!["c".to_owned()], Bytes::from("bytes"));
        assert_eq!(parts(streamed.as_bytes()).await, same);
        assert_eq!(parts(json!(streamed).to_string().as_bytes()).await, same, "as an emulator quotes it");
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for answer in ["", "null", "{}", "\"text\"", "{\"statusCode\":1}"] {
            assert!(response(answer.as_bytes()).is_err(), "{answer}");
        }
        let cut = "{\"statusCode\":200,\"headers\":{\"content-length\":\"9\"}}\0\0\0\0\0\0\0\0bytes";
        assert!(response(cut.as_bytes()).is_err(), "fewer bytes than were announced");
    }
}
