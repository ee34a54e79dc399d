//! Patterns for paths, such as `/contracts/**/*.pdf`.

use fast_glob::{glob_match, validate};

/// A pattern for whole paths, without regard to case. `*` and `?` match within a name, `**` any number of folders,
/// `{a,b}` either, `[ab]` one character of several; `\` makes any of them a character. `?` and `[ab]` stand for a byte:
/// characters beyond ASCII have several. Braces occur up to ten times.
#[derive(Debug, Clone)]
pub(super) struct PathPattern(String);

impl PathPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Says what is wrong with it, and where.
    pub(super) fn read(pattern: &str) -> Result<Self, String> {
        let mut pattern = pattern.to_lowercase();
        if pattern.starts_with('!') {
            // For the library it would mean every other path.
            pattern.insert(0, '\\');
        }
        validate(&pattern).map_err(|error| error.to_string())?;
        Ok(Self(pattern))
    }

    /// Whether a lower-cased path matches.
    pub(super) fn matches(&self, path: &str) -> bool {
        glob_match(&self.0, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_for_the_whole_path() {
        for (pattern, path, matches) in [
            ("/contracts/**/*.pdf", "/contracts/2026/may/one.pdf", true),
            ("/contracts/**/*.pdf", "/contracts/one.pdf", true),
            ("/contracts/**/*.pdf", "/contracts/one.pdf.zip", false),
            ("/contracts/**/*.pdf", "/old/contracts/one.pdf", false),
            ("/*.pdf", "/a/one.pdf", false),
            ("**/*.pdf", "/a/one.pdf", true),
            ("/**", "/a/b", true),
            ("/Reports/*.CSV", "/reports/q1.csv", true),
            ("/?.txt", "/a.txt", true),
            ("/??.txt", "/é.txt", true),
            ("/*É/*.txt", "/café/a.txt", true),
            ("/?.txt", "/ab.txt", false),
            ("/[a-c]*", "/box", true),
            ("/[!a-c]*", "/box", false),
            ("/{a,b}/*.{pdf,docx}", "/b/one.docx", true),
            ("/{a,b}/*.{pdf,docx}", "/c/one.docx", false),
            (r"/a\*b", "/a*b", true),
            (r"/a\*b", "/axb", false),
            ("/a}b", "/a}b", true),
            ("!/a", "/b", false),
            ("!a", "!a", true),
        ] {
            let read = PathPattern::read(pattern).unwrap();
            assert_eq!(read.matches(path), matches, "{pattern} and {path}");
        }
    }

    #[test]
    fn a_broken_pattern_says_what_is_wrong() {
        for (pattern, part) in
            [("/a[b", "character class"), ("/{a,b", "brace"), (r"/a\", "byte 2"), (&"{a,b}".repeat(11), "10")]
        {
            let error = PathPattern::read(pattern).unwrap_err();
            assert!(error.contains(part), "{pattern}: {error}");
        }
    }

    /// Somebody else's pattern is matched with every path: it must not cost much.
    #[test]
    fn no_pattern_is_matched_for_long() {
        let worst = format!("{}x", "**/a*".repeat(90));
        let path = format!("/{}", "a/".repeat(2_000));
        for pattern in [worst, format!("{}b", "*a".repeat(240)), format!("{}b", "{*a,**}".repeat(10))] {
            let read = PathPattern::read(&pattern).unwrap();
            assert!(!read.matches(&path), "{pattern}");
        }
    }
}
