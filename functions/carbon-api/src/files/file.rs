//! A file or folder, as Carbon's clients see it.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::model::{Content, ContentKey, ItemKind, NotFetched, Record, Tags};
use url::Url;

use super::{
    Source,
    status::{Status, Work},
};
use crate::{format::format_of, ids};

/// A file or folder.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct File {
    pub(super) source: Arc<Source>,
    /// Integer that stands for it.
    pub(super) number: u64,
    pub(super) record: Record,
    /// Integer of its parent folder, if that is mirrored, too.
    pub(super) parent: Option<u64>,
    /// The client's id of the request that selected it.
    pub(super) request_id: Option<String>,
    /// Its own tags, or those of the request.
    pub(super) tags: Tags,
    /// Whether the connection is compared in full by itself.
    pub(super) is_followed: bool,
    /// State of the data source's transfers.
    pub(super) work: Work,
}

impl File {
    pub(super) fn is_folder(&self) -> bool {
        self.record.item.metadata.kind == ItemKind::Folder
    }

    /// Returns whether a client has removed its bytes.
    fn is_without_bytes(&self) -> bool {
        matches!(self.record.item.content, Content::Skipped { reason: NotFetched::Removed, .. })
    }

    pub(super) fn status(&self) -> Status {
        Status::of(&self.record.item.content, self.work)
    }

    /// Returns the key of its bytes, if they are in the bucket.
    pub(super) fn content(&self) -> Option<ContentKey> {
        self.record.item.content_key(&self.source.connection)
    }

    /// Returns the URL of its page at Dropbox.
    pub(super) fn url(&self) -> Option<String> {
        let mut url = Url::parse("https://www.dropbox.com/home").ok()?;
        let path = &self.record.item.metadata.path_display;
        url.path_segments_mut().ok()?.extend(path.split('/').filter(|part| !part.is_empty()));
        Some(url.into())
    }

    /// Returns its size in bytes; for an export that was fetched, the export's size.
    pub(super) fn size(&self) -> u64 {
        match &self.record.item.content {
            Content::Ready { exported: Some(exported), .. } => exported.size,
            _ => self.record.item.metadata.size,
        }
    }

    /// Returns the file as JSON. `link` is a URL of its bytes.
    pub(super) fn to_json(&self, link: Option<&str>) -> Value {
        let (connection, metadata) = (&self.source.connection, &self.record.item.metadata);
        let created_at = self.record.created_at.unwrap_or(connection.created_at).to_string();
        let updated_at = self.record.updated_at.map_or_else(|| created_at.clone(), |at| at.to_string());
        json!({
            "id": self.number,
            "source": "DROPBOX",
            "organization_id": ids::organization(connection.project),
            "organization_user_id": ids::user(connection.project, &connection.user),
            "organization_supplied_user_id": connection.user,
            "organization_user_data_source_id": self.source.ordinal,
            "external_file_id": metadata.id,
            "external_url": self.url(),
            "sync_status": self.status().word(),
            "sync_error_message": self.status().error(),
            "last_sync": self.record.synced_at.map(|at| at.to_string()),
            "file_statistics": (!self.is_folder()).then(|| json!({
                "file_format": format_of(&metadata.name),
                "file_size": self.size(),
                "num_characters": 0,
                "num_tokens": 0,
                "num_embeddings": 0,
                "mime_type": null,
            })),
            "file_metadata": {"is_folder": self.is_folder(), "path": metadata.path_display, "rev": metadata.rev},
            "embedding_properties": {},
            "chunk_size": null,
            "chunk_overlap": null,
            "chunk_properties": null,
            "ocr_properties": {},
            "ocr_job_started_at": null,
            "name": metadata.name,
            "parent_id": self.parent,
            "enable_auto_sync": self.is_followed,
            "presigned_url": link,
            "parsed_text_url": null,
            "additional_presigned_urls": {},
            "skip_embedding_generation": true,
            "source_created_at": metadata.server_modified,
            "generate_sparse_vectors": false,
            "request_id": self.request_id,
            "upload_id": null,
            "sync_properties": {},
            "messages_metadata": {},
            "file_contents_deleted": self.is_without_bytes(),
            "supports_cold_storage": false,
            "hot_storage_time_to_live": null,
            "embedding_storage_status": "HOT_STORAGE",
            "created_at": created_at,
            "updated_at": updated_at,
            "tags": self.tags,
        })
    }
}
