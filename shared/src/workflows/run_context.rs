//! The values to which the references of a run's step refer.

use serde_json::{Map, Value, json};

use super::{
    Document, Position, Run, StepKind, StepRecord, limits,
    needs::{item_of, needs},
    step_at,
    template::{Context, RenderError, render_text},
};

/// Returns the values to which the references of the step at a position refer. `records` has at least those of
/// [`records_needed`](super::records_needed) that exist.
///
/// The item of a for-each is found by evaluating its list again: records and the run's trigger do not change.
///
/// # Errors
/// Fails if the list of a for-each around it cannot be evaluated, or has no such item.
pub fn context(
    document: &Document,
    run: &Run,
    position: &Position,
    records: &[StepRecord],
) -> Result<Context, RenderError> {
    let needs = needs(document, position);
    let needed = records.iter().filter(|record| needs.steps.contains(&record.position));
    let steps: Map<String, Value> = needed.map(|record| (record.step.clone(), result(record))).collect();
    let mut context = of_run(document, run).with("steps", &Value::Object(steps));
    if let Some(step) = step_at(document, position) {
        context = context
            .with("step", &json!({"id": step.id, "idempotency_key": format!("{}:{position}", run.id)}));
    }
    for at in &needs.loops {
        let (Some(step), Some(index)) = (step_at(document, at), item_of(position, at)) else { continue };
        if let StepKind::ForEach { items, name, .. } = &step.kind {
            let place = format!("{}.items", step.id);
            let item = item(&place, items, index, &context)?;
            context = context.with(name, &item);
        }
    }
    Ok(context)
}

fn of_run(document: &Document, run: &Run) -> Context {
    Context::default()
        .with("trigger", &run.trigger)
        .with("settings", &Value::Object(run.settings.clone()))
        .with("user", &json!({"id": run.user}))
        .with("connection", &json!({"id": run.connection}))
        .with("project", &json!({"id": run.project}))
        .with("workflow", &json!({"id": run.workflow, "name": document.name, "version": run.version}))
        .with("run", &json!({"id": run.id, "started_at": run.started_at.to_string()}))
}

/// Returns `{{ steps.<id> }}`: the output, or why there is none.
fn result(record: &StepRecord) -> Value {
    match (&record.output, &record.error) {
        (Some(output), _) => output.clone(),
        (None, error) => json!({"error": error}),
    }
}

fn item(place: &str, items: &str, index: usize, context: &Context) -> Result<Value, RenderError> {
    let missing =
        |message: String| RenderError { place: place.to_owned(), code: "reference_missing", message };
    match render_text(place, items, context)? {
        Value::Array(mut items) if index < items.len().min(limits::MOST_ITEMS) => {
            Ok(items.swap_remove(index))
        }
        Value::Array(items) => {
            Err(missing(format!("There is no item {index} in the list of {}.", items.len())))
        }
        _ => Err(missing("It is no list.".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{ProjectId, Timestamp, WorkflowId},
        workflows::{RunState, StartedBy, StepError, new_run_id, records_needed, template::render},
    };

    fn document() -> Document {
        serde_json::from_value(json!({"name": "Rows", "trigger": {"type": "request"}, "steps": [
            {"id": "get", "type": "response", "body": "{{ trigger.body }}", "continue_on_error": true},
            {"id": "outer", "type": "for_each", "items": "{{ steps.get }}", "as": "row", "steps": [
                {"id": "inner", "type": "for_each", "items": "{{ row.cells }}", "steps": [
                    {"id": "cell", "type": "response", "body": "{{ row.name }}{{ item }}{{ settings.end }}"},
                ]},
            ]},
            {"id": "last", "type": "response",
             "body": "{{ steps.get.error.code }} {{ workflow.name }} {{ step.id }}"},
        ]}))
        .unwrap()
    }

    fn run() -> Run {
        let workflow = WorkflowId::random();
        Run {
            id: new_run_id(workflow, Timestamp(1_000)),
            project: ProjectId::random(),
            workflow,
            version: 3,
            user: "ada".parse().unwrap(),
            connection: None,
            started_by: StartedBy::Request,
            trigger: json!({"body": "text"}),
            settings: json!({"end": "!"}).as_object().unwrap().clone(),
            started_at: Timestamp(1_000),
            state: RunState::Running { position: Position::FIRST, failures: 0, due_at: None },
            revision: 1,
            steps: 0,
            response: None,
            replay_of: None,
        }
    }

    fn record(position: &str, step: &str, output: Result<Value, StepError>) -> StepRecord {
        StepRecord {
            position: position.parse().unwrap(),
            step: step.to_owned(),
            at: Timestamp(0),
            ms: 0,
            attempts: 1,
            input: Value::Null,
            output: output.as_ref().ok().cloned(),
            error: output.err(),
        }
    }

    fn rows() -> Value {
        json!([{"name": "a", "cells": [1, 2]}, {"name": "b", "cells": [{"x": 3}]}])
    }

    /// Renders the step at a position as a runner does, with only the records that are needed.
    fn body(position: &str, records: &[StepRecord]) -> Result<Value, RenderError> {
        let (document, position) = (document(), position.parse().unwrap());
        let needed = records_needed(&document, &position);
        let given: Vec<StepRecord> =
            records.iter().filter(|record| needed.contains(&record.position)).cloned().collect();
        let context = context(&document, &run(), &position, &given)?;
        Ok(render("", &step_at(&document, &position).unwrap().input(), &context)?["body"].clone())
    }

    #[test]
    fn references_lead_to_the_trigger_to_records_and_to_items() {
        let records = [record("0", "get", Ok(rows())), record("1", "outer", Ok(json!({"count": 2})))];
        assert_eq!(body("0", &[]).unwrap(), json!("text"));
        assert_eq!(body("1.0.0.1.0", &records).unwrap(), json!("a2!"));
        assert_eq!(body("1.1.0.0.0", &records).unwrap(), json!(r#"b{"x":3}!"#));
    }

    #[test]
    fn a_step_that_failed_has_an_error() {
        let error = StepError { code: "http_failed".to_owned(), message: "No.".to_owned() };
        let records = [record("0", "get", Err(error))];
        assert_eq!(body("2", &records).unwrap(), json!("http_failed Rows last"));
        let error = body("1.0.0.0.0", &records).unwrap_err();
        assert_eq!((error.place.as_str(), error.message.as_str()), ("outer.items", "It is no list."));
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let records = [record("0", "get", Ok(rows()))];
        assert_eq!(body("1.7.0.0.0", &records).unwrap_err().message, "There is no item 7 in the list of 2.");
        assert_eq!(body("1.0.0.0.0", &[]).unwrap_err().code, "reference_missing");
    }

    #[test]
    fn keys_are_the_runs_and_the_positions() {
        let (document, run) = (document(), run());
        let records = [record("0", "get", Ok(rows()))];
        let context = context(&document, &run, &"1.0.0".parse().unwrap(), &records).unwrap();
        let text = |text: &str| render_text("x", text, &context).unwrap();
        assert_eq!(text("{{ step.idempotency_key }}"), json!(format!("{}:1.0.0", run.id)));
        assert_eq!(text("{{ run.started_at }} {{ user.id }}"), json!("1970-01-01T00:00:01Z ada"));
        assert_eq!(text("{{ workflow.version }}"), json!(3));
        assert_eq!(text("{{ connection.id }}"), json!(null));
    }
}
