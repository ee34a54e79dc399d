//! Dropbox's paths, ids and names in parameters, checked as far as that is possible without asking Dropbox.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{account::Account, failure::Failure, folders};

/// Maximum length of a name, in characters, as at Dropbox.
const LONGEST_NAME: usize = 255;

/// A folder: `/path`, `id:…`, `ns:…`, or the root, which is the empty text or `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("pattern" = "^(/|id:.|ns:[0-9]|$)"))]
pub(crate) struct FolderPath(String);

/// An existing file or folder other than the root: `/path`, `id:…` or `ns:…/path`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("pattern" = "^(/.|id:.|ns:[0-9])"))]
pub(crate) struct ItemPath(String);

/// An existing file: as [`ItemPath`], or one of its revisions, `rev:…`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("pattern" = "^(/.|id:.|rev:.|ns:[0-9])"))]
pub(crate) struct FilePath(String);

/// A path for a new file or folder: `/path` or `ns:…/path`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("pattern" = "^(/.|ns:[0-9])"))]
pub(crate) struct NewPath(String);

/// The id of a folder, `id:…`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("pattern" = "^id:."))]
pub(crate) struct FolderId(String);

/// The name of a file or folder: 1 to 255 characters without a slash.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("pattern" = "^[^/]+$", "maxLength" = 255))]
pub(crate) struct Name(String);

macro_rules! text {
    ($name:ident, $check:expr, $must:literal) => {
        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                let text = without_end(&text);
                let check: fn(&str) -> bool = $check;
                if check(text) { Ok(Self(text.to_owned())) } else { Err(concat!("must be ", $must)) }
            }
        }

        impl $name {
            /// Returns the text in Dropbox's form.
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

text!(
    FolderPath,
    |text| text.is_empty() || is_place(text) || is_id(text),
    "a folder's path, which begins with /, its id, or an empty text for the root"
);
text!(
    ItemPath,
    |text| is_place(text) || is_id(text),
    "a path, which begins with /, or an id, and not the root"
);
text!(
    FilePath,
    |text| is_place(text) || is_id(text) || text.strip_prefix("rev:").is_some_and(|rev| !rev.is_empty()),
    "a file's path, which begins with /, its id, or a revision as rev:…"
);
text!(NewPath, is_place, "a path, which begins with /, and not the root");
text!(FolderId, is_id, "an id of Dropbox's, as id:…");
text!(
    Name,
    |text| !text.is_empty() && !text.contains('/') && text.chars().count() <= LONGEST_NAME,
    "a name of 1 to 255 characters without a slash"
);

/// Removes the slashes at the end of a path.
fn without_end(text: &str) -> &str {
    if text.starts_with('/') || text.starts_with("ns:") { text.trim_end_matches('/') } else { text }
}

fn is_place(text: &str) -> bool {
    let in_namespace =
        text.strip_prefix("ns:").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    text.starts_with('/') || in_namespace
}

fn is_id(text: &str) -> bool {
    text.strip_prefix("id:").is_some_and(|id| !id.is_empty())
}

impl FolderPath {
    /// Returns the path of a name in this folder. If the folder is given by its id, Dropbox is asked for its
    /// path.
    pub(crate) async fn join(&self, name: &Name, account: &Account<'_>) -> Result<String, Failure> {
        if !is_id(&self.0) {
            return Ok(format!("{}/{}", self.0, name.0));
        }
        Ok(format!("{}/{}", folders::path(&self.0, account).await?, name.0))
    }
}

impl Name {
    /// Whether a name is the same, compared as Dropbox does: as a whole, and ignoring case.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.0.to_lowercase() == name.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: TryFrom<String>>(text: &str) -> Option<T> {
        T::try_from(text.to_owned()).ok()
    }

    #[test]
    fn paths_are_dropboxs_and_the_root_is_empty() {
        for (text, path) in [
            ("", ""),
            ("/", ""),
            ("//", ""),
            ("/a/", "/a"),
            ("/a b", "/a b"),
            ("id:x/", "id:x/"),
            ("ns:1", "ns:1"),
            ("ns:1/a/", "ns:1/a"),
        ] {
            assert_eq!(read::<FolderPath>(text).map(|path| path.0).as_deref(), Some(path), "{text}");
        }
        for text in ["a", "a/b", " /a", "id:", "ns:", "ns:x", "rev:015f", "\\a"] {
            assert_eq!(read::<FolderPath>(text), None, "{text}");
        }
    }

    #[test]
    fn the_root_is_nothing_to_move_delete_or_make() {
        for root in ["", "/", "//"] {
            assert_eq!(
                (read::<ItemPath>(root), read::<NewPath>(root), read::<FilePath>(root)),
                (None, None, None)
            );
        }
        assert_eq!((read::<NewPath>("id:x"), read::<FolderId>("/a")), (None, None));
        assert!(read::<FilePath>("rev:015f").is_some() && read::<ItemPath>("id:x").is_some());
    }

    #[test]
    fn a_name_has_no_slash() {
        for text in ["", "/", "a/b", "/a", &"x".repeat(256)] {
            assert_eq!(read::<Name>(text), None, "{text}");
        }
        let longest = "\u{e9}".repeat(255);
        assert!(read::<Name>(&longest).is_some());
        let name: Name = read("Report.PDF").unwrap();
        assert!(name.is("report.pdf") && !name.is("report.pdf ") && !name.is("a report.pdf"));
    }
}
