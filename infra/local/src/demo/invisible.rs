//! Characters that nobody sees, or that change the direction of others: a page has them escaped, or not at all.

/// Whether a character is invisible, ends a line where none is expected, or changes the direction of others.
pub(super) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}
