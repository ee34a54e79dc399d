//! The endpoint through which events start a workflow.

use super::{Trigger, Workflow};
use crate::{
    delivery::{Destination, Endpoint, EventType, Filter, Format, Order, Purpose},
    model::Timestamp,
};

/// Maximum number of events for which runs are started before the position moves on.
const EVENTS: u16 = 10;

impl Workflow {
    /// Returns the endpoint whose events start the workflow: it has the workflow's own id, and is never shown as an
    /// endpoint. `None` if no event starts it. `version` is the endpoint's own; events from before `now` start
    /// nothing.
    #[must_use]
    pub fn listener(&self, version: u64, now: Timestamp) -> Option<Endpoint> {
        Some(Endpoint {
            id: self.endpoint(),
            project: self.project,
            version,
            purpose: Purpose::Events,
            destination: Destination::Workflow,
            url: String::new(),
            description: None,
            filter: self.document.trigger.filter()?,
            format: Format::Standard,
            signatures: Vec::new(),
            order: Order::Ordered,
            batch: EVENTS,
            // A paused workflow starts no runs, also not later; a paused endpoint's events would wait.
            paused: false,
            created_at: self.created_at,
            starts_at: now,
            keys: Vec::new(),
            headers: None,
        })
    }
}

impl Trigger {
    /// Returns the filter of the events among which are those that start the workflow; `None` if no event does.
    fn filter(&self) -> Option<Filter> {
        match self {
            Self::Event { filter } => Some(filter.clone()),
            Self::ApplicationEvent { .. } => {
                Some(Filter { types: [EventType::Application].into(), ..Filter::default() })
            }
            Self::Request {} | Self::Schedule { .. } => None,
        }
    }
}
