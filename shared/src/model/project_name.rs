//! What a project may be called. People read the name on pages that ask them for access to their files.

/// Maximum length of a project's name, in characters.
const LONGEST: usize = 100;

/// The name without blanks around it.
///
/// # Errors
/// What is wrong with it, as half a sentence: it is empty or too long, or has characters that end a line, are not seen or
/// change the direction of what stands beside them.
pub fn project_name(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > LONGEST {
        return Err("a project's name has 1 to 100 characters");
    }
    if name.chars().any(is_misleading) {
        return Err("a project's name has no control, line-ending or direction-changing characters");
    }
    Ok(name.to_owned())
}

/// Joiners and variation selectors are not among them: words of some languages and emoji are written with them.
fn is_misleading(character: char) -> bool {
    let changes_direction = matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') || changes_direction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_and_companies_pass() {
        for name in ["Acme", " Acme & Söhne <Ltd.> ", "عکاس‌ها", "株式会社", "I ❤️ files 👩‍💻", "שלום"]
        {
            assert_eq!(project_name(name).as_deref(), Ok(name.trim()), "{name}");
        }
        assert!(project_name(&"ü".repeat(LONGEST)).is_ok());
    }

    #[test]
    fn names_that_look_like_others_do_not() {
        for name in [
            "",
            " \u{3000} ",
            "a\nb",
            "a\u{0}b",
            "Dropbox\u{202e}moc",
            "\u{2067}a",
            "a\u{200f}b",
            "a\u{2028}b",
        ] {
            assert!(project_name(name).is_err(), "{name:?}");
        }
        assert!(project_name(&"ü".repeat(LONGEST + 1)).is_err());
    }
}
