//! Reading requests for a list of files.

use std::ops::RangeInclusive;

use serde_json::Value;
use shared::model::ItemId;

use super::{filters::Filters, order::Order, status::WORDS};
use crate::{
    answer::Refusal,
    data_sources::connection_filter,
    fields::{Fields, Read, WrongField, flag, list, one_of, text, whole},
    tag_filter::TagFilter,
};

/// Maximum number of files in an answer.
const MAX_LIMIT: i64 = 250;
const DEFAULT_LIMIT: i64 = 10;
/// Maximum number of files that are skipped before a page.
const MAX_OFFSET: i64 = 10_000;
/// Maximum number of values in a filter.
pub(crate) const MAX_VALUES: usize = 250;
/// Lengths of Dropbox ids, in bytes.
const LENGTHS_OF_IDS: RangeInclusive<usize> = 1..=256;
/// Maximum number of request ids in a filter, as in Carbon.
const MAX_REQUESTS: usize = 100;
/// Largest integer for a file.
const MAX_NUMBER: i64 = (1 << 53) - 1;
/// Maximum lifetime of a link, in seconds; S3 allows seven days.
const MAX_LINK: i64 = 7 * 24 * 60 * 60;
const DEFAULT_LINK: i64 = 60 * 60;

/// A part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) limit: u32,
    pub(crate) offset: u32,
    /// Only files after the one with this integer are listed.
    pub(crate) after: Option<u64>,
}

/// A request for a list of files.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Query {
    pub(super) filters: Filters,
    pub(super) page: Page,
    pub(super) order: Order,
    pub(super) descending: bool,
    /// Lifetime of links to the bytes, in seconds; absent: no links.
    pub(super) link_seconds: Option<u64>,
}

impl Query {
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Fields::of(body)?;
        let filters = fields.object("filters", filters);
        let page = fields.object("pagination", page);
        let order = fields.optional("order_by", one_of(Order::WORDS));
        if page.after.is_some() && order.is_some_and(|order| order != Order::Id) {
            let message = "starting_id goes on in the order of id";
            fields.refuse("order_by", WrongField::new(message, "value_error"));
        }
        let usual = if page.after.is_some() { Order::Id } else { Order::Created };
        let order = order.unwrap_or(usual);
        let descending =
            fields.optional("order_dir", one_of(&[("desc", true), ("asc", false)])).unwrap_or(true);
        let links = fields.optional("include_raw_file", flag).unwrap_or(false);
        let seconds = fields.optional("presigned_url_expiry_time_seconds", whole(1..=MAX_LINK));
        let link_seconds = links.then(|| u64::try_from(seconds.unwrap_or(DEFAULT_LINK)).unwrap_or_default());
        fields.end(Some(Self { filters, page, order, descending, link_seconds }))
    }
}

/// Reads `pagination`.
pub(crate) fn page(fields: &mut Fields) -> Page {
    let small = |number: Option<i64>, usual: i64| u32::try_from(number.unwrap_or(usual)).unwrap_or_default();
    Page {
        limit: small(fields.optional("limit", whole(1..=MAX_LIMIT)), DEFAULT_LIMIT),
        offset: small(fields.optional("offset", whole(0..=MAX_OFFSET)), 0),
        after: fields.optional("starting_id", whole(0..=MAX_NUMBER)).and_then(|id| u64::try_from(id).ok()),
    }
}

/// Reads `filters`.
pub(super) fn filters(fields: &mut Fields) -> Filters {
    let source = fields.optional("source", one_or_many(text(1..=50), MAX_VALUES));
    let numbers = || list(0..=MAX_VALUES, number);
    let texts = |limit| list(0..=limit, text(0..=2_048));
    let sources =
        fields.optional("organization_user_data_source_id", one_or_many(connection_filter, MAX_VALUES));
    let external = fields.optional("external_file_ids", texts(MAX_VALUES));
    let uploads = fields.optional("upload_ids", texts(MAX_REQUESTS));
    let types = fields.optional("file_types_at_source", texts(MAX_VALUES));
    let containers = fields.optional("include_containers", flag).unwrap_or(true);
    let tags = fields.optional("tags", TagFilter::read_plain).flatten();
    let tags_v2 = fields.optional("tags_v2", TagFilter::read).flatten();
    let filters = Filters {
        of_other_sources: source.is_some_and(|source| !source.iter().any(|source| source == "DROPBOX")),
        data_sources: sources,
        numbers: fields.optional("ids", numbers()),
        // A text that cannot be a Dropbox id matches nothing, and would not be a valid key of the table.
        external_ids: external.map(|ids| {
            ids.into_iter().filter(|id| LENGTHS_OF_IDS.contains(&id.len())).map(ItemId::from).collect()
        }),
        parents: fields.optional("parent_file_ids", numbers()),
        roots_only: fields.optional("root_files_only", flag).unwrap_or(false),
        with_children: fields.optional("include_all_children", flag).unwrap_or(false),
        without_folders: !containers,
        name: fields
            .optional("name", text(0..=1_024))
            .filter(|part| !part.is_empty())
            .map(|part| part.to_lowercase()),
        statuses: statuses(fields),
        not_ready_only: fields.optional("non_synced_only", flag).unwrap_or(false),
        request_ids: fields.optional("request_ids", texts(MAX_REQUESTS)),
        uploaded_only: uploads.is_some() || types.is_some_and(|types| !types.is_empty()),
        error: fields.optional("sync_error_message", text(0..=1_024)).map(|part| part.to_lowercase()),
        urls: fields.optional("external_urls", texts(MAX_VALUES)),
        tags: [tags, tags_v2].into_iter().flatten().collect(),
    };
    if filters.roots_only && (filters.parents.is_some() || filters.with_children) {
        let message = "root_files_only goes with neither parent_file_ids nor include_all_children";
        fields.refuse("root_files_only", WrongField::new(message, "value_error"));
    }
    filters
}

/// Reads `sync_statuses`.
pub(super) fn statuses(fields: &mut Fields) -> Option<Vec<String>> {
    let words = fields.optional("sync_statuses", list(0..=WORDS.len(), one_of(WORDS)));
    words.map(|words| words.into_iter().map(str::to_owned).collect())
}

/// Reads an integer that may stand for a file or a data source.
pub(crate) fn number(value: &Value) -> Read<u64> {
    whole(0..=MAX_NUMBER)(value).map(|number| u64::try_from(number).unwrap_or_default())
}

/// Returns a reader of a value, or a list of values.
fn one_or_many<T>(read: impl Fn(&Value) -> Read<T>, limit: usize) -> impl Fn(&Value) -> Read<Vec<T>> {
    move |value| {
        if value.is_array() { list(0..=limit, &read)(value) } else { read(value).map(|value| vec![value]) }
    }
}
