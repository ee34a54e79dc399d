//! `GET …/task-history/workflow-executions`: runs, newest first.

use serde_json::{Value, json};
use shared::{
    address,
    model::{ProjectId, RunId},
    store::RunPage,
};
use url::{Url, form_urlencoded};

use super::{execution, query};
use crate::{
    WorkflowsApi,
    answer::{Answer, found},
};

/// Number of executions in a page, as Paragon has it.
const PAGE: u16 = 100;

/// Lists executions. `nextLink` leads to the next page, with the same conditions.
pub(crate) async fn list(api: &WorkflowsApi, base: &Url, project: ProjectId, query: &str) -> Answer {
    let asked = query::read(query)?;
    let page = match asked.is_of_another {
        true => RunPage { runs: Vec::new(), next: None },
        false => api.runs.runs(project, &asked.filter, asked.after, PAGE).await?,
    };
    let listed: Vec<Value> = page.runs.iter().map(execution).collect();
    let next = page.next.map(|after| next_link(base, project, query, after));
    Ok(found(&json!({"workflowExecutions": listed, "data": listed, "nextLink": next})))
}

fn next_link(base: &Url, project: ProjectId, query: &str, after: RunId) -> Url {
    let mut next = address::below(base, &format!("projects/{project}/task-history/workflow-executions"));
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "after");
    next.query_pairs_mut().extend_pairs(kept).append_pair("after", &after.to_string());
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_has_the_same_conditions() {
        let (project, after) = (ProjectId::random(), RunId::random());
        let base = Url::parse("https://api.example.com/live").unwrap();
        let link = next_link(&base, project, "status=FAILED&after=x&userId=a%26b", after);
        let expected = format!(
            "https://api.example.com/live/projects/{project}/task-history/workflow-executions\
            ?status=FAILED&userId=a%26b&after={after}"
        );
        assert_eq!(link.as_str(), expected);
    }
}
