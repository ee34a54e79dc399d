//! Texts with references: where these begin and end.

use super::{Malformed, token};
use crate::workflows::limits::LONGEST_REFERENCE;

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Text that stays as it is.
    Plain(&'a str),
    /// Text between `{{` and `}}`, without white space around it.
    Expression(&'a str),
}

/// Splits a text into its parts.
///
/// # Errors
/// Fails at a reference that does not end, that is empty, or that is too long, and at what other templates have
/// and these have not.
pub(super) fn split(text: &str) -> Result<Vec<Part<'_>>, Malformed> {
    if text.contains("{%") {
        return Err(Malformed::new(
            "has `{%`: there are no statements, only references such as `{{ trigger.id }}`",
        ));
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        if start > 0 {
            parts.push(Part::Plain(&rest[..start]));
        }
        let inner = &rest[start + 2..];
        let end = end(inner).ok_or_else(|| Malformed::new("has a `{{` without its `}}`"))?;
        parts.push(Part::Expression(checked(&inner[..end])?));
        rest = &inner[end + 2..];
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(Part::Plain(rest));
    }
    Ok(parts)
}

fn checked(expression: &str) -> Result<&str, Malformed> {
    if expression.len() > LONGEST_REFERENCE {
        return Err(Malformed::new(format!("has a reference of more than {LONGEST_REFERENCE} bytes")));
    }
    if expression.starts_with(['-', '+']) || expression.ends_with(['-', '+']) {
        return Err(Malformed::new("has `{{-` or `-}}`: white space around references is not removed"));
    }
    match expression.trim() {
        "" => Err(Malformed::new("has an empty reference")),
        expression => Ok(expression),
    }
}

/// Returns where a reference ends, given what follows its `{{`: at the first `}}` outside of quotes and brackets.
fn end(inner: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_u32, 0);
    while let Some(token) = token::first(inner, at) {
        if depth == 0 && inner[token.at..].starts_with("}}") {
            return Some(token.at);
        }
        match token.word {
            token::Word::Sign("(" | "[" | "{") => depth += 1,
            token::Word::Sign(")" | "]" | "}") => depth = depth.saturating_sub(1),
            _ => {}
        }
        at = token.end();
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Part::*, *};

    #[test]
    fn a_text_is_split_at_its_references() {
        for (text, parts) in [
            ("", vec![Plain("")]),
            ("a } b", vec![Plain("a } b")]),
            ("{{ a }}", vec![Expression("a")]),
            ("{{a}}{{ b }}", vec![Expression("a"), Expression("b")]),
            ("/x/{{ a.b }}.pdf", vec![Plain("/x/"), Expression("a.b"), Plain(".pdf")]),
            (r#"{{ "}}" ~ a }}"#, vec![Expression(r#""}}" ~ a"#)]),
            (r#"{{ {"a": {"b": 1}} }}!"#, vec![Expression(r#"{"a": {"b": 1}}"#), Plain("!")]),
            (r#"{{ "{{" }}"#, vec![Expression(r#""{{""#)]),
            ("{# é #} { {", vec![Plain("{# é #} { {")]),
        ] {
            assert_eq!(split(text).unwrap(), parts, "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        let long = format!("{{{{ {} }}}}", "a".repeat(LONGEST_REFERENCE));
        for (text, why) in [
            ("{{ a", "without its"),
            ("{{ a }", "without its"),
            (r#"{{ "a }}"#, "without its"),
            ("x {{ (a }}", "without its"),
            ("{{ }}", "empty"),
            ("{{}}", "empty"),
            ("{{- a }}", "white space"),
            ("{{ a -}}", "white space"),
            ("{% if a %}b{% endif %}", "no statements"),
            (long.as_str(), "more than 1000 bytes"),
        ] {
            let error = split(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_split_or_refused(text in r#"[{}"'%a-c .|\\é-]{0,40}"#) {
            if let Ok(parts) = split(&text) {
                let plain = parts.iter().filter(|part| matches!(part, Plain(_))).count();
                let length = |part: &Part<'_>| match part { Plain(text) | Expression(text) => text.len() };
                let length: usize = parts.iter().map(length).sum();
                prop_assert!(length + 4 * (parts.len() - plain) <= text.len());
            }
        }
    }
}
