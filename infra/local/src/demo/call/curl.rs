//! Calls as commands for a shell.

use std::{fmt::Write, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::Method;

use super::{Call, Content};

/// Separator of a command's lines.
const NEXT: &str = " \\\n  ";

/// Returns the command that makes the same request. The API key is the variable `DROPLINE_KEY`.
pub(super) fn command(call: &Call, authority: Option<&Path>) -> String {
    let mut command = String::new();
    if let Some(Content::Bytes(bytes)) = &call.content {
        // Writing to a `String` cannot fail.
        let _ = write!(command, "echo {} | base64 -d |{NEXT}", STANDARD.encode(bytes));
    }
    command.push_str("curl -sS");
    if call.method != Method::GET {
        let _ = write!(command, " -X {}", call.method);
    }
    let _ = write!(command, " {}", quoted(call.url.as_str()));
    if let Some(authority) = authority.filter(|_| call.url.scheme() == "https") {
        let _ = write!(command, "{NEXT}--cacert {}", quoted(&authority.display().to_string()));
    }
    if let Some(user) = &call.user {
        let _ = write!(command, "{NEXT}-H \"Authorization: Bearer $DROPLINE_KEY\"");
        let _ = write!(command, "{NEXT}-H {}", quoted(&format!("customer-id: {user}")));
    }
    for (name, value) in &call.headers {
        let _ = write!(command, "{NEXT}-H {}", quoted(&format!("{name}: {value}")));
    }
    match &call.content {
        Some(Content::Bytes(_)) => {
            let _ = write!(command, "{NEXT}--data-binary @-");
        }
        Some(content) => {
            let text = content.bytes();
            let _ = write!(command, "{NEXT}--data-raw {}", quoted(&String::from_utf8_lossy(&text)));
        }
        None => {}
    }
    command
}

/// Quotes a text for a POSIX shell, in which nothing is special between single quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use url::Url;

    use super::*;

    fn call(method: Method) -> Call {
        Call::new("try it", method, Url::parse("http://localhost:1/a?b=c").unwrap())
    }

    #[test]
    fn a_call_for_a_user_names_the_key_and_does_not_contain_it() {
        let call = Call {
            user: Some("zo\u{eb}'s".to_owned()),
            ..call(Method::POST).with_json(json!({"a": "\u{202e}'"}))
        };
        let expected = r#"curl -sS -X POST 'http://localhost:1/a?b=c' \
  -H "Authorization: Bearer $DROPLINE_KEY" \
  -H 'customer-id: zoë'\''s' \
  -H 'Content-Type: application/json' \
  --data-raw '{"a":"\u202e'\''"}'"#;
        assert_eq!(command(&call, None), expected);
    }

    #[test]
    fn bytes_are_piped_in() {
        let call = Call { content: Some(Content::Bytes(&[0, 255])), ..call(Method::PUT) };
        assert_eq!(
            command(&call, None),
            "echo AP8= | base64 -d | \\\n  curl -sS -X PUT 'http://localhost:1/a?b=c' \\\n  --data-binary @-"
        );
    }

    #[test]
    fn a_read_is_one_line() {
        assert_eq!(
            command(&call(Method::GET), Some(Path::new("/ca.pem"))),
            "curl -sS 'http://localhost:1/a?b=c'"
        );
        let secure = Call { url: Url::parse("https://localhost:1/").unwrap(), ..call(Method::GET) };
        let expected = "curl -sS 'https://localhost:1/' \\\n  --cacert '/c a.pem'";
        assert_eq!(command(&secure, Some(Path::new("/c a.pem"))), expected);
    }
}
