//! Delivery to a workflow: starts a run for each event, instead of posting a request.

use shared::{
    metrics::Metric,
    model::{Connection, ConnectionStatus, Event, EventBody, Timestamp, WorkflowId},
    workflows::{Cause, Start, Started, Trigger, Workflow, trigger_data},
};
use tokio::time::Instant;

use crate::{
    Failure,
    reader::Happened,
    run::{Run, Stop},
};

/// Starts runs for the events of the stream. An event that comes again starts no other run.
pub(crate) async fn run(run: &mut Run<'_>) -> Result<Stop, Failure> {
    let endpoint = &run.found.endpoint;
    let id = WorkflowId(endpoint.id.0);
    let Some(workflow) = run.sender.starter.store.workflow(endpoint.project, id).await? else {
        // It was removed, and its endpoint will be.
        return Ok(Stop::Done);
    };
    let connection = match run.stream.connection() {
        Some(id) => run.sender.store.connection(id).await?,
        None => None,
    };
    let batch = usize::from(endpoint.batch);
    let mut reader = run.next_events();
    loop {
        if Instant::now() >= run.end {
            return Ok(Stop::TimeIsOver);
        }
        let Some(group) = reader.group(batch).await? else {
            run.progress.ends_rows = reader.ends_rows();
            return Ok(Stop::Done);
        };
        for happened in &group.events {
            start(run, &workflow, connection.as_ref(), happened).await?;
        }
        run.pass(&group);
        run.keep_progress().await?;
    }
}

async fn start(
    run: &Run<'_>,
    workflow: &Workflow,
    connection: Option<&Connection>,
    happened: &Happened,
) -> Result<(), Failure> {
    let event = &happened.event;
    if !starts(workflow, event, connection) {
        return Ok(());
    }
    let Some(user) = event.user.clone() else { return Ok(()) };
    let (sender, at) = (run.sender, time_of(run, workflow, happened).await?);
    let cause = Cause::Event { id: event.id.clone(), at };
    let trigger = trigger_data::of_event(event, at);
    let start = Start { user, connection: event.connection, cause, trigger };
    match sender.starter.start(workflow, start).await? {
        Started::Run(_) => sender.metrics.count(run.subject(), Metric::RunsStarted, 1),
        Started::Not(reason) => {
            tracing::info!(workflow = %workflow.id, event = %event.id, %reason, "an event starts no run");
        }
    }
    Ok(())
}

/// Returns the time of an event, which is the same however often it comes.
async fn time_of(run: &Run<'_>, workflow: &Workflow, happened: &Happened) -> Result<Timestamp, Failure> {
    if !happened.may_be_double {
        return Ok(happened.at);
    }
    Ok(run.sender.starter.store.first_came(workflow.id, &happened.event.id, happened.at).await?)
}

/// Whether an event starts a workflow whose filter wants it: an application's own event by its name, and of an
/// account that is disconnected nothing but the news of that.
fn starts(workflow: &Workflow, event: &Event, connection: Option<&Connection>) -> bool {
    let is_gone = connection.is_some_and(|found| found.status == ConnectionStatus::Disconnected);
    if is_gone && !matches!(event.body, EventBody::Disconnected(_)) {
        return false;
    }
    match (&workflow.document.trigger, &event.body) {
        (Trigger::ApplicationEvent { name }, EventBody::Application(event)) => event.name == *name,
        (Trigger::Event { .. }, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::{
        model::{ApplicationEvent, ProjectId, Tags, Timestamp},
        workflows::Document,
    };

    use super::*;

    fn workflow(trigger: &serde_json::Value) -> Workflow {
        let document = json!({"name": "Copies", "trigger": trigger, "steps": []});
        let document: Document = serde_json::from_value(document).unwrap();
        Workflow {
            id: WorkflowId::random(),
            project: ProjectId::random(),
            version: 1,
            paused: false,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
            document,
        }
    }

    fn event(name: &str) -> Event {
        let own = ApplicationEvent {
            name: name.to_owned(),
            payload: Tags::new(),
            configuration: None,
            sent_by: "api_key".to_owned(),
            at: Timestamp(0),
        };
        Event::application(ProjectId::random(), "ada".parse().unwrap(), None, own)
    }

    #[test]
    fn an_applications_event_starts_the_workflows_of_its_name() {
        let named = workflow(&json!({"type": "application_event", "name": "paid"}));
        assert!(starts(&named, &event("paid"), None));
        assert!(!starts(&named, &event("sent"), None));
        let other = Event { body: EventBody::Connected, ..event("paid") };
        assert!(!starts(&named, &other, None));
        assert!(
            !starts(&workflow(&json!({"type": "request"})), &event("paid"), None),
            "it has another trigger by now"
        );
    }
}
