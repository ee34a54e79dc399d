//! Compares what endpoints received with what their filters leave of the streams.

use std::collections::BTreeSet;

use serde_json::Value;
use shared::{
    delivery::{AwsPlace, Destination, Endpoint, Matcher, Order},
    model::{Clock, Event},
    store::{Attempts, RunFilter, Runs},
    workflows::StartedBy,
};

use super::fixture::{Fixture, Source};

/// Returns what is wrong with what the endpoints received.
pub(super) async fn complaint(fixture: &Fixture) -> Option<String> {
    for endpoint in &fixture.endpoints {
        if endpoint.destination == Destination::Workflow {
            let found = of_workflow(fixture, endpoint).await;
            if found.is_some() {
                return found.map(|found| format!("workflow {}: {found}", endpoint.id));
            }
            continue;
        }
        let attempts =
            fixture.truth.attempts(endpoint.id, fixture.clock.now(), 1000).await.expect("the store answers");
        // A request that was given up is missing, and its attempt says so.
        let is_given_up = attempts.iter().any(|attempt| attempt.last);
        let received = fixture.receivers.at(place(endpoint));
        for source in fixture.sources.values() {
            let found = of_source(endpoint, source, &received, is_given_up);
            if found.is_some() {
                return found.map(|found| format!("endpoint {}: {found}", endpoint.id));
            }
        }
    }
    None
}

/// Returns the address of an endpoint, or that of its queue.
fn place(endpoint: &Endpoint) -> &str {
    match endpoint.destination.aws().map(|aws| &aws.place) {
        Some(AwsPlace::Queue(queue)) => queue.as_str(),
        Some(AwsPlace::Bus(bus)) => bus.as_str(),
        None => &endpoint.url,
    }
}

/// Compares the runs of a workflow with the events that it wants: each has started one.
async fn of_workflow(fixture: &Fixture, endpoint: &Endpoint) -> Option<String> {
    let matcher = endpoint.filter.compiled().expect("it is a filter");
    let events = fixture.sources.values().flat_map(|source| source.changes.iter().chain(&source.notices));
    let mut expected: Vec<String> =
        events.filter(|event| matcher.wants(event)).map(|event| event.id.clone()).collect();
    let (mut started, mut after) = (Vec::new(), None);
    loop {
        let page = fixture.truth.runs(endpoint.project, &RunFilter::default(), after, 500).await;
        let page = page.expect("the store answers");
        started.extend(page.runs.into_iter().filter_map(|run| match run.started_by {
            StartedBy::Event { id } => Some(id),
            _ => None,
        }));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    expected.sort();
    started.sort();
    (started != expected).then(|| format!("{started:?} have started a run, and not {expected:?}"))
}

fn of_source(endpoint: &Endpoint, source: &Source, received: &[Value], is_given_up: bool) -> Option<String> {
    let connection = source.connection.id.to_string();
    let event_of = |body: &'_ Value| if body["payload"].is_null() { "data" } else { "payload" };
    let all = || received.iter().map(|body| body[event_of(body)]["id"].as_str().expect("an event has an id"));
    let mut seen = BTreeSet::new();
    let ids: Vec<&str> =
        all().filter(|id| id.starts_with(&connection)).filter(|id| seen.insert(*id)).collect();
    let matcher = endpoint.filter.compiled().expect("it is a filter");
    let (changes, notices) = (wanted(&matcher, &source.changes), wanted(&matcher, &source.notices));
    let expected: BTreeSet<&str> = changes.iter().chain(&notices).copied().collect();
    if let Some(stranger) = ids.iter().find(|id| !expected.contains(*id)) {
        return Some(format!("{stranger} was not wanted"));
    }
    if endpoint.order == Order::Parallel {
        let missing = expected.iter().find(|id| !seen.contains(*id));
        return missing.filter(|_| !is_given_up).map(|id| format!("{id} was not delivered"));
    }
    for expected in [&changes, &notices] {
        let came: Vec<&str> = ids.iter().filter(|id| expected.contains(id)).copied().collect();
        if came != *expected {
            return Some(format!("came {came:?} and not {expected:?}"));
        }
    }
    None
}

/// Returns the ids of the wanted events, each once.
fn wanted<'a>(matcher: &Matcher, events: &'a [Event]) -> Vec<&'a str> {
    events.iter().filter(|event| matcher.wants(event)).map(|event| event.id.as_str()).collect()
}
