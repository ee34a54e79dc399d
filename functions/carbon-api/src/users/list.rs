//! `POST /list_users`: lists the users of a project.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    model::{ProjectId, ProjectUser, UserId, UserSettings},
};

use super::{fields::user_id, sources};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, flag, list as list_of, one_of, whole},
    ids,
    paging::Page,
    request::AuthorizedRequest,
};

/// Maximum number of a project's users that are sorted by time.
const MAX_USERS: u32 = 10_000;
/// Maximum number of ids in a filter.
const MAX_IDS: usize = 250;

struct Query {
    customers: Option<Vec<UserId>>,
    numbers: Option<Vec<i64>>,
    by_update: bool,
    descending: bool,
    counts: bool,
    page: Page,
}

fn read(body: &[u8]) -> Result<Query, Refusal> {
    let mut fields = Fields::of(body)?;
    let page = Page::read(&mut fields);
    let (customers, numbers) = fields.object("filters", |filters| {
        let customers = filters.optional("customer_ids", list_of(0..=MAX_IDS, user_id));
        (customers, filters.optional("carbon_user_ids", list_of(0..=MAX_IDS, whole(0..=i64::MAX))))
    });
    let order = fields.optional("order_by", one_of(&[("created_at", false), ("updated_at", true)]));
    let direction = fields.optional("order_dir", one_of(&[("asc", false), ("desc", true)]));
    let counts = fields.optional("include_count", flag).unwrap_or_default();
    fields.end(Some(()))?;
    let (by_update, descending) = (order.unwrap_or_default(), direction.unwrap_or(true));
    Ok(Query { customers, numbers, by_update, descending, counts, page })
}

pub(crate) async fn list(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let (query, project) = (read(request.body)?, request.caller.project);
    let (mut users, defaults) =
        tokio::try_join!(api.store.users(project, None, MAX_USERS + 1), api.store.user_defaults(project),)?;
    if users.len() > MAX_USERS as usize {
        return Err(too_many());
    }
    users.retain(|user| query.takes(project, user));
    users.sort_by_key(|user| {
        (if query.by_update { user.updated_at } else { user.created_at }, user.user.clone())
    });
    if query.descending {
        users.reverse();
    }
    let count = query.counts.then_some(users.len());
    let listed: Vec<Value> =
        query.page.cut(users).iter().map(|user| brief(project, user, defaults)).collect();
    Ok(found(&json!({"users": listed, "count": count})))
}

impl Query {
    fn takes(&self, project: ProjectId, user: &ProjectUser) -> bool {
        let number = i64::try_from(ids::user(project, &user.user)).unwrap_or_default();
        user.deletion.is_none()
            && self.customers.as_ref().is_none_or(|ids| ids.contains(&user.user))
            && self.numbers.as_ref().is_none_or(|numbers| numbers.contains(&number))
    }
}

fn brief(project: ProjectId, user: &ProjectUser, defaults: UserSettings) -> Value {
    json!({
        "id": ids::user(project, &user.user),
        "organization_id": ids::organization(project),
        "organization_supplied_user_id": user.user,
        "created_at": user.created_at.to_string(),
        "updated_at": user.updated_at.to_string(),
        "deleted_at": null,
        "enabled_features": {},
        "custom_limits": sources::limits(user.settings),
        "auto_sync_enabled_sources": sources::followed(user.settings.or(defaults).auto_sync.unwrap_or(true)),
    })
}

fn too_many() -> Refusal {
    let message = "The project has more than 10,000 users, which are too many to be put in order; ask for each by /user.";
    ApiError::new(http::StatusCode::UNPROCESSABLE_ENTITY, "too_many_users", message).into()
}
