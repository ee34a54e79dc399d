//! Random subjects of edits: a path, a folder, a name, bytes.

use fastrand::Rng;

use super::dropbox::{Account, Node};

/// Names, few enough to collide; two differ only in case.
const NAMES: [&str; 10] = ["a", "b", "Ça", "Docs", "docs", "e.txt", "F.pdf", "Été", "g h", "ı"];

/// Picks a name.
pub(super) fn name(rng: &mut Rng) -> &'static str {
    NAMES[rng.usize(0..NAMES.len())]
}

/// Creates bytes: often those of another file, rarely more than the size limit.
pub(super) fn bytes(rng: &mut Rng) -> Vec<u8> {
    let length = [0, 1, 3, 10, 40, 64, 65][rng.usize(0..7)];
    vec![rng.u8(b'a'..b'f'); length]
}

/// Picks a path that fits, if there is one.
pub(super) fn any(account: &Account, rng: &mut Rng, fits: impl Fn(&str) -> bool) -> Option<String> {
    let mut paths = account.paths();
    paths.retain(|path| fits(path));
    (!paths.is_empty()).then(|| paths.swap_remove(rng.usize(0..paths.len())))
}

/// Picks a folder, often the root.
pub(super) fn parent(account: &Account, rng: &mut Rng) -> String {
    let is_folder = |path: &str| account.node(path).is_some_and(Node::is_folder);
    let shallow = |path: &str| path.matches('/').count() < 4;
    any(account, rng, |path| is_folder(path) && shallow(path))
        .filter(|_| rng.u32(0..3) > 0)
        .unwrap_or_default()
}

/// Splits a path into its parent and its last component.
pub(super) fn split(path: &str) -> (String, String) {
    let (parent, name) = path.rsplit_once('/').unwrap_or_default();
    (parent.to_owned(), name.to_owned())
}

/// Returns the name of the file or folder at a path, as people see it.
pub(super) fn display_name(account: &Account, path: &str) -> String {
    account.node(path).map(|node| node.name.clone()).unwrap_or_default()
}
