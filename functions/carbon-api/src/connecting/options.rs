//! Fields that come with every connect. Most are about features that Dropline does not have.
//!
//! Chunk sizes, embedding models, OCR and the like are checked for their type and ignored, because
//! `carbon-connect` always sends them and nobody depends on their effect. `request_id` and `tags` belong to the
//! files that are chosen on the hosted page. `scopes: []` and `tags: {}` count as absent.

use serde_json::Value;
use shared::model::{Label, Tags};

use crate::{
    data_sources::tags,
    fields::{Fields, Read, WrongField, flag, text, whole},
};

/// Boolean fields.
const FLAGS: [&str; 8] = [
    "skip_embedding_generation",
    "generate_sparse_vectors",
    "prepend_filename_to_chunks",
    "set_page_as_boundary",
    "use_ocr",
    "parse_pdf_tables_with_ocr",
    "sync_source_items",
    "incremental_sync",
];
/// Numeric fields.
const NUMBERS: [&str; 3] = ["chunk_size", "chunk_overlap", "max_items_per_chunk"];
/// Maximum length of an ignored text, in bytes.
const MAX_TEXT: usize = 1024;
/// Maximum length of a request id, in bytes.
const MAX_REQUEST_ID: usize = 256;

/// Options that mean something here.
pub(super) struct Options {
    /// Tags for the data source.
    pub(super) data_source_tags: Tags,
    /// Label of the files that are chosen on the hosted page.
    pub(super) label: Label,
    /// Whether that page follows the connect. Carbon's default is that it does.
    pub(super) opens_picker: bool,
    /// Whether the account is synced before anything is chosen, if the project wants whole accounts.
    pub(super) syncs_at_once: bool,
}

/// Reads the fields.
pub(super) fn read(fields: &mut Fields) -> Options {
    for name in FLAGS {
        fields.optional(name, flag);
    }
    for name in NUMBERS {
        fields.optional(name, whole(0..=i64::from(i32::MAX)));
    }
    fields.optional("embedding_model", text(0..=MAX_TEXT));
    fields.optional("file_sync_config", object);
    let request_id = fields.optional("request_id", text(0..=MAX_REQUEST_ID)).filter(|id| !id.is_empty());
    let enabled = fields.optional("enable_file_picker", flag);
    let automatic = fields.optional("automatically_open_file_picker", flag);
    Options {
        label: Label { request_id, tags: fields.optional("tags", tags).unwrap_or_default() },
        data_source_tags: fields.optional("data_source_tags", tags).unwrap_or_default(),
        syncs_at_once: fields.optional("sync_files_on_connection", flag).unwrap_or(true),
        opens_picker: automatic.unwrap_or_default() || enabled.unwrap_or(true),
    }
}

fn object(value: &Value) -> Read<()> {
    if value.is_object() {
        Ok(())
    } else {
        Err(vec![WrongField::new("value is not a valid dict", "type_error.dict")])
    }
}
