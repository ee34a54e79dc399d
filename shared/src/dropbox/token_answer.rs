//! Answers of the token endpoint, converted from the forms that servers send to the form that the OAuth
//! library accepts (T26).
//!
//! The library accepts exactly the form of [RFC 6749](https://www.rfc-editor.org/rfc/rfc6749#section-5.1).
//! Servers and the proxies in front of them deviate from it: JSON has other type names, seconds are text or
//! have a fraction, an error has status 200. Deviations with only one possible meaning are accepted; the rest
//! is left to the library, which refuses it.

use serde_json::{Map, Value};

/// Longest life of a token, whatever the answer says, in seconds: a year.
const LONGEST_LIFE: f64 = 365.0 * 24.0 * 60.0 * 60.0;

/// An answer that the library can parse.
#[derive(Debug, PartialEq)]
pub(super) struct TokenAnswer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Converts an answer to the standard's form. A body that is not a JSON object is left unchanged.
pub(super) fn normalized(status: u16, body: &[u8]) -> TokenAnswer {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let Ok(Value::Object(mut answer)) = serde_json::from_slice(text) else {
        return TokenAnswer { status, body: body.to_vec() };
    };
    answer.retain(|_, value| !value.is_null());
    let is_error = answer.get("error").is_some_and(Value::is_string) && !answer.contains_key("access_token");
    let status = if status == 200 && is_error { 400 } else { status };
    normalize_life(&mut answer);
    normalize_type(&mut answer);
    normalize_scope(&mut answer);
    TokenAnswer { status, body: Value::Object(answer).to_string().into_bytes() }
}

/// Converts the lifetime to a whole number of seconds; a value that is not a number is removed.
fn normalize_life(answer: &mut Map<String, Value>) {
    let Some(said) = answer.remove("expires_in") else { return };
    let seconds = match &said {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    if let Some(seconds) = seconds.filter(|seconds: &f64| seconds.is_finite() && *seconds >= 0.0) {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is between 0 and a year"
        )]
        let whole = seconds.min(LONGEST_LIFE) as u64;
        answer.insert("expires_in".to_owned(), whole.into());
    }
}

/// Sets the type of a token without one to bearer, because it can be used in no other way.
fn normalize_type(answer: &mut Map<String, Value>) {
    let said = answer.get("token_type").and_then(Value::as_str).map(str::to_ascii_lowercase);
    if answer.contains_key("access_token") && (said.is_some() || !answer.contains_key("token_type")) {
        answer.insert("token_type".to_owned(), said.unwrap_or_else(|| "bearer".to_owned()).into());
    }
}

/// Joins a list of scopes into one text. An empty text grants nothing, which differs from an absent one.
fn normalize_scope(answer: &mut Map<String, Value>) {
    if let Some(Value::Array(scopes)) = answer.get("scope") {
        let scopes: Vec<&str> = scopes.iter().filter_map(Value::as_str).collect();
        let text = scopes.join(" ");
        answer.insert("scope".to_owned(), text.into());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(status: u16, body: &Value) -> (u16, Value) {
        let answer = normalized(status, body.to_string().as_bytes());
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    }

    #[test]
    fn the_life_of_a_token_is_a_whole_number_or_is_not_said() {
        for (said, taken) in [
            (json!(14400), json!(14400)),
            (json!("14400"), json!(14400)),
            (json!(" 14400 "), json!(14400)),
            (json!(14399.9), json!(14399)),
            (json!("1.44e4"), json!(14400)),
            (json!(1e300), json!(31_536_000)),
            (json!(0), json!(0)),
            (json!(-1), Value::Null),
            (json!("soon"), Value::Null),
            (json!("NaN"), Value::Null),
            (json!([1]), Value::Null),
            (Value::Null, Value::Null),
        ] {
            let (_, answer) = read(200, &json!({"access_token": "a", "expires_in": said}));
            assert_eq!(answer["expires_in"], taken, "{said}");
        }
    }

    #[test]
    fn a_tokens_type_may_be_written_in_any_way_but_be_no_other() {
        for (said, taken) in [
            (json!("Bearer"), json!("bearer")),
            (json!("BEARER"), json!("bearer")),
            (Value::Null, json!("bearer")),
            (json!("MAC"), json!("mac")),
            (json!(1), json!(1)),
        ] {
            assert_eq!(read(200, &json!({"access_token": "a", "token_type": said})).1["token_type"], taken);
        }
    }

    #[test]
    fn scopes_may_be_a_list_and_an_error_may_come_with_200() {
        let scopes = |said: Value| read(200, &json!({"access_token": "a", "scope": said})).1["scope"].clone();
        assert_eq!(scopes(json!(["a.b", "c.d"])), "a.b c.d");
        assert_eq!(scopes(json!("a.b")), "a.b");
        assert_eq!(scopes(Value::Null), Value::Null);
        assert_eq!(read(200, &json!({"error": "invalid_grant"})).0, 400);
        assert_eq!(read(401, &json!({"error": "invalid_client"})).0, 401);
        assert_eq!(read(200, &json!({"error": "", "access_token": "a"})).0, 200);
    }

    #[test]
    fn what_is_no_object_stays_as_it_is() {
        for body in ["", "[]", "<html>", "{", "null"] {
            let answer = normalized(200, body.as_bytes());
            assert_eq!(answer, TokenAnswer { status: 200, body: body.as_bytes().to_vec() }, "{body}");
        }
    }
}
