//! Schedules: starts a workflow's runs for each user for whom it is enabled, and sets the next time.

use shared::{
    metrics::{Metric, Subject},
    model::{ProjectId, Timestamp, UserId, WorkflowId},
    workflows::{Cause, RunMessage, Start, StartError, Started, Trigger, Workflow, next_time, trigger_data},
};

use crate::{Failure, Runner};

/// Number of users for whom one message starts runs.
const USERS: u16 = 50;

/// Starts the runs of a time for some users, and asks for the next users. The first message of a time only passes it on
/// and sets the next one, so that nothing is left out if it comes again.
pub(crate) async fn run(
    runner: &Runner,
    (project, id): (ProjectId, WorkflowId),
    at: Option<Timestamp>,
    after: Option<UserId>,
) -> Result<(), Failure> {
    let found = runner.store.workflow(project, id).await?;
    let Some((workflow, (every, offset))) = found.and_then(scheduled) else {
        // It was removed, or has another trigger by now.
        return Ok(runner.store.schedule_workflow(project, id, None).await?);
    };
    match at {
        None => begin(runner, &workflow, every, offset).await,
        Some(at) => start_some(runner, &workflow, at, after).await,
    }
}

/// Returns a workflow with its schedule, if it has one.
fn scheduled(workflow: Workflow) -> Option<(Workflow, (u32, u32))> {
    match workflow.document.trigger {
        Trigger::Schedule { every_minutes, at_minute } => Some((workflow, (every_minutes, at_minute))),
        _ => None,
    }
}

async fn begin(runner: &Runner, workflow: &Workflow, every: u32, offset: u32) -> Result<(), Failure> {
    let (project, id, now) = (workflow.project, workflow.id, runner.clock.now());
    let Some(at) = runner.store.scheduled_at(project, id).await?.filter(|at| *at <= now) else {
        return Ok(());
    };
    let message = RunMessage::Schedule { project, workflow: id, at: Some(at), after: None };
    runner.queue.send(vec![message.at_once()]).await?;
    // Times that were missed are not made up for.
    let next = next_time(every, offset, now);
    Ok(runner.store.schedule_workflow(project, id, Some(next)).await?)
}

async fn start_some(
    runner: &Runner,
    workflow: &Workflow,
    at: Timestamp,
    after: Option<UserId>,
) -> Result<(), Failure> {
    let users = users(runner, workflow, after.as_ref()).await?;
    for user in &users {
        start(runner, workflow, at, user.clone()).await?;
    }
    let Some(last) = users.last().filter(|_| users.len() == usize::from(USERS)) else { return Ok(()) };
    let (project, workflow) = (workflow.project, workflow.id);
    let message = RunMessage::Schedule { project, workflow, at: Some(at), after: Some(last.clone()) };
    Ok(runner.queue.send(vec![message.at_once()]).await?)
}

/// Returns the next users for whom a run may start: all of the project if the workflow runs by itself, else those about
/// whom something was decided.
async fn users(runner: &Runner, workflow: &Workflow, after: Option<&UserId>) -> Result<Vec<UserId>, Failure> {
    let project = workflow.project;
    if workflow.document.enabled_by_default {
        let users = runner.store.users(project, after, USERS.into()).await?;
        return Ok(users.into_iter().map(|user| user.user).collect());
    }
    let decisions = runner.store.enablements(project, workflow.id, after, USERS).await?;
    Ok(decisions.into_iter().map(|decision| decision.user).collect())
}

async fn start(runner: &Runner, workflow: &Workflow, at: Timestamp, user: UserId) -> Result<(), StartError> {
    let trigger = trigger_data::of_schedule(&user, at);
    let start = Start { user, connection: None, cause: Cause::Schedule { at }, trigger };
    if let Started::Run(_) = runner.starter.start(workflow, start).await? {
        runner.metrics.count(Subject::of_project(workflow.project), Metric::RunsStarted, 1);
    }
    Ok(())
}
