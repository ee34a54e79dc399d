//! Optional metadata of an entry.

use serde::Serialize;

use crate::api::{export::Access, view::Sharing};

/// Formats to which a file can be exported.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ExportInfo {
    export_as: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    export_options: Vec<&'static str>,
}

/// Sharing state of a file or folder. Members who mount a folder may write there.
#[derive(Clone, Debug, Serialize)]
pub(super) struct SharingInfo {
    read_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_shared_folder_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shared_folder_id: Option<String>,
}

impl ExportInfo {
    pub(super) fn of(access: Access) -> Option<Self> {
        let formats = match access {
            Access::Export(formats) => formats,
            Access::ExportAs(format) => {
                return Some(Self { export_as: format.name, export_options: Vec::new() });
            }
            Access::Download | Access::Never => return None,
        };
        let names = formats.iter().map(|format| format.name);
        Some(Self { export_as: names.clone().next()?, export_options: names.collect() })
    }
}

impl From<Sharing> for SharingInfo {
    fn from(sharing: Sharing) -> Self {
        let (parent_shared_folder_id, shared_folder_id) = match sharing {
            Sharing::Folder(namespace) => (None, Some(namespace.to_string())),
            Sharing::Inside(namespace) => (Some(namespace.to_string()), None),
        };
        Self { read_only: false, parent_shared_folder_id, shared_folder_id }
    }
}
