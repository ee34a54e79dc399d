//! `POST /integrations/items/list`: lists what is in a folder of an account now.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::model::{ConnectionName, Formats, ItemId, ItemKind, Metadata, Record, Timestamp};

use super::{
    external_id::external_id,
    listing::{ItemFilters, ItemOrder, children},
};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    data_sources::data_source_id,
    fields::{Fields, flag, list as list_of, one_of, text},
    files::{MAX_VALUES, Named, Page, Source, number, page},
    format::format_of,
    ids,
    request::AuthorizedRequest,
};

/// Maximum length of a Dropbox id, in bytes.
const LONGEST_ID: usize = 256;
/// Format that is reported for a folder whose name has a dot. Otherwise `carbon-connect` takes what follows
/// the dot for a format, and does not let users choose the folder.
const OF_DOTTED_FOLDERS: &str = "TXT";

struct ItemsQuery {
    data_source: ConnectionName,
    folder: Option<String>,
    filters: ItemFilters,
    page: Page,
    order: ItemOrder,
    descending: bool,
}

impl ItemsQuery {
    fn read(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Fields::of(body)?;
        let data_source = data_source_id(&mut fields);
        let folder = fields.optional("parent_id", external_id);
        let filters = fields.object("filters", filters);
        let page = fields.object("pagination", page);
        let order = fields.optional("order_by", one_of(ItemOrder::WORDS)).unwrap_or(ItemOrder::FoldersFirst);
        let descending =
            fields.optional("order_dir", one_of(&[("asc", false), ("desc", true)])).unwrap_or(false);
        let read = |data_source| Self { data_source, folder, filters, page, order, descending };
        fields.end(data_source.map(read))
    }
}

fn filters(fields: &mut Fields) -> ItemFilters {
    let names = |longest| list_of(0..=MAX_VALUES, text(0..=longest));
    let formats = fields.optional("file_formats", names(50));
    // Without a folder, only the root's content is listed anyway.
    fields.optional("root_files_only", flag);
    let kinds = &[("FILE", ItemKind::File), ("FOLDER", ItemKind::Folder)];
    ItemFilters {
        name: fields.optional("name", text(0..=1_024)).map(|part| part.to_lowercase()),
        external_ids: fields.optional("external_ids", names(LONGEST_ID)),
        numbers: fields.optional("ids", list_of(0..=MAX_VALUES, number)),
        formats: formats.map(|formats| formats.iter().map(|format| format.to_uppercase()).collect()),
        kind: fields.optional("item_types", list_of(0..=2, one_of(kinds))),
    }
}

/// Answers `{"items": […], "count": …}`.
pub(crate) async fn list(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let query = ItemsQuery::read(request.body)?;
    let named = Named::with_name(api, request, query.data_source).await?;
    let rows = async { Ok(api.calls.rows(named.id).await?) };
    let project = async { Ok(api.store.project(request.caller.project).await?) };
    let (source, rows, project) = tokio::try_join!(named.source(api), rows, project)?;
    let formats = project.map(|project| project.settings.formats).unwrap_or_default();
    let listed = children(api, &source, rows, query.folder.as_deref()).await?;
    let numbered =
        listed.into_iter().map(|metadata| (ids::item(source.connection.id, &metadata.id), metadata));
    let mut items: Vec<(u64, Metadata)> =
        numbered.filter(|(number, metadata)| query.filters.matches(metadata, *number)).collect();
    query.order.sort(&mut items, query.descending);
    let count = items.len();
    let Page { limit, offset, after } = query.page;
    let begin = after.and_then(|after| items.iter().position(|(number, _)| *number == after));
    let skip = begin.map_or(0, |place| place + 1) + offset as usize;
    let items: Vec<(u64, Metadata)> = items.into_iter().skip(skip).take(limit as usize).collect();
    let ids: Vec<ItemId> = items.iter().map(|(_, metadata)| metadata.id.clone()).collect();
    let records = api.store.records(named.id, &ids).await?;
    let folder = query.folder.as_deref();
    let place = Place { source: &source, folder, formats: &formats, now: api.clock.now() };
    let listed =
        items.iter().map(|(number, metadata)| place.to_json(*number, metadata, records.get(&metadata.id)));
    Ok(found(&json!({"items": listed.collect::<Vec<_>>(), "count": count})))
}

/// Context in which items are listed.
struct Place<'a> {
    source: &'a Source,
    folder: Option<&'a str>,
    formats: &'a Formats,
    now: Timestamp,
}

impl Place<'_> {
    /// Returns an item as JSON. `record` is the mirrored item, if it is mirrored.
    fn to_json(&self, number: u64, metadata: &Metadata, record: Option<&Record>) -> Value {
        let (connection, is_folder) = (&self.source.connection, metadata.kind == ItemKind::Folder);
        let created_at =
            metadata.server_modified.clone().unwrap_or_else(|| connection.created_at.to_string());
        json!({
            "id": number,
            "external_id": metadata.id,
            "source": "DROPBOX",
            "name": metadata.name,
            "synced_at": self.now.to_string(),
            "is_selectable": is_folder || self.formats.want(&metadata.name),
            "is_expandable": is_folder,
            "organization_id": ids::organization(connection.project),
            "organization_supplied_user_id": connection.user,
            "organization_user_id": ids::user(connection.project, &connection.user),
            "organization_user_data_source_id": self.source.ordinal,
            "organization_user_file_to_sync_id":
                record.and_then(|record| self.source.number(record.item.created?)),
            "parent_external_id": self.folder,
            "item_type": if is_folder { "FOLDER" } else { "FILE" },
            "root_external_id": null,
            "external_url": null,
            "file_format": if is_folder { self.format_of_folder(&metadata.name) } else { format_of(&metadata.name) },
            "created_at": created_at,
            "updated_at": created_at,
        })
    }

    fn format_of_folder(&self, name: &str) -> Option<String> {
        let format = self.formats.endings().and_then(|endings| endings.first().map(|one| one.to_uppercase()));
        name.contains('.').then(|| format.unwrap_or_else(|| OF_DOTTED_FOLDERS.to_owned()))
    }
}
