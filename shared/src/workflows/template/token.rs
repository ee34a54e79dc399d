//! The words of a reference, as the template library splits it.

/// A word, and where it begins in its text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) word: Word<'a>,
    pub(super) at: usize,
}

/// A word of a reference.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word<'a> {
    /// A name or a keyword.
    Name(&'a str),
    /// A text in quotes, without them; its escapes as they are written.
    Text(&'a str),
    /// Digits.
    Digits(&'a str),
    /// A sign: one character, or the two of an operator.
    Sign(&'a str),
}

/// Signs of two characters.
const DOUBLE: [&str; 6] = ["//", "**", "==", "!=", ">=", "<="];

/// Returns the first word of a text, and what is left after it; `None` at the end of the text, and at a text in
/// quotes that does not end.
pub(super) fn first<'a>(text: &'a str, at: usize) -> Option<Token<'a>> {
    let rest = text.get(at..)?;
    let at = at + (rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_whitespace()).len());
    let rest = &text[at..];
    let start = rest.chars().next()?;
    let word = match start {
        '"' | '\'' => Word::Text(quoted(rest, start)?),
        '0'..='9' => Word::Digits(while_(rest, |c| c.is_ascii_alphanumeric() || c == '_')),
        _ if is_of_a_name(start) => Word::Name(while_(rest, is_of_a_name)),
        _ => Word::Sign(match DOUBLE.iter().find(|sign| rest.starts_with(**sign)) {
            Some(sign) => sign,
            None => &rest[..start.len_utf8()],
        }),
    };
    Some(Token { word, at })
}

impl Token<'_> {
    /// Returns where it ends in its text.
    pub(super) fn end(&self) -> usize {
        self.at
            + match self.word {
                Word::Text(text) => text.len() + 2,
                Word::Name(text) | Word::Digits(text) | Word::Sign(text) => text.len(),
            }
    }

    /// Whether it is this sign.
    pub(super) fn is(&self, sign: &str) -> bool {
        self.word == Word::Sign(sign)
    }
}

/// Returns all words of a text.
pub(super) fn all(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    while let Some(token) = first(text, tokens.last().map_or(0, Token::end)) {
        tokens.push(token);
    }
    tokens
}

fn while_(text: &str, is_part: impl Fn(char) -> bool) -> &str {
    &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())]
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Returns the text in quotes at the beginning of `text`, without them.
fn quoted(text: &str, quote: char) -> Option<&str> {
    let mut escaped = false;
    let end = text[1..].find(|c| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    Some(&text[1..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_split_into_words() {
        let words: Vec<Word<'_>> =
            all(r#" a.b_1[-10] // "x\"}}" ~'y'"#).into_iter().map(|token| token.word).collect();
        let (name, sign) = (Word::Name, Word::Sign);
        assert_eq!(
            words,
            [
                name("a"),
                sign("."),
                name("b_1"),
                sign("["),
                sign("-"),
                Word::Digits("10"),
                sign("]"),
                sign("//"),
                Word::Text(r#"x\"}}"#),
                sign("~"),
                Word::Text("y"),
            ]
        );
    }

    #[test]
    fn words_know_their_place() {
        let text = r#"é  "ü" | a"#;
        for token in all(text) {
            assert!(text[token.at..token.end()].trim() == &text[token.at..token.end()]);
        }
        assert_eq!(all(text).last().unwrap().at, text.len() - 1);
        assert_eq!(all(r#"a "open"#).len(), 1);
    }
}
