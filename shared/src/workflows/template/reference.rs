//! References of an expression: names of values, filters and tests.

use std::fmt;

use super::{
    Malformed,
    token::{self, Token, Word},
};

/// A reference to a value: a name, and the way from there as far as it is known without the value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// The first name, such as `trigger`.
    pub root: String,
    /// The way from there.
    pub path: Vec<Segment>,
}

/// A part of a reference after its first name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// A member: `.name` or `["name"]`.
    Name(String),
    /// An item of a list: `[0]`; a negative one counts from the end.
    Index(i64),
}

impl Reference {
    /// Returns the member's name at the beginning of the way, if there is one: in `steps.search.matches`,
    /// `search`.
    #[must_use]
    pub fn first_name(&self) -> Option<&str> {
        match self.path.first() {
            Some(Segment::Name(name)) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root)?;
        self.path.iter().try_for_each(|segment| segment.fmt(f))
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) if is_plain(name) => write!(f, ".{name}"),
            Self::Name(name) => write!(f, "[{}]", serde_json::Value::from(name.as_str())),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Names that an expression uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Uses<'a> {
    pub(super) references: Vec<Reference>,
    pub(super) filters: Vec<&'a str>,
    pub(super) tests: Vec<&'a str>,
}

impl Uses<'_> {
    /// Whether the expression asks whether something exists, so that what does not is no reason for it to fail.
    pub(super) fn minds_what_exists(&self) -> bool {
        self.filters.contains(&"default")
            || self.tests.iter().any(|test| ["defined", "undefined"].contains(test))
    }
}

/// Words of the language, which are no names of values.
const KEYWORDS: [&str; 11] =
    ["and", "or", "not", "in", "if", "else", "true", "True", "false", "False", "none"];
const NONE: &str = "None";

/// Returns what an expression uses, in its order.
///
/// # Errors
/// Fails if it calls something, or multiplies: from a few letters that makes lists and texts without end.
pub(super) fn uses(expression: &str) -> Result<Uses<'_>, Malformed> {
    let tokens = token::all(expression);
    let mut uses = Uses::default();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        at += 1;
        match token.word {
            Word::Sign(sign @ ("*" | "**")) => {
                return Err(Malformed::new(format!("has `{sign}`: multiply by the filter `times`")));
            }
            Word::Name("is") => {
                at += usize::from(word_at(&tokens, at) == Some(Word::Name("not")));
                if let Some(Word::Name(test)) = word_at(&tokens, at) {
                    uses.tests.push(test);
                    at += 1;
                }
            }
            Word::Name(filter) if before.is_some_and(|before| before.is("|")) => uses.filters.push(filter),
            Word::Name(name) => {
                let is_member = before.is_some_and(|before| before.is("."));
                if tokens.get(at).is_some_and(|next| next.is("(")) && !is_keyword(name) {
                    return Err(Malformed::new(format!(
                        "calls `{name}`: there are no functions, only filters"
                    )));
                }
                let is_argument = tokens.get(at).is_some_and(|next| next.is("="));
                if !is_member && !is_argument && !is_keyword(name) {
                    let (path, end) = path(&tokens, at)?;
                    uses.references.push(Reference { root: name.to_owned(), path });
                    at = end;
                }
            }
            Word::Text(_) | Word::Digits(_) | Word::Sign(_) => {}
        }
    }
    Ok(uses)
}

fn is_keyword(name: &str) -> bool {
    name == NONE || KEYWORDS.contains(&name)
}

fn word_at<'a>(tokens: &[Token<'a>], at: usize) -> Option<Word<'a>> {
    tokens.get(at).map(|token| token.word.clone())
}

/// Returns the way from a name on, and where the words after it begin.
fn path(tokens: &[Token<'_>], mut at: usize) -> Result<(Vec<Segment>, usize), Malformed> {
    let mut path = Vec::new();
    while let Some((segment, length)) = segment(&tokens[at..]) {
        path.push(segment);
        at += length;
    }
    if let (Some(Segment::Name(name)), true) = (path.last(), tokens.get(at).is_some_and(|next| next.is("(")))
    {
        return Err(Malformed::new(format!("calls `{name}`: there are no methods, only filters")));
    }
    Ok((path, at))
}

fn segment(tokens: &[Token<'_>]) -> Option<(Segment, usize)> {
    let words: Vec<&Word<'_>> = tokens.iter().take(4).map(|token| &token.word).collect();
    let index = |digits: &str| digits.parse().ok().map(Segment::Index);
    match words.as_slice() {
        [Word::Sign("."), Word::Name(name), ..] => Some((Segment::Name((*name).to_owned()), 2)),
        [Word::Sign("."), Word::Digits(digits), ..] => Some((index(digits)?, 2)),
        [Word::Sign("["), Word::Text(name), Word::Sign("]"), ..] if !name.contains('\\') => {
            Some((Segment::Name((*name).to_owned()), 3))
        }
        [Word::Sign("["), Word::Digits(digits), Word::Sign("]"), ..] => Some((index(digits)?, 3)),
        [Word::Sign("["), Word::Sign("-"), Word::Digits(digits), Word::Sign("]")] => {
            Some((index(&format!("-{digits}"))?, 4))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(expression: &str) -> Vec<String> {
        uses(expression).unwrap().references.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn references_are_found_with_their_way() {
        for (expression, expected) in [
            ("trigger", vec!["trigger"]),
            ("trigger.file.path", vec!["trigger.file.path"]),
            ("steps.search.matches[0].id", vec!["steps.search.matches[0].id"]),
            (r#"steps["search"]['a b'][-1].0"#, vec![r#"steps.search["a b"][-1][0]"#]),
            ("a[b.c].d", vec!["a", "b.c"]),
            ("a.b[1:c]", vec!["a.b", "c"]),
            ("(a or b.c).d", vec!["a", "b.c"]),
            ("a if b is defined and not c else none", vec!["a", "b", "c"]),
            ("a is not startingwith b", vec!["a", "b"]),
            ("a not in [b, true, None]", vec!["a", "b"]),
            (r#"a | map(attribute="x", default=b) | join(c)"#, vec!["a", "b", "c"]),
            (r#"{"k": v, w: "a.b"}"#, vec!["v", "w"]),
            ("1.5 + x.y", vec!["x.y"]),
            (r#""a.b" ~ 'c'"#, vec![]),
        ] {
            assert_eq!(references(expression), expected, "{expression}");
        }
    }

    #[test]
    fn filters_and_tests_are_found() {
        let uses = uses(r#"a | default("x") | upper if b is not defined or c is eq 3 else d|json"#).unwrap();
        assert_eq!(uses.filters, ["default", "upper", "json"]);
        assert_eq!(uses.tests, ["defined", "eq"]);
    }

    #[test]
    fn calls_and_multiplications_are_refused() {
        for (expression, why) in [
            ("range(10)", "calls `range`"),
            ("a.b.items()", "calls `items`"),
            ("(a).b()", "calls `b`"),
            (r#""x" * 5"#, "the filter `times`"),
            ("2 ** 9", "the filter `times`"),
            ("a | join(*b)", "the filter `times`"),
        ] {
            let error = uses(expression).unwrap_err().to_string();
            assert!(error.contains(why), "{expression}: {error}");
        }
    }
}
