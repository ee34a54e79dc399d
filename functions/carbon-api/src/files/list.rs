//! `POST /user_files_v2`, and `/user_files`, its older name: lists mirrored files and folders.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, TryStreamExt, stream};
use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    model::ItemNumber,
    store::{RecordOrder, RecordPage},
};

use super::{Source, assemble, candidates, file::File, order::Order, query::Query, sources};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    request::Asked,
};

/// Number of data sources, or of links, that are processed at the same time.
const PARALLEL: usize = 8;

/// Answers `{"results": […], "count": …}`.
pub(crate) async fn list(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let (files, count) = answer(api, asked).await?;
    Ok(found(&json!({"results": files, "count": count})))
}

/// Answers the list alone.
pub(crate) async fn list_of_before(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let (files, _) = answer(api, asked).await?;
    Ok(found(&json!(files)))
}

async fn answer(api: &CarbonApi, asked: &Asked<'_>) -> Result<(Vec<Value>, u64), Refusal> {
    let query = Query::read(asked.body)?;
    let mut sources = sources::all(api, asked).await?;
    sources.retain(|source| source.is_among(query.filters.data_sources.as_ref()));
    let sources: Vec<Arc<Source>> = sources.into_iter().map(Arc::new).collect();
    let (files, count) = if query.filters.of_other_sources {
        (Vec::new(), 0)
    } else if let Some(order) = indexed(query.order).filter(|_| query.filters.are_plain()) {
        // As each connection's log counts them.
        let count = sources.iter().map(|source| source.items).sum();
        (page(api, &sources, &query, order).await?, count)
    } else {
        let mut files = candidates::matching(api, &sources, &query.filters).await?;
        let count = files.len() as u64;
        query.order.sort(&mut files, query.descending);
        files.retain(|file| is_after(file, &query));
        let (offset, limit) = (query.page.offset as usize, query.page.limit as usize);
        (files.into_iter().skip(offset).take(limit).collect(), count)
    };
    Ok((shown(api, files, query.link_seconds).await?, count))
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

/// Returns a page of all files, with one index query per data source.
async fn page(
    api: &CarbonApi,
    sources: &[Arc<Source>],
    query: &Query,
    order: RecordOrder,
) -> Result<Vec<File>, Refusal> {
    let (offset, limit) = (query.page.offset, query.page.limit);
    let is_only = sources.len() == 1;
    let part = |source: Arc<Source>| async move {
        let Some(after) = place_in(&source, query) else { return Ok::<_, Refusal>(Vec::new()) };
        let (skip, most) = if is_only { (offset, limit) } else { (0, offset + limit) };
        let page = RecordPage { order, descending: query.descending, after, skip, most };
        let records = async { Ok(api.records.record_page(source.connection.id, page).await?) };
        assemble::files(api, &source, records).await
    };
    let parts = stream::iter(sources.to_vec()).map(part).buffered(PARALLEL);
    let mut files = parts.try_collect::<Vec<_>>().await?.concat();
    if !is_only {
        query.order.merge(&mut files, query.descending);
    }
    files.retain(|file| is_after(file, query));
    let skip = if is_only { 0 } else { offset as usize };
    Ok(files.into_iter().skip(skip).take(limit as usize).collect())
}

/// Returns the number of the change after which the page begins in a data source; the outer `None` means that
/// the data source has nothing on the page.
fn place_in(source: &Source, query: &Query) -> Option<Option<u64>> {
    let Some(after) = query.page.after else { return Some(None) };
    let number = ItemNumber::of(after).unwrap_or(ItemNumber { ordinal: 0, created: 0 });
    match source.ordinal.cmp(&number.ordinal) {
        std::cmp::Ordering::Equal => Some(Some(number.created)),
        std::cmp::Ordering::Greater => (!query.descending).then_some(None),
        std::cmp::Ordering::Less => query.descending.then_some(None),
    }
}

async fn shown(api: &CarbonApi, files: Vec<File>, link_seconds: Option<u64>) -> Result<Vec<Value>, Refusal> {
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
