//! `POST /user_data_sources`: the data sources of one user.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};

use super::{TagFilter, describe_all, tag_filter};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, flag, list, one_of, whole},
    paging::Page,
    request::Asked,
};

/// Which data sources, and in what order.
pub(super) struct Query {
    ids: Option<Vec<i64>>,
    revoked: Option<bool>,
    tags: Option<TagFilter>,
    order_by: &'static str,
    descending: bool,
    page: Page,
}

impl Query {
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Fields::of(body)?;
        let page = Page::read(&mut fields);
        let order_by = fields
            .optional("order_by", one_of(&[("created_at", "created_at"), ("updated_at", "updated_at")]))
            .unwrap_or("created_at");
        let descending =
            fields.optional("order_dir", one_of(&[("desc", true), ("asc", false)])).unwrap_or(true);
        let (ids, revoked, tags) = fields.object("filters", |filters| {
            filters.optional("source", one_of(&[("DROPBOX", ())]));
            let id = whole(0..=i64::MAX);
            let ids = filters.optional("ids", |value| match value.is_array() {
                true => list(0..=250, &id)(value),
                false => id(value).map(|one| vec![one]),
            });
            let tags = filters.optional("tags", tag_filter::read).flatten();
            (ids, filters.optional("revoked_access", flag), tags)
        });
        fields.end(Some(()))?;
        Ok(Self { ids, revoked, tags, order_by, descending, page })
    }

    /// The sources that are meant, and how many there are before the page is cut out of them.
    pub(super) fn answer(&self, mut sources: Vec<Value>) -> Value {
        sources.retain(|source| self.takes(source));
        sources.sort_by_key(|source| {
            (source[self.order_by].as_str().unwrap_or_default().to_owned(), source["id"].as_u64())
        });
        if self.descending {
            sources.reverse();
        }
        let count = sources.len();
        json!({"results": self.page.cut(sources), "count": count})
    }

    fn takes(&self, source: &Value) -> bool {
        let id = source["id"].as_i64().unwrap_or_default();
        self.ids.as_ref().is_none_or(|ids| ids.contains(&id))
            && self.revoked.is_none_or(|revoked| source["revoked_access"] == revoked)
            && self.tags.as_ref().is_none_or(|filter| filter.takes(&source["tags"]))
    }
}

/// One that is disconnected is in no list.
pub(crate) async fn list_of_user(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let query = Query::read(asked.body)?;
    let connections = api.connections.connections_of_user(asked.caller.project, asked.user()?).await?;
    Ok(found(&query.answer(describe_all(api, connections).await?)))
}
