//! Formats of files, in Carbon's words.

/// Maximum length of an ending that counts as a format, in bytes.
const LONGEST: usize = 10;

/// Returns the format of a file: its name's ending, in capitals. Text that is not an ending, as in `v1.2
/// notes`, is no format.
pub(crate) fn format_of(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    let is_ending =
        (1..=LONGEST).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_ending && !stem.is_empty()).then(|| ending.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_a_names_ending() {
        let format = |name: &str| format_of(name).unwrap_or_default();
        assert_eq!([format("a.pdf"), format("A.b.Docx"), format("ü.JPEG")], ["PDF", "DOCX", "JPEG"]);
        for name in ["", "a", "a.", ".profile", "v1.2 notes", "a.ü", "a.verylongending"] {
            assert_eq!(format_of(name), None, "{name}");
        }
    }
}
