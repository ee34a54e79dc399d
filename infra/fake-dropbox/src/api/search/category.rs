//! Categories of files, by their extension.

use serde::{Deserialize, Serialize};

use crate::content::Kind;

/// Category to which a search can be restricted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum FileCategory {
    /// Picture.
    Image,
    /// Text document.
    Document,
    /// PDF.
    Pdf,
    /// Spreadsheet.
    Spreadsheet,
    /// Slides.
    Presentation,
    /// Sound.
    Audio,
    /// Film.
    Video,
    /// Folder.
    Folder,
    /// Paper document.
    Paper,
    /// Any other file.
    Others,
}

impl FileCategory {
    /// Returns the category of a file or folder; `extension` must be in lower case.
    pub(super) fn of(kind: Kind, extension: &str) -> Self {
        match (kind, extension) {
            (Kind::Folder, _) => Self::Folder,
            (_, "bmp" | "gif" | "heic" | "jpeg" | "jpg" | "png" | "svg" | "tif" | "tiff" | "webp") => {
                Self::Image
            }
            (_, "doc" | "docx" | "gdoc" | "md" | "odt" | "rtf" | "txt") => Self::Document,
            (_, "pdf") => Self::Pdf,
            (_, "csv" | "gsheet" | "ods" | "xls" | "xlsx") => Self::Spreadsheet,
            (_, "gslides" | "key" | "odp" | "ppt" | "pptx") => Self::Presentation,
            (_, "aac" | "flac" | "m4a" | "mp3" | "ogg" | "wav") => Self::Audio,
            (_, "avi" | "m4v" | "mkv" | "mov" | "mp4" | "webm") => Self::Video,
            (_, "paper") => Self::Paper,
            _ => Self::Others,
        }
    }
}
