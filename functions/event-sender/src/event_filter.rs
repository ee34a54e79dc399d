//! Choice of the events that are posted to an endpoint, and of those that are posted together.

use shared::{
    delivery::{Endpoint, Format, Matcher},
    model::Event,
};

use crate::Failure;

/// Choice of the events that are posted to an endpoint.
pub(crate) struct EventFilter<'a> {
    matcher: Matcher,
    format: &'a Format,
}

impl<'a> EventFilter<'a> {
    /// Returns those that its filter wants, and that its format has a body for.
    pub(crate) fn of(endpoint: &'a Endpoint) -> Result<Self, Failure> {
        let compiled = endpoint.filter.compiled();
        let matcher = compiled.map_err(|_| Failure::Corrupt("an endpoint's filter cannot be read"))?;
        Ok(Self { matcher, format: &endpoint.format })
    }

    pub(crate) fn includes(&self, event: &Event) -> bool {
        self.matcher.wants(event) && self.format.has_body(event)
    }

    /// Whether an event and the next one may be in the same request.
    pub(crate) fn joins(&self, one: &Event, next: &Event) -> bool {
        self.format.joins(one, next)
    }
}
