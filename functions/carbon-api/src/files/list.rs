//! `POST /user_files_v2`, and `/user_files`, its older name: lists mirrored files and folders.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    model::ItemNumber,
    store::{RecordOrder, RecordPage},
};

use super::{assemble, candidates, context::Context, file::File, order::Order, query::Query, sources::Named};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    request::AuthorizedRequest,
};

/// Number of data sources, or of links, that are processed at the same time.
const PARALLEL: usize = 8;

/// Answers `{"results": […], "count": …}`.
pub(crate) async fn list(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let (files, count) = answer(api, request).await?;
    Ok(found(&json!({"results": files, "count": count})))
}

/// Answers the list alone.
pub(crate) async fn list_of_before(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let (files, _) = answer(api, request).await?;
    Ok(found(&json!(files)))
}

async fn answer(api: &CarbonApi, request: &AuthorizedRequest<'_>) -> Result<(Vec<Value>, u64), Refusal> {
    let query = Query::read(request.body)?;
    let mut all = Named::all(api, request).await?;
    all.retain(|named| named.is_among(query.filters.data_sources.as_ref()));
    let (files, count) = if query.filters.of_other_sources {
        (Vec::new(), 0)
    } else if let Some(order) = indexed(query.order).filter(|_| query.filters.are_plain()) {
        page(api, request, &all, &query, order).await?
    } else {
        let mut files = candidates::matching(api, request, &all, &query.filters).await?;
        let count = files.len() as u64;
        query.order.sort(&mut files, query.descending);
        files.retain(|file| is_after(file, &query));
        let (offset, limit) = (query.page.offset as usize, query.page.limit as usize);
        (files.into_iter().skip(offset).take(limit).collect(), count)
    };
    Ok((to_json(api, files, query.link_seconds).await?, count))
}

/// Returns the index that has this order, if there is one.
fn indexed(order: Order) -> Option<RecordOrder> {
    match order {
        Order::Id | Order::Created => Some(RecordOrder::Creation),
        Order::LastSync => Some(RecordOrder::LastSync),
        Order::Updated | Order::Name | Order::Size => None,
    }
}

/// Whether a file comes after the one that the page begins after.
fn is_after(file: &File, query: &Query) -> bool {
    query
        .page
        .after
        .is_none_or(|after| if query.descending { file.number < after } else { file.number > after })
}

/// Returns a page of all files, with one index query per connection, and the number of all files, as each
/// connection's log counts them.
async fn page(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
    all: &[Named],
    query: &Query,
    order: RecordOrder,
) -> Result<(Vec<File>, u64), Refusal> {
    let (offset, limit) = (query.page.offset, query.page.limit);
    let is_only = all.len() == 1;
    let part = |named: Named| async move {
        let (skip, wanted) = if is_only { (offset, limit) } else { (0, offset + limit) };
        let records = async {
            let Some(after) = place_in(named, query) else { return Ok(Default::default()) };
            let page = RecordPage { order, descending: query.descending, after, skip, limit: wanted };
            let records = api.store.record_page(named.id, page).await?;
            let folders = assemble::folders_of(api, named.id, &records).await?;
            Ok((records, folders))
        };
        let (context, (records, folders)) = tokio::try_join!(Context::read(api, request, named), records)?;
        let Some(context) = context else { return Ok((Vec::new(), 0)) };
        Ok::<_, Refusal>((assemble::files(&context, records, &folders), context.source.items))
    };
    let parts: Vec<(Vec<File>, u64)> =
        stream::iter(all.to_vec()).map(part).buffered(PARALLEL).try_collect().await?;
    let count = parts.iter().map(|(_, items)| items).sum();
    let mut files: Vec<File> = parts.into_iter().flat_map(|(files, _)| files).collect();
    if !is_only {
        query.order.merge(&mut files, query.descending);
    }
    files.retain(|file| is_after(file, query));
    let skip = if is_only { 0 } else { offset as usize };
    Ok((files.into_iter().skip(skip).take(limit as usize).collect(), count))
}

/// Returns the number of the change after which the page begins in a connection; the outer `None` means that
/// the connection has nothing on the page.
fn place_in(named: Named, query: &Query) -> Option<Option<u64>> {
    let Some(after) = query.page.after else { return Some(None) };
    let number = ItemNumber::of(after).unwrap_or(ItemNumber { ordinal: 0, created: 0 });
    match named.ordinal.cmp(&number.ordinal) {
        std::cmp::Ordering::Equal => Some(Some(number.created)),
        std::cmp::Ordering::Greater => (!query.descending).then_some(None),
        std::cmp::Ordering::Less => query.descending.then_some(None),
    }
}

async fn to_json(
    api: &CarbonApi,
    files: Vec<File>,
    link_seconds: Option<u64>,
) -> Result<Vec<Value>, Refusal> {
    let one = |file: File| async move {
        let link = match link_seconds {
            Some(seconds) => link(api, &file, Duration::from_secs(seconds)).await?,
            None => None,
        };
        Ok(file.to_json(link.as_deref()))
    };
    stream::iter(files).map(one).buffered(PARALLEL).try_collect().await
}

/// Returns a link to a file's bytes, if they are in the bucket.
pub(super) async fn link(api: &CarbonApi, file: &File, valid: Duration) -> Result<Option<String>, Refusal> {
    let Some(key) = file.content() else { return Ok(None) };
    let link = api.content_links.link(&key, &file.record.item.saved_as(), valid).await;
    Ok(Some(link.map_err(|error| shared::answer::ApiError::unavailable(&error))?))
}
