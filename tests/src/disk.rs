//! Tree of files: from the disk, or from a mirror or log.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::Path,
};

use shared::dropbox::ContentHasher;

/// Lower-cased paths, with the content hash of each file; folders have none.
pub type Tree = BTreeMap<String, Option<String>>;

/// Returns the tree below a directory.
#[must_use]
pub(crate) fn tree(directory: &Path) -> Tree {
    let mut tree = Tree::new();
    add(&mut tree, directory, "");
    tree
}

fn add(tree: &mut Tree, directory: &Path, above: &str) {
    for entry in fs::read_dir(directory).expect("the directory is readable") {
        let entry = entry.expect("the directory is readable");
        let path = format!("{above}/{}", entry.file_name().to_string_lossy().to_lowercase());
        if entry.file_type().expect("the entry has a type").is_dir() {
            add(tree, &entry.path(), &path);
            tree.insert(path, None);
        } else {
            tree.insert(path, Some(content_hash(&entry.path())));
        }
    }
}

/// Returns the content hash of a file.
pub(crate) fn content_hash(path: &Path) -> String {
    let file = File::open(path).expect("the file can be opened");
    ContentHasher::hash(file).expect("the file can be read")
}
