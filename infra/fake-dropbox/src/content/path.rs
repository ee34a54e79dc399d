//! Paths in Dropbox.

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::case;

/// A path in an account: the key by which it is compared, and the displayed form.
///
/// Both start with a slash, except those of the root, which are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DropboxPath {
    /// Path in lower case.
    pub(crate) lower: String,
    /// Path with the original case.
    pub(crate) display: String,
}

/// Error of parsing an invalid path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl DropboxPath {
    /// Parses a path that starts with a slash, with names as they are stored. Slashes at the end and repeated
    /// slashes are ignored.
    pub(crate) fn parse(text: &str) -> Result<Self, Malformed> {
        Self::read(text, Self::child)
    }

    /// Parses a path to look up: a name that is not composed matches nothing.
    pub(crate) fn sought(text: &str) -> Result<Self, Malformed> {
        Self::read(text, |folder, name| if is_nfc(name) { folder.child(name) } else { folder.nobody(name) })
    }

    fn read(text: &str, child: impl Fn(&Self, &str) -> Self) -> Result<Self, Malformed> {
        let mut path = Self::default();
        for name in text.strip_prefix('/').ok_or(Malformed)?.split('/').filter(|name| !name.is_empty()) {
            if !is_name(name) {
                return Err(Malformed);
            }
            path = child(&path, name);
        }
        if path.is_root() { Err(Malformed) } else { Ok(path) }
    }

    /// Whether this is the root.
    pub(crate) fn is_root(&self) -> bool {
        self.lower.is_empty()
    }

    /// Returns the path of a name in this folder.
    pub(crate) fn child(&self, name: &str) -> Self {
        let name: String = name.nfc().collect();
        Self {
            lower: format!("{}/{}", self.lower, lower(&name)),
            display: format!("{}/{name}", self.display),
        }
    }

    /// Returns the path of a name in this folder that cannot be stored, so that it matches nothing.
    fn nobody(&self, name: &str) -> Self {
        Self { lower: format!("{}/{name}", self.lower), display: format!("{}/{name}", self.display) }
    }

    /// Returns the last component, as it is displayed.
    pub(crate) fn name(&self) -> &str {
        self.display.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the path of the parent folder.
    pub(crate) fn parent(&self) -> Self {
        let before = |path: &str| path.rsplit_once('/').map_or_else(String::new, |(before, _)| before.into());
        Self { lower: before(&self.lower), display: before(&self.display) }
    }

    /// Returns the paths from the top folder down to this one.
    pub(crate) fn lineage(&self) -> Vec<Self> {
        let mut lineage = Vec::new();
        let mut path = self.clone();
        while !path.is_root() {
            let parent = path.parent();
            lineage.push(path);
            path = parent;
        }
        lineage.reverse();
        lineage
    }

    /// Whether this is `folder`, or inside it at any depth.
    pub(crate) fn is_within(&self, folder: &Self) -> bool {
        self.lower.strip_prefix(&folder.lower).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Returns this path after the folder `from`, which contains it, was moved to `to`.
    pub(crate) fn moved(&self, from: &Self, to: &Self) -> Self {
        let depth = from.lower.matches('/').count();
        let below = |path: &str| match path.match_indices('/').nth(depth) {
            Some((at, _)) => path[at..].to_owned(),
            None => String::new(),
        };
        Self {
            lower: to.lower.clone() + &below(&self.lower),
            display: to.display.clone() + &below(&self.display),
        }
    }
}

/// Returns the lower-case form of a name in a path's key.
///
/// Lower-casing can undo composition, so the result is composed again: a key that is used as a path is its
/// own key.
fn lower(name: &str) -> String {
    case::lower(name).nfc().collect()
}

fn is_name(name: &str) -> bool {
    const LONGEST: usize = 255;
    let is_plain = !matches!(name, "." | "..") && !name.contains(['\\', '\0', '\u{7f}']);
    is_plain && !name.ends_with(' ') && name.chars().count() <= LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_case_and_normalisation() {
        let path = DropboxPath::parse("/Cafe\u{301}/ÜBER.TXT").unwrap();
        assert_eq!(path.lower, "/café/über.txt");
        assert_eq!(path.display, "/Café/ÜBER.TXT");
        let caron = DropboxPath::parse("/J\u{30c}").unwrap();
        assert_eq!(DropboxPath::parse(&caron.lower).unwrap().lower, caron.lower);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "a", "/", "//", "/.", "/a/../b", "/a\\b", "/x ", "/a /b", "/a\u{7f}", "/\u{7f}/b"] {
            assert_eq!(DropboxPath::parse(text), Err(Malformed), "{text}");
        }
    }

    #[test]
    fn slashes_too_many_are_ignored() {
        for text in ["/a/b", "//a/b", "/a//b", "///a///b//"] {
            assert_eq!(DropboxPath::parse(text).unwrap().lower, "/a/b", "{text}");
        }
    }

    #[test]
    fn what_is_not_composed_is_nobodys() {
        let stored = DropboxPath::parse("/Cafe\u{301}").unwrap();
        assert_eq!(DropboxPath::sought("/CAFÉ").unwrap(), DropboxPath::parse("/CAFÉ").unwrap());
        assert_ne!(DropboxPath::sought("/Cafe\u{301}").unwrap().lower, stored.lower);
        assert_ne!(DropboxPath::sought("/Cafe\u{301}/a").unwrap().parent().lower, stored.lower);
    }

    #[test]
    fn a_path_moves_with_its_folder() {
        let path = DropboxPath::parse("/A/B/c.txt").unwrap();
        let to = DropboxPath::parse("/X").unwrap();
        assert_eq!(path.moved(&DropboxPath::parse("/a/b").unwrap(), &to).display, "/X/c.txt");
        assert_eq!(path.moved(&path, &to), to);
        assert!(path.is_within(&DropboxPath::parse("/a").unwrap()));
        assert!(!path.is_within(&DropboxPath::parse("/a/b/c").unwrap()));
    }
}
