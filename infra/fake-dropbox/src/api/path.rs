//! Paths in arguments.

use crate::content::{DropboxPath, Locator};

/// Namespaces, with the path at which each begins.
type Namespaces = [(i64, DropboxPath)];

/// Values that a parameter accepts, besides paths that start with a slash.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathKind {
    pattern: &'static str,
    root: bool,
    id: bool,
    rev: bool,
    /// Whether names are composed first, as when they are stored.
    composed: bool,
}

/// Folder to list.
pub(crate) const LISTED: PathKind = PathKind {
    pattern: r"(/(.|[\r\n])*)?|id:.*|(ns:[0-9]+(/.*)?)",
    root: true,
    id: true,
    rev: false,
    composed: false,
};
/// File or folder to read.
pub(crate) const READ: PathKind = PathKind {
    pattern: r"(/(.|[\r\n])*|id:.*)|(rev:[0-9a-f]{9,})|(ns:[0-9]+(/.*)?)",
    root: false,
    id: true,
    rev: true,
    composed: false,
};
/// Path to write.
pub(crate) const WRITTEN: PathKind = PathKind {
    pattern: r"(/(.|[\r\n])*)|(ns:[0-9]+(/.*)?)",
    root: false,
    id: false,
    rev: false,
    composed: true,
};
/// Path to write, or an existing file or folder.
pub(crate) const WRITTEN_OR_ID: PathKind = PathKind {
    pattern: r"(/(.|[\r\n])*)|(ns:[0-9]+(/.*)?)|(id:.*)",
    root: false,
    id: true,
    rev: false,
    composed: true,
};
/// Existing file or folder, to be changed.
pub(crate) const CHANGED: PathKind = PathKind { composed: false, ..WRITTEN_OR_ID };

/// Reason why a path cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PathProblem {
    /// The parameter does not accept it.
    Pattern(String),
    /// It is invalid.
    Malformed,
    /// It is in another account's namespace.
    OtherNamespace,
}

impl PathKind {
    /// Parses the parameter `field`; `namespaces` lists where other namespaces begin.
    pub(crate) fn read(
        &self,
        field: &str,
        text: &str,
        namespaces: &Namespaces,
    ) -> Result<Locator, PathProblem> {
        match text.split_once(':') {
            Some(("id", _)) if self.id => Ok(Locator::Id(text.to_owned())),
            Some(("rev", rev)) if self.rev && is_rev(rev) => Ok(Locator::Rev(rev.to_owned())),
            Some(("ns", path)) => self.read_in_namespace(field, text, path, namespaces),
            _ => self.read_plain(field, text),
        }
    }

    /// Parses a parameter that can only be a path, existing or not.
    pub(crate) fn read_place(
        &self,
        field: &str,
        text: &str,
        namespaces: &Namespaces,
    ) -> Result<DropboxPath, PathProblem> {
        match self.read(field, text, namespaces)? {
            Locator::Path(path) => Ok(path),
            Locator::Id(_) | Locator::Rev(_) => Err(PathProblem::Malformed),
        }
    }

    fn read_plain(&self, field: &str, text: &str) -> Result<Locator, PathProblem> {
        let problem = |text: String| Err(PathProblem::Pattern(format!("{field}: {text}")));
        let text = if text.bytes().all(|byte| byte == b'/') { &text[..text.len().min(1)] } else { text };
        match text {
            "" if self.root => Ok(Locator::Path(DropboxPath::default())),
            "/" if self.root => {
                problem("Specify the root folder as an empty string rather than as \"/\".".to_owned())
            }
            "" | "/" => problem("The root folder is unsupported.".to_owned()),
            _ if text.starts_with('/') => {
                let path = if self.composed { DropboxPath::parse(text) } else { DropboxPath::sought(text) };
                path.map(Locator::Path).map_err(|_| PathProblem::Malformed)
            }
            _ => problem(self.mismatch(text)),
        }
    }

    fn read_in_namespace(
        &self,
        field: &str,
        text: &str,
        path: &str,
        namespaces: &Namespaces,
    ) -> Result<Locator, PathProblem> {
        let (namespace, path) = path.find('/').map_or((path, ""), |slash| path.split_at(slash));
        if namespace.is_empty() || !namespace.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PathProblem::Pattern(format!("{field}: {}", self.mismatch(text))));
        }
        let known = namespaces.iter().find(|(known, _)| namespace.parse() == Ok(*known));
        let Some((_, beginning)) = known else { return Err(PathProblem::OtherNamespace) };
        let path = format!("{}{}", beginning.display, if path == "/" { "" } else { path });
        self.read_plain(field, &path)
    }

    fn mismatch(&self, text: &str) -> String {
        format!("'{text}' did not match pattern '{}'", self.pattern)
    }
}

fn is_rev(text: &str) -> bool {
    text.len() >= 9 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(kind: PathKind, text: &str) -> String {
        match kind.read("path", text, &[]) {
            Err(PathProblem::Pattern(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_root_is_an_empty_string() {
        assert_eq!(LISTED.read("path", "", &[]), Ok(Locator::Path(DropboxPath::default())));
        let slash = "path: Specify the root folder as an empty string rather than as \"/\".";
        assert_eq!(problem(LISTED, "/"), slash);
        assert_eq!(problem(READ, ""), "path: The root folder is unsupported.");
    }

    #[test]
    fn a_mismatch_names_the_pattern() {
        let text = r"path: 'a' did not match pattern '(/(.|[\r\n])*)?|id:.*|(ns:[0-9]+(/.*)?)'";
        assert_eq!(problem(LISTED, "a"), text);
        assert!(problem(LISTED, "rev:0123456789").starts_with("path: 'rev:0123456789' did not"));
        assert!(problem(WRITTEN, "id:a").starts_with("path: 'id:a' did not"));
    }

    #[test]
    fn a_namespace_is_the_accounts_or_not_there() {
        let namespaces = [(1, DropboxPath::default()), (3, DropboxPath::default().child("Team"))];
        let read = |kind: PathKind, text: &str| kind.read("path", text, &namespaces);
        assert_eq!(read(READ, "ns:1/a"), read(READ, "/a"));
        assert_eq!(read(READ, "ns:3/a"), read(READ, "/Team/a"));
        assert_eq!(read(READ, "ns:2/a"), Err(PathProblem::OtherNamespace));
        assert_eq!(read(LISTED, "ns:1"), Ok(Locator::Path(DropboxPath::default())));
    }
}
