//! Texts with placeholders, as `Connect Dropbox to {app}`.

use maud::{Markup, PreEscaped, Render, html};

/// Isolates a foreign text, so that its direction does not affect the text around it.
#[must_use]
pub fn isolated(text: &str) -> Markup {
    html! { bdi { (text) } }
}

/// Fills a text's placeholders. The text itself and plain values are escaped; a placeholder without a value
/// stays as it is.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &dyn Render)]) -> Markup {
    let mut filled = String::new();
    for part in parts(text) {
        match part {
            Part::Text(text) => text.render_to(&mut filled),
            Part::Place(name) => match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => value.render_to(&mut filled),
                None => format!("{{{name}}}").render_to(&mut filled),
            },
        }
    }
    PreEscaped(filled)
}

/// Fills a text's placeholders for a place where there is no markup, as a title or an attribute. Values that may
/// turn the direction of the text around them are isolated by characters (U+2068, U+2069).
#[must_use]
pub fn fill_text(text: &str, values: &[(&str, &str)]) -> String {
    parts(text)
        .map(|part| match part {
            Part::Text(text) => text.to_owned(),
            Part::Place(name) => values
                .iter()
                .find(|(known, _)| *known == name)
                .map_or_else(|| format!("{{{name}}}"), |(_, value)| isolated_text(value)),
        })
        .collect()
}

fn isolated_text(value: &str) -> String {
    if value.is_ascii() { value.to_owned() } else { format!("\u{2068}{value}\u{2069}") }
}

enum Part<'a> {
    Text(&'a str),
    Place(&'a str),
}

/// Splits a text at its placeholders.
fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, after)) = rest.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            rest = after;
            return Some(Part::Place(name));
        }
        let end = rest.char_indices().skip(1).find(|(_, c)| *c == '{').map_or(rest.len(), |(at, _)| at);
        let (part, after) = rest.split_at(end);
        rest = after;
        Some(Part::Text(part))
    })
}

/// Returns the names of a text's placeholders, sorted.
#[cfg(test)]
pub(crate) fn places(text: &str) -> Vec<&str> {
    let mut places: Vec<&str> = parts(text)
        .filter_map(|part| match part {
            Part::Place(name) => Some(name),
            Part::Text(_) => None,
        })
        .collect();
    places.sort_unstable();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_text_and_isolated() {
        let text = "{app} asks <you>, {user}.";
        let filled = fill(text, &[("app", &isolated("A & {user}")), ("user", &"<b>")]);
        assert_eq!(filled.into_string(), "<bdi>A &amp; {user}</bdi> asks &lt;you&gt;, &lt;b&gt;.");
        assert_eq!(fill_text(text, &[("app", "<A>")]), "<A> asks <you>, {user}.");
        assert_eq!(fill_text("{app}.", &[("app", "\u{202e}x")]), "\u{2068}\u{202e}x\u{2069}.");
        assert_eq!(fill_text("{", &[]), "{");
        assert_eq!(places("{b} and {a} {"), ["a", "b"]);
    }
}
