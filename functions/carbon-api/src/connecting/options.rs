//! Fields that come with every connect. Most are about features that Dropline does not have.
//!
//! Chunk sizes, embedding models, OCR and the like are checked for their type and ignored, because
//! `carbon-connect` always sends them and nobody depends on their effect. The same goes for the fields about
//! the hosted picker, which does not exist here, and for `request_id` and `tags`, which belong to files
//! chosen in it. `scopes: []` and `tags: {}` count as absent.

use serde_json::Value;
use shared::model::Tags;

use crate::{
    data_sources::tags,
    fields::{Fields, Read, WrongField, flag, text, whole},
};

/// Boolean fields.
const FLAGS: [&str; 11] = [
    "skip_embedding_generation",
    "generate_sparse_vectors",
    "prepend_filename_to_chunks",
    "sync_files_on_connection",
    "set_page_as_boundary",
    "use_ocr",
    "parse_pdf_tables_with_ocr",
    "enable_file_picker",
    "sync_source_items",
    "incremental_sync",
    "automatically_open_file_picker",
];
/// Numeric fields.
const NUMBERS: [&str; 3] = ["chunk_size", "chunk_overlap", "max_items_per_chunk"];
/// Maximum length of an ignored text, in bytes.
const MAX_TEXT: usize = 1024;

/// Reads the fields, and returns the tags for the data source.
pub(super) fn read(fields: &mut Fields) -> Tags {
    for name in FLAGS {
        fields.optional(name, flag);
    }
    for name in NUMBERS {
        fields.optional(name, whole(0..=i64::from(i32::MAX)));
    }
    for name in ["embedding_model", "request_id"] {
        fields.optional(name, text(0..=MAX_TEXT));
    }
    fields.optional("file_sync_config", object);
    fields.optional("tags", object);
    fields.optional("data_source_tags", tags).unwrap_or_default()
}

fn object(value: &Value) -> Read<()> {
    if value.is_object() {
        Ok(())
    } else {
        Err(vec![WrongField::new("value is not a valid dict", "type_error.dict")])
    }
}
