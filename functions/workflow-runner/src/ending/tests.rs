use serde_json::json;
use shared::{
    model::{ProjectId, WorkflowId},
    workflows::{StartedBy, new_run_id, step_at},
};

use super::*;

const NOW: Timestamp = Timestamp(1_000_000);

/// Returns a run at its first step, which has these members; a second one follows.
fn at(step: &Value, failures: u32) -> (Present, Step) {
    let mut first = json!({"id": "first", "type": "http", "url": "https://example.com/"});
    for (name, value) in step.as_object().unwrap() {
        first[name] = value.clone();
    }
    let steps = json!([first, {"id": "second", "type": "response"}]);
    let document = json!({"name": "Sample", "trigger": {"type": "request"}, "steps": steps});
    let workflow = WorkflowId::random();
    let run = Run {
        id: new_run_id(workflow, NOW),
        project: ProjectId::random(),
        workflow,
        version: 1,
        user: "ada".parse().unwrap(),
        connection: None,
        started_by: StartedBy::Request,
        trigger: Value::Null,
        settings: Default::default(),
        started_at: NOW,
        state: RunState::Running { position: Position::FIRST, failures, due_at: None },
        revision: 7,
        steps: 0,
        response: None,
        replay_of: None,
    };
    let document = serde_json::from_value(document).unwrap();
    let present = Present { run, document, position: Position::FIRST, failures, records: Vec::new() };
    let step = step_at(&present.document, &present.position).unwrap().clone();
    (present, step)
}

fn after_ending(step: &Value, failures: u32, ending: Ending) -> (Run, Option<StepRecord>) {
    let (present, step) = at(step, failures);
    let advanced = advanced(&present, &step, (json!({}), ending.fitting()), NOW, NOW);
    assert_eq!(advanced.0.revision, 8);
    advanced
}

fn passing(wait: Option<Duration>) -> Ending {
    let error = StepError { code: "http_failed".to_owned(), message: "It answered 503.".to_owned() };
    Ending::Failed(Trouble { error, may_pass: true, wait })
}

fn position(state: &RunState) -> (String, u32, Option<Timestamp>) {
    let RunState::Running { position, failures, due_at } = state else { panic!("{state:?}") };
    (position.to_string(), *failures, *due_at)
}

#[test]
fn a_step_that_is_done_leads_to_the_next_one_after_its_wait() {
    let (run, record) = after_ending(&json!({}), 2, Ending::done(json!({"a": 1})));
    assert_eq!((position(&run.state), run.steps), (("1".to_owned(), 0, None), 1));
    let record = record.unwrap();
    assert_eq!((record.attempts, record.output, record.error), (3, Some(json!({"a": 1})), None));
    let wait = Duration::from_secs(60);
    let delay = Ending::Done { output: json!({}), outcome: Outcome::Done, response: None, wait };
    let (run, _) = after_ending(&json!({}), 0, delay);
    assert_eq!(position(&run.state), ("1".to_owned(), 0, Some(NOW.plus(wait))));
}

#[test]
fn a_failure_that_may_pass_is_tried_again_later_and_later() {
    let (run, record) = after_ending(&json!({}), 0, passing(None));
    let (place, failures, due_at) = position(&run.state);
    let wait = due_at.unwrap().since(NOW);
    assert_eq!((place.as_str(), failures, run.steps), ("0", 1, 0));
    assert!(wait >= Duration::from_secs(5) && wait <= Duration::from_secs(6), "{wait:?}");
    assert_eq!(record.unwrap().error.unwrap().code, "http_failed");
    let asked = Duration::from_secs(3_600);
    let (run, _) = after_ending(&json!({}), 3, passing(Some(asked)));
    assert!(position(&run.state).2.unwrap().since(NOW) >= asked);
}

#[test]
fn the_last_failure_ends_the_run_or_lets_it_go_on() {
    for step in [json!({"attempts": 3}), json!({"attempts": 3, "continue_on_error": false})] {
        let (run, _) = after_ending(&step, 2, passing(None));
        assert!(matches!(&run.state, RunState::Failed { step, .. } if step == "first"), "{:?}", run.state);
    }
    let (run, record) = after_ending(&json!({"attempts": 1, "continue_on_error": true}), 0, passing(None));
    assert_eq!(position(&run.state), ("1".to_owned(), 0, None));
    assert!(record.unwrap().error.is_some());
    let lasting = Ending::Failed(Trouble::of("http_refused", "It answered 404."));
    let (run, _) = after_ending(&json!({}), 0, lasting);
    assert!(run.state.is_over(), "it is not tried again");
}

#[test]
fn a_pause_and_a_part_cost_no_attempt() {
    let (run, record) = after_ending(&json!({}), 4, Ending::Paused(Duration::from_secs(30)));
    assert_eq!(position(&run.state), ("0".to_owned(), 4, Some(NOW.plus(Duration::from_secs(30)))));
    assert_eq!(record, None, "nothing was attempted");
    let (run, record) = after_ending(&json!({}), 0, Ending::Part(json!({"resume": "r"})));
    assert_eq!((position(&run.state), run.steps), (("0".to_owned(), 0, None), 0));
    assert_eq!(record.unwrap().output, Some(json!({"resume": "r"})));
}

#[test]
fn an_output_that_is_too_large_fails_the_step() {
    let large = Ending::done(json!("x".repeat(limits::LARGEST_OUTPUT)));
    let (run, record) = after_ending(&json!({}), 0, large);
    let RunState::Failed { error, .. } = &run.state else { panic!("{:?}", run.state) };
    assert_eq!(error.code, "output_too_large");
    assert_eq!(record.unwrap().output, None);
}

#[test]
fn the_tick_looks_after_what_waits() {
    let at = |seconds| NOW.plus(Duration::from_secs(seconds));
    assert_eq!(wake_at(None, NOW), None);
    assert_eq!(wake_at(Some(NOW), NOW), None, "its message is on its way");
    assert_eq!(wake_at(Some(at(60)), NOW), Some(at(360)), "should the message get lost");
    assert_eq!(wake_at(Some(at(3_600)), NOW), Some(at(3_600)), "no message is that late");
}
