//! The input of a step.

use serde_json::{Value, json};

use super::{Step, StepKind};

impl Step {
    /// Returns the members of the step in which references are replaced, by their names in the document.
    /// Rendered, they are what the step works with, and what its record shows.
    #[must_use]
    pub fn input(&self) -> Value {
        match &self.kind {
            StepKind::Action { parameters, .. } => json!({"parameters": parameters}),
            StepKind::Dropbox { argument, .. } => json!({"argument": argument}),
            StepKind::Http { url, headers, body, .. } => {
                let mut input = json!({"url": url, "headers": headers});
                if let Some(body) = body {
                    input["body"] = body.clone();
                }
                input
            }
            StepKind::Condition { condition, .. } => json!({"if": condition}),
            StepKind::ForEach { items, .. } => json!({"items": items}),
            StepKind::Delay { seconds } => json!({"seconds": seconds}),
            StepKind::Response { body, .. } => json!({"body": body}),
        }
    }

    /// Returns the lists of steps in it, with the names that they have in the document.
    pub(crate) fn lists(&self) -> Vec<(&'static str, &[Self])> {
        match &self.kind {
            StepKind::Condition { then, otherwise, .. } => vec![("then", then), ("else", otherwise)],
            StepKind::ForEach { steps, .. } => vec![("steps", steps)],
            _ => Vec::new(),
        }
    }
}
