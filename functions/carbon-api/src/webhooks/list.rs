//! `POST /webhooks`: lists webhooks.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::store::StoredEndpoint;

use super::stored;
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, list as list_of, one_of, whole},
    paging::Page,
    request::AuthorizedRequest,
};

/// Maximum number of ids in a filter.
const MAX_IDS: usize = 250;

struct Query {
    ids: Option<Vec<i64>>,
    by_update: bool,
    descending: bool,
    page: Page,
}

impl Query {
    fn read(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Fields::of(body)?;
        let page = Page::read(&mut fields);
        let ids = fields
            .object("filters", |filters| filters.optional("ids", list_of(0..=MAX_IDS, whole(0..=i64::MAX))));
        let order = fields.optional("order_by", one_of(&[("created_at", false), ("updated_at", true)]));
        let direction = fields.optional("order_dir", one_of(&[("asc", false), ("desc", true)]));
        fields.end(Some(()))?;
        Ok(Self { ids, by_update: order.unwrap_or_default(), descending: direction.unwrap_or(true), page })
    }

    fn takes(&self, stored: &StoredEndpoint) -> bool {
        let number = i64::try_from(stored::number(&stored.endpoint)).unwrap_or_default();
        self.ids.as_ref().is_none_or(|ids| ids.contains(&number))
    }
}

/// Answers `{"results": […], "count": …}`.
pub(crate) async fn list(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let query = Query::read(request.body)?;
    let mut webhooks = stored::all(api, request).await?;
    webhooks.retain(|stored| query.takes(stored));
    webhooks.sort_by_key(|stored| {
        let at = if query.by_update { stored::updated_at(stored) } else { stored.endpoint.created_at };
        (at, stored.endpoint.id)
    });
    if query.descending {
        webhooks.reverse();
    }
    let count = webhooks.len();
    let results: Vec<Value> = query.page.cut(webhooks).iter().map(stored::webhook).collect();
    Ok(found(&json!({"results": results, "count": count})))
}
