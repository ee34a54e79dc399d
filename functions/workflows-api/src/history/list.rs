//! `GET …/task-history/workflow-executions`: a page of runs, and their number.

use serde_json::{Value, json};
use shared::{
    address,
    answer::ApiError,
    model::ProjectId,
    store::{CountedRuns, RunPage},
};
use url::{Url, form_urlencoded};

use super::{
    execution,
    page::Page,
    query::{self, ExecutionQuery},
};
use crate::{
    WorkflowsApi,
    answer::{Answer, found},
};

/// Number of executions in a page, as Paragon has it.
const PAGE: u16 = 100;
/// Maximum number of runs that are looked at to count them, and to find a page by its offset.
const LOOKED_AT: usize = 10_000;

/// Lists executions. `nextLink` leads to the next page, with the same conditions and the same `total`: who follows it
/// has the runs counted once, and reaches all of them.
pub(crate) async fn list(api: &WorkflowsApi, base: &Url, project: ProjectId, query: &str) -> Answer {
    let asked = query::read(query)?;
    let (page, total) = read(api, project, &asked).await?;
    let listed: Vec<Value> = page.runs.iter().map(execution).collect();
    let offset = asked.offset + page.runs.len() as u64;
    let next = page.next.map(|after| next_link(base, project, query, Page { after, offset, total }));
    Ok(found(&json!({"workflowExecutions": listed, "data": listed, "nextLink": next, "total": total})))
}

async fn read(
    api: &WorkflowsApi,
    project: ProjectId,
    asked: &ExecutionQuery,
) -> Result<(RunPage, Option<u64>), ApiError> {
    if asked.is_of_another {
        return Ok((RunPage { runs: Vec::new(), next: None }, Some(0)));
    }
    if let Some(Page { after, total, .. }) = asked.page {
        return Ok((api.store.runs(project, &asked.filter, Some(after), PAGE).await?, total));
    }
    let counted = api.store.counted_runs(project, &asked.filter, asked.offset, PAGE, LOOKED_AT).await?;
    let CountedRuns { page: Some(page), total } = counted else { return Err(too_far()) };
    Ok((page, total))
}

fn next_link(base: &Url, project: ProjectId, query: &str, page: Page) -> Url {
    let mut next = address::below(base, &format!("projects/{project}/task-history/workflow-executions"));
    let is_of_page = |name: &str| ["offset", "page"].contains(&name);
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| !is_of_page(name));
    let (offset, page) = (page.offset.to_string(), page.to_string());
    next.query_pairs_mut().extend_pairs(kept).extend_pairs([("offset", offset), ("page", page)]);
    next
}

fn too_far() -> ApiError {
    let message = format!(
        "The page at this offset is beyond the {LOOKED_AT} executions that are looked at: follow nextLink, or ask \
         for a shorter time by afterDate and beforeDate."
    );
    ApiError::invalid("offset_too_far", message)
}

#[cfg(test)]
mod tests {
    use shared::model::RunId;

    use super::*;

    #[test]
    fn the_next_page_has_the_same_conditions() {
        let (project, after) = (ProjectId::random(), RunId::random());
        let base = Url::parse("https://api.example.com/live").unwrap();
        let page = Page { after, offset: 200, total: Some(250) };
        let link = next_link(&base, project, "status=FAILED&offset=100&page=x&userId=a%26b", page);
        let expected = format!(
            "https://api.example.com/live/projects/{project}/task-history/workflow-executions\
            ?status=FAILED&userId=a%26b&offset=200&page=200.250.{after}"
        );
        assert_eq!(link.as_str(), expected);
        let asked = query::read(link.query().unwrap()).unwrap();
        assert_eq!((asked.page, asked.offset), (Some(page), 200));
    }
}
