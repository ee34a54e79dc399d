//! The files that a project wants, by the endings of their names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The files that a project wants. Endings are compared without regard to case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Formats {
    /// Every file.
    #[default]
    All,
    /// Files of these families, and files with these endings.
    Only {
        /// Families.
        #[serde(default)]
        families: Vec<Family>,
        /// Endings without the dot, such as `csv`.
        #[serde(default)]
        endings: Vec<String>,
    },
}

/// A family of formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Written documents, sheets and slides.
    Document,
    /// Plain text, markup, data and source code.
    Text,
    /// Images.
    Image,
    /// Audio.
    Audio,
    /// Video.
    Video,
}

impl Family {
    /// Returns the endings of the family.
    #[must_use]
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Document => &[
                "doc", "docm", "docx", "dot", "dotx", "epub", "gdoc", "gsheet", "gslides", "key", "numbers",
                "odp", "ods", "odt", "pages", "paper", "papert", "pdf", "pot", "potx", "pps", "ppsx", "ppt",
                "pptm", "pptx", "rtf", "xls", "xlsb", "xlsm", "xlsx",
            ],
            Self::Text => &[
                "adoc", "c", "cfg", "conf", "cpp", "cs", "css", "csv", "eml", "go", "h", "htm", "html",
                "ini", "java", "js", "json", "jsonl", "log", "md", "markdown", "mdx", "php", "py", "rb",
                "rs", "rst", "sh", "sql", "srt", "svg", "tex", "toml", "ts", "tsv", "txt", "vtt", "xml",
                "yaml", "yml",
            ],
            Self::Image => &[
                "avif", "bmp", "gif", "heic", "heif", "ico", "jpeg", "jpg", "png", "ppm", "raw", "tif",
                "tiff", "webp",
            ],
            Self::Audio => {
                &["aac", "aif", "aiff", "amr", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav", "wma"]
            }
            Self::Video => {
                &["3gp", "avi", "flv", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "ogv", "webm", "wmv"]
            }
        }
    }
}

impl Formats {
    /// Returns the endings of the wanted files, without the dot; `None` if every file is wanted.
    #[must_use]
    pub fn endings(&self) -> Option<Vec<&str>> {
        let Self::Only { families, endings } = self else { return None };
        let own = endings.iter().map(|ending| trimmed(ending).trim_start_matches('.'));
        Some(families.iter().flat_map(|family| family.endings()).copied().chain(own).collect())
    }

    /// Returns whether a file with this name is wanted. A name without an ending is wanted only if every file
    /// is. Blanks and dots at the end of the name are ignored: Windows drops them, and Dropbox displays the
    /// file by the ending before them.
    #[must_use]
    pub fn want(&self, name: &str) -> bool {
        let Self::Only { families, endings } = self else { return true };
        let Some((_, ending)) = trimmed(name).rsplit_once('.') else { return false };
        let ending = ending.to_lowercase();
        let is = |wanted: &str| wanted.to_lowercase() == ending;
        endings.iter().any(|wanted| is(trimmed(wanted).trim_start_matches('.')))
            || families.iter().any(|family| family.endings().iter().any(|wanted| is(wanted)))
    }
}

fn trimmed(name: &str) -> &str {
    name.trim_end_matches(|last: char| last == '.' || last.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(families: &[Family], endings: &[&str]) -> Formats {
        let endings = endings.iter().map(|ending| (*ending).to_owned()).collect();
        Formats::Only { families: families.to_vec(), endings }
    }

    #[test]
    fn the_ending_decides_whatever_its_case() {
        let documents = only(&[Family::Document], &[".DAT"]);
        for name in ["a.pdf", "A.PDF", "tar.docx", "x.dat", "ü.Pages"] {
            assert!(documents.want(name), "{name}");
        }
        for name in ["pdf", "a.pdf.zip", "a.mp3", "", ".", "a.", "a. . ", " ", "a.pdf .zip"] {
            assert!(!documents.want(name), "{name}");
        }
        assert!(Formats::All.want("anything") && !only(&[], &[]).want("a.pdf"));
    }

    /// T12: ignores what Windows drops from the end of a name.
    #[test]
    fn blanks_and_dots_at_the_end_of_a_name_do_not_count() {
        let wanted = only(&[Family::Document], &["ДОК", ".Dat "]);
        for name in
            ["report.pdf ", "report.PDF. .", "report.pdf\u{a0}", "report.pdf\t\n", "отчёт.док", "x.dAT  "]
        {
            assert!(wanted.want(name), "{name}");
        }
    }
}
