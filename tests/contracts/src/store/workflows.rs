//! Contract of the store's workflows: documents, decisions about users, schedules.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;
use shared::{
    model::{ConnectionId, ProjectId, Tags, Timestamp, WorkflowId},
    store::{Due, Enablement, Schedules, Workflows},
    workflows::{Document, Workflow},
};

use super::{StoreHarness, conflict, ok, winners};
use crate::{
    eventually,
    samples::{now, user},
};

const MINUTE: Duration = Duration::from_secs(60);

fn document(name: &str) -> Document {
    // Numbers and depths that are JSON's and not DynamoDB's.
    let mut deep = json!({"numbers": [1.5, 1e300, u64::MAX]});
    for _ in 0..40 {
        deep = json!([deep]);
    }
    let steps = json!([{"id": "answer", "type": "response", "body": deep}]);
    let document = json!({"name": name, "trigger": {"type": "request"}, "steps": steps});
    serde_json::from_value(document).expect("it is a document")
}

/// Creates a workflow at its first version.
pub(super) fn workflow(project: ProjectId) -> Workflow {
    Workflow {
        id: WorkflowId::random(),
        project,
        version: 1,
        paused: false,
        created_at: now(),
        updated_at: now(),
        document: document("Ünïcode ☃"),
    }
}

async fn added(harness: &impl StoreHarness) -> Workflow {
    let workflow = workflow(ProjectId::random());
    ok(harness.store().add_workflow(&workflow).await);
    workflow
}

fn decision(name: &str) -> Enablement {
    let settings: Tags =
        [("folder".to_owned(), json!("/a")), ("days".to_owned(), json!(1.5))].into_iter().collect();
    Enablement {
        user: user(name),
        connections: BTreeSet::from([ConnectionId::random(), ConnectionId::random()]),
        is_enabled: true,
        settings,
        at: now(),
    }
}

/// A workflow is found by its project, and by no other.
pub async fn a_workflow_is_found_by_its_project_alone(harness: &impl StoreHarness) {
    let (store, first) = (harness.store(), added(harness).await);
    let second = workflow(first.project);
    ok(store.add_workflow(&second).await);
    conflict(&store.add_workflow(&first).await);
    assert_eq!(ok(store.workflow(first.project, first.id).await).as_ref(), Some(&first));
    let mut all = ok(store.workflows(first.project).await);
    all.sort_by_key(|found| found.id != first.id);
    assert_eq!(all, [first.clone(), second]);
    let other = ProjectId::random();
    assert_eq!(ok(store.workflow(other, first.id).await), None);
    assert_eq!(ok(store.workflows(other).await), []);
    assert_eq!(ok(store.workflow_document(other, first.id, 1).await), None);
}

/// Of changes at the same time one wins. Every version of the document stays, also after the workflow is removed.
pub async fn versions_of_a_document_stay(harness: &impl StoreHarness) {
    let (store, first) = (harness.store(), added(harness).await);
    let (project, id) = (first.project, first.id);
    let changed = |name: &str| Workflow {
        version: 2,
        paused: true,
        updated_at: now().plus(MINUTE),
        document: document(name),
        ..first.clone()
    };
    let (one, other) = (changed("one"), changed("other"));
    assert_eq!(winners(vec![store.change_workflow(&one).await, store.change_workflow(&other).await]), 1);
    assert_eq!(ok(store.workflow(project, id).await), Some(one.clone()));
    assert_eq!(ok(store.workflow_document(project, id, 1).await), Some(first.document.clone()));
    assert_eq!(ok(store.workflow_document(project, id, 2).await), Some(one.document.clone()));
    ok(store.remove_workflow(project, id, now()).await);
    ok(store.remove_workflow(project, id, now()).await);
    assert_eq!(ok(store.workflow(project, id).await), None);
    assert_eq!(ok(store.workflow_document(project, id, 2).await), Some(one.document));
    assert_eq!(ok(store.workflow_document(project, id, 3).await), None);
    conflict(&store.change_workflow(&Workflow { version: 3, ..other }).await);
}

/// A decision about a user is found by the workflow and by the user. The last one counts.
pub async fn a_decision_is_found_by_workflow_and_by_user(harness: &impl StoreHarness) {
    let (store, workflow) = (harness.store(), added(harness).await);
    let (project, id) = (workflow.project, workflow.id);
    assert_eq!(ok(store.enablement(project, id, &user("a")).await), None);
    let first = decision("a");
    ok(store.enable_workflow(project, id, &first).await);
    assert_eq!(ok(store.enablement(project, id, &user("a")).await), Some(first.clone()));
    let last = Enablement { is_enabled: false, connections: BTreeSet::new(), ..first };
    ok(store.enable_workflow(project, id, &last).await);
    assert_eq!(ok(store.enablement(project, id, &user("a")).await), Some(last.clone()));
    assert_eq!(ok(store.enablements_of_user(project, &user("a")).await), [(id, last)]);
    assert_eq!(ok(store.enablements_of_user(project, &user("b")).await), []);
    assert_eq!(ok(store.enablements_of_user(ProjectId::random(), &user("a")).await), []);
}

