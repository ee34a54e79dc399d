//! Entries: the files and folders of an account.

use std::path::PathBuf;

use super::path::DropboxPath;

/// A file or folder of an account, and its known state on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Path in Dropbox.
    pub(crate) path: DropboxPath,
    /// `id:` and 22 characters; unchanged by moves and edits.
    pub(crate) id: String,
    /// Kind and content.
    pub(crate) node: Node,
    /// Path in the directory.
    pub(crate) disk: PathBuf,
    /// State when it was last read from the file system.
    pub(crate) stat: Stat,
}

impl Entry {
    /// Creates a deleted entry at `path` for something in another account.
    pub(crate) fn gone(path: DropboxPath) -> Self {
        let stat = Stat { inode: 0, born: None, modified: 0, size: 0 };
        Self { path, id: String::new(), node: Node::Folder, disk: PathBuf::new(), stat }
    }

    /// Returns its content, if it is a file.
    pub(crate) fn file(&self) -> Option<&FileContent> {
        match &self.node {
            Node::File(content) => Some(content),
            Node::Folder => None,
        }
    }

    /// Returns its kind.
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
    /// Folder.
    Folder,
    /// File, with its content.
    File(FileContent),
}

/// Kind of an object in a directory; others are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A folder.
    Folder,
    /// A file.
    File,
}

/// Content of one revision of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileContent {
    /// Revision, in hexadecimal, greater for each change.
    pub(crate) rev: String,
    /// Content hash; `None` if the file cannot be read.
    pub(crate) hash: Option<String>,
    /// Number of bytes to which the hash applies.
    pub(crate) size: u64,
    /// Time of the change according to the client, in seconds.
    pub(crate) client_modified: i64,
    /// Time at which Dropbox received it, in seconds.
    pub(crate) server_modified: i64,
}

/// State of a file on disk, which shows without reading whether it is the same object with the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    /// Inode number.
    pub(crate) inode: u64,
    /// Birth time of the inode, in nanoseconds, if the file system knows it.
    pub(crate) born: Option<i64>,
    /// Time of the last change of the content, in nanoseconds.
    pub(crate) modified: i64,
    /// Number of bytes.
    pub(crate) size: u64,
}

impl Stat {
    /// Whether both are of one object, possibly at another path and with other content.
    ///
    /// Inode numbers are reused after a deletion, so the birth time must be equal; if it is not known, the
    /// content must not have changed.
    pub(crate) fn is_same_object(&self, other: &Self) -> bool {
        self.inode == other.inode
            && match (self.born, other.born) {
                (Some(one), Some(two)) => one == two,
                _ => self.is_same_content(other),
            }
    }

    /// Whether nothing was written between the two states.
    pub(crate) fn is_same_content(&self, other: &Self) -> bool {
        self.modified == other.modified && self.size == other.size
    }
}
