//! What an account holds at one path.

use std::path::PathBuf;

use super::path::DropboxPath;

/// A file or folder of an account, and what is known of it on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Where it is in Dropbox.
    pub(crate) path: DropboxPath,
    /// `id:` and 22 characters; stays through moves and edits.
    pub(crate) id: String,
    /// What it is.
    pub(crate) node: Node,
    /// Where it is in the directory.
    pub(crate) disk: PathBuf,
    /// What the file system said of it when it was last looked at.
    pub(crate) stat: Stat,
}

impl Entry {
    /// What is left to tell of something at `path` that was in another account.
    pub(crate) fn gone(path: DropboxPath) -> Self {
        let stat = Stat { inode: 0, born: None, modified: 0, size: 0 };
        Self { path, id: String::new(), node: Node::Folder, disk: PathBuf::new(), stat }
    }

    /// Its content, if it is a file.
    pub(crate) fn file(&self) -> Option<&FileContent> {
        match &self.node {
            Node::File(content) => Some(content),
            Node::Folder => None,
        }
    }

    /// Which of the two it is.
    pub(crate) fn kind(&self) -> Kind {
        match self.node {
            Node::File(_) => Kind::File,
            Node::Folder => Kind::Folder,
        }
    }
}

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// A folder.
    Folder,
    /// A file, with its content.
    File(FileContent),
}

/// One of the two kinds that a directory's listing is reduced to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A folder.
    Folder,
    /// A file.
    File,
}

/// What distinguishes one revision of a file from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileContent {
    /// The revision, in hexadecimal, greater for each change.
    pub(crate) rev: String,
    /// The content hash; none if the file cannot be read.
    pub(crate) hash: Option<String>,
    /// The number of bytes that the hash is of.
    pub(crate) size: u64,
    /// When the client says that it was changed, in seconds.
    pub(crate) client_modified: i64,
    /// When Dropbox got it, in seconds.
    pub(crate) server_modified: i64,
}

/// What tells, without reading a file, whether it is the same object and holds the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    /// The inode number.
    pub(crate) inode: u64,
    /// When the inode was made, in nanoseconds, where the file system knows.
    pub(crate) born: Option<i64>,
    /// When the content was last changed, in nanoseconds.
    pub(crate) modified: i64,
    /// The number of bytes.
    pub(crate) size: u64,
}

impl Stat {
    /// Whether both are of one object, perhaps at another place and with other content.
    ///
    /// An inode number is used again after a deletion, so the time of birth has to agree; where there is none, the
    /// content must not have changed.
    pub(crate) fn is_same_object(&self, other: &Self) -> bool {
        self.inode == other.inode
            && match (self.born, other.born) {
                (Some(one), Some(two)) => one == two,
                _ => self.is_same_content(other),
            }
    }

    /// Whether nothing was written between the two.
    pub(crate) fn is_same_content(&self, other: &Self) -> bool {
        self.modified == other.modified && self.size == other.size
    }
}
