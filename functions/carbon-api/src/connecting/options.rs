//! The fields that come with every connect, of which most are about what Dropline does not do.
//!
//! Sizes of chunks, models of embeddings, OCR and the like are checked for their type and passed over: `carbon-connect`
//! always sends them, and nobody waits for what comes of them. So are the fields about the hosted picker, which is not
//! there, and `request_id` and `tags`, which are about files that would be chosen in it. `scopes: []` and `tags: {}` are
//! fields that were not given.

use serde_json::Value;
use shared::model::Tags;

use crate::{
    data_sources::tags,
    fields::{Fields, Read, WrongField, flag, text, whole},
};

/// Fields that are true or false.
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
/// Fields that are numbers.
const NUMBERS: [&str; 3] = ["chunk_size", "chunk_overlap", "max_items_per_chunk"];
/// Maximum length of a text that is passed over. Bytes.
const MAX_TEXT: usize = 1024;

/// Reads the fields, and gives the tags for the data source.
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
