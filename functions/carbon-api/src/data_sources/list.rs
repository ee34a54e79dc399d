//! `POST /user_data_sources` and `/data_sources`: lists the data sources of one user, or of all users of the
//! project.

use std::collections::HashMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    model::{ConnectionId, ConnectionName, ProjectId, ProjectUser, UserSettings},
    store::StoreError,
};

use super::{
    connection_filter,
    describe::{Rows, describe_all, rows},
};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, flag, list, one_of},
    paging::Page,
    request::AuthorizedRequest,
    tag_filter::TagFilter,
};

/// Maximum number of a project's users whose data sources are listed together.
const MAX_USERS: u32 = 1_000;
/// Maximum number of connections, disconnected ones among them, that are read before it is known whether a user
/// has them. The rows of all of a project's connections are read later if there are more.
const MAX_AHEAD: usize = 2_000;
/// Number of users whose connections are read at the same time.
const PARALLEL: usize = 16;

/// Filters, order and page of a list of data sources.
pub(super) struct Query {
    ids: Option<Vec<ConnectionName>>,
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
            let ids = filters.optional("ids", |value| match value.is_array() {
                true => list(0..=250, connection_filter)(value),
                false => connection_filter(value).map(|one| vec![one]),
            });
            let tags = filters.optional("tags", TagFilter::read).flatten();
            (ids, filters.optional("revoked_access", flag), tags)
        });
        fields.end(Some(()))?;
        Ok(Self { ids, revoked, tags, order_by, descending, page })
    }

    /// Returns a page of the matching sources, and the number of all matching ones.
    pub(super) fn answer(&self, sources: Vec<(ConnectionId, Value)>) -> Value {
        let taken = sources.into_iter().filter(|(id, source)| self.takes(*id, source));
        let mut sources: Vec<Value> = taken.map(|(_, source)| source).collect();
        sources.sort_by_key(|source| {
            (source[self.order_by].as_str().unwrap_or_default().to_owned(), source["id"].as_u64())
        });
        if self.descending {
            sources.reverse();
        }
        let count = sources.len();
        json!({"results": self.page.cut(sources), "count": count})
    }

    fn takes(&self, id: ConnectionId, source: &Value) -> bool {
        let ordinal = source["id"].as_u64().and_then(|id| u32::try_from(id).ok()).unwrap_or_default();
        self.ids.as_ref().is_none_or(|names| names.iter().any(|name| name.names(id, ordinal)))
            && self.revoked.is_none_or(|revoked| source["revoked_access"] == revoked)
            && self
                .tags
                .as_ref()
                .is_none_or(|filter| source["tags"].as_object().is_some_and(|tags| filter.matches(tags)))
    }
}

/// Lists the data sources of a user, without disconnected ones.
pub(crate) async fn list_of_user(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let query = Query::read(request.body)?;
    let ids: Vec<ConnectionId> = request.connections(api).await?.into_iter().map(|one| one.id).collect();
    Ok(found(&query.answer(describe_all(api, request.caller.project, request.user()?, &ids).await?)))
}

/// Lists the data sources of all users. Each user's connections are read, so the number of users is limited. The
/// rows of the connections that have an integer are read at the same time as those by which users find them.
pub(crate) async fn list_of_project(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let (query, project) = (Query::read(request.body)?, request.caller.project);
    let (users, defaults, mut ordinals) = tokio::try_join!(
        api.store.users(project, None, MAX_USERS + 1),
        api.store.user_defaults(project),
        async { Ok(api.store.numbered_connections(project, MAX_AHEAD).await?.unwrap_or_default()) },
    )?;
    if users.len() > MAX_USERS as usize {
        return Err(too_many());
    }
    let users = users.into_iter().filter(|user| user.deletion.is_none());
    let lists = stream::iter(users).map(|user| of_user(api, project, user)).buffered(PARALLEL);
    let ahead: Vec<ConnectionId> = ordinals.keys().copied().collect();
    let (lists, read) = tokio::try_join!(lists.try_collect::<Vec<_>>(), rows(api, &ahead))?;
    let listed: Vec<(ConnectionId, UserSettings)> = lists.concat();
    let mut read: HashMap<ConnectionId, Rows> = read.into_iter().collect();
    let others = listed.iter().map(|(id, _)| *id).filter(|id| !read.contains_key(id));
    let others: Vec<ConnectionId> = others.collect();
    let (rows, assigned) = tokio::try_join!(rows(api, &others), api.store.ordinals(project, &others))?;
    read.extend(rows);
    ordinals.extend(assigned);
    let described = listed.into_iter().filter_map(|(id, settings)| {
        let (rows, ordinal) = (read.remove(&id)?, ordinals.get(&id).copied().unwrap_or_default());
        Some((id, rows.describe(ordinal, settings.or(defaults))))
    });
    Ok(found(&query.answer(described.collect())))
}

/// Returns the user's connections, each with the user's settings.
async fn of_user(
    api: &CarbonApi,
    project: ProjectId,
    user: ProjectUser,
) -> Result<Vec<(ConnectionId, UserSettings)>, StoreError> {
    let ids = api.store.connection_ids_of_user(project, &user.user).await?;
    Ok(ids.into_iter().map(|id| (id, user.settings)).collect())
}

/// 422: the answer would require too many reads.
fn too_many() -> Refusal {
    let message =
        "The project has more than 1,000 users; ask for the data sources of each by /user_data_sources.";
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "too_many_users", message).into()
}
