//! Metadata for tests.

use shared::model::{ItemKind, Metadata, Rev};

/// Returns a file of one byte.
pub(crate) fn file(id: &str, path: &str, rev: &str) -> Metadata {
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    Metadata {
        id: id.into(),
        kind: ItemKind::File,
        name,
        path_lower: path.to_owned(),
        path_display: path.to_owned(),
        rev: Some(Rev::from(rev)),
        size: 1,
        content_hash: Some(format!("hash of {rev}")),
        export_as: None,
        export_by_name: false,
        symlink_target: None,
        server_modified: None,
    }
}