/// Pages of decisions follow the users' ids.
pub async fn decisions_are_listed_page_by_page(harness: &impl StoreHarness) {
    let (store, workflow) = (harness.store(), added(harness).await);
    let (project, id) = (workflow.project, workflow.id);
    for name in ["c", "a", "b"] {
        ok(store.enable_workflow(project, id, &decision(name)).await);
    }
    let names = async |after: Option<&str>| {
        let after = after.map(user);
        let page = ok(store.enablements(project, id, after.as_ref(), 2).await);
        page.iter().map(|one| one.user.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(None).await, ["a", "b"]);
    assert_eq!(names(Some("b")).await, ["c"]);
    assert_eq!(names(Some("c")).await, [""; 0]);
}

/// Decisions go with their workflow and with their user, and none is made about what is gone.
pub async fn decisions_go_with_their_workflow_and_with_their_user(harness: &impl StoreHarness) {
    let (store, first) = (harness.store(), added(harness).await);
    let (project, second) = (first.project, workflow(first.project));
    ok(store.add_workflow(&second).await);
    for id in [first.id, second.id] {
        for name in ["a", "b"] {
            ok(store.enable_workflow(project, id, &decision(name)).await);
        }
    }
    ok(store.remove_enablements(project, &user("a")).await);
    assert_eq!(ok(store.enablements_of_user(project, &user("a")).await), []);
    assert_eq!(ok(store.enablement(project, first.id, &user("a")).await), None);
    ok(store.remove_workflow(project, first.id, now()).await);
    assert_eq!(ok(store.enablements(project, first.id, None, 10).await), []);
    let left = ok(store.enablements_of_user(project, &user("b")).await);
    assert_eq!(left.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [second.id]);
    conflict(&store.enable_workflow(project, first.id, &decision("b")).await);
}

/// A schedule is due at its time, and remembers it when it is claimed.
pub async fn a_schedule_is_due_at_its_time(harness: &impl StoreHarness) {
    let (store, workflow) = (harness.store(), added(harness).await);
    let (project, id, at) = (workflow.project, workflow.id, now().plus(MINUTE));
    assert_eq!(ok(store.scheduled_at(project, id).await), None);
    ok(store.schedule_workflow(project, id, Some(at)).await);
    let due = Due::Workflow(project, id);
    assert!(!ok(store.claim_wake(due, now(), at).await), "it is too early");
    eventually("the schedule is due", async || ok(store.due(at).await).contains(&due).then_some(())).await;
    assert!(ok(store.claim_wake(due, at, at.plus(MINUTE)).await));
    assert!(!ok(store.claim_wake(due, at, at.plus(MINUTE)).await), "somebody has claimed it");
    assert_eq!(ok(store.scheduled_at(project, id).await), Some(at));
    ok(store.schedule_workflow(project, id, Some(at.plus(MINUTE))).await);
    assert_eq!(ok(store.scheduled_at(project, id).await), Some(at.plus(MINUTE)));
    ok(store.schedule_workflow(project, id, None).await);
    assert_eq!(ok(store.scheduled_at(project, id).await), None::<Timestamp>);
    assert!(!ok(store.claim_wake(due, at.plus(2 * MINUTE), at.plus(3 * MINUTE)).await));
}

/// A workflow that is removed is never due again.
pub async fn a_schedule_goes_with_its_workflow(harness: &impl StoreHarness) {
    let (store, workflow) = (harness.store(), added(harness).await);
    ok(store.schedule_workflow(workflow.project, workflow.id, Some(now())).await);
    ok(store.remove_workflow(workflow.project, workflow.id, now()).await);
    assert_eq!(ok(store.scheduled_at(workflow.project, workflow.id).await), None);
}

/// Runs every case of [`workflows`](crate::store::workflows) as a separate test.
#[macro_export]
macro_rules! workflows_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::workflows:
            a_workflow_is_found_by_its_project_alone
            versions_of_a_document_stay
            a_decision_is_found_by_workflow_and_by_user
            decisions_are_listed_page_by_page
            decisions_go_with_their_workflow_and_with_their_user
            a_schedule_is_due_at_its_time
            a_schedule_goes_with_its_workflow
        }
    };
}
