//! Values with references replaced.

use minijinja::{Error, ErrorKind};
use serde_json::{Map, Value};

use super::{
    Context, Malformed,
    environment::ENVIRONMENT,
    json::{Budget, to_json},
    reference,
    text::{self, Part},
};
use crate::workflows::{
    StepError,
    limits::{LARGEST_OUTPUT, MOST_REFERENCES},
};

/// Maximum number of characters of what the library says about an error.
const LONGEST_DETAIL: usize = 200;

/// Reason why references could not be replaced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct RenderError {
    /// The place of the text, such as `parameters.path`.
    pub place: String,
    /// `reference_missing`, `template_failed`, `too_much_work` or `output_too_large`.
    pub code: &'static str,
    /// A sentence about it.
    pub message: String,
}

impl From<RenderError> for StepError {
    fn from(error: RenderError) -> Self {
        Self { code: error.code.to_owned(), message: error.to_string() }
    }
}

/// Returns a JSON value in whose texts references are replaced.
///
/// A text that is one reference and nothing else becomes the value itself, with its type. In other texts values
/// are written: null as nothing, lists and objects as compact JSON. `place` is where the value is, for errors; it
/// may be empty. Names of members stay as they are.
///
/// # Errors
/// Fails if a value does not exist, if an expression fails or takes too much work, and if the result has more than
/// 256 KB.
pub fn render(place: &str, value: &Value, context: &Context) -> Result<Value, RenderError> {
    let mut rendering = Rendering::new(context);
    rendering.value(&mut place.to_owned(), value)
}

/// Returns a text with references replaced, like [`render`].
///
/// # Errors
/// Renders one text, like [`render`].
pub fn render_text(place: &str, text: &str, context: &Context) -> Result<Value, RenderError> {
    Rendering::new(context).text(text).map_err(|error| error.at(place))
}

/// Whether a condition holds: false, null, 0, and an empty text, list or object do not.
#[must_use]
pub fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// One rendering, with what is left of its limits.
struct Rendering<'a> {
    context: &'a Context,
    values: minijinja::Value,
    budget: Budget,
    references: usize,
}

impl<'a> Rendering<'a> {
    fn new(context: &'a Context) -> Self {
        let (values, budget) = (context.to_value(), Budget::of(LARGEST_OUTPUT));
        Self { context, values, budget, references: MOST_REFERENCES }
    }

    fn value(&mut self, place: &mut String, value: &Value) -> Result<Value, RenderError> {
        match value {
            Value::String(text) => self.text(text).map_err(|error| error.at(place)),
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.map(|(index, item)| self.inside(place, &format!("[{index}]"), item)).collect()
            }
            Value::Object(members) => {
                let rendered = members.iter().map(|(name, member)| {
                    let dot = if place.is_empty() { "" } else { "." };
                    Ok((name.clone(), self.inside(place, &format!("{dot}{name}"), member)?))
                });
                Ok(Value::Object(rendered.collect::<Result<Map<_, _>, _>>()?))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value.clone()),
        }
    }

    fn inside(&mut self, place: &mut String, step: &str, value: &Value) -> Result<Value, RenderError> {
        let length = place.len();
        place.push_str(step);
        let rendered = self.value(place, value);
        place.truncate(length);
        rendered
    }

    fn text(&mut self, text: &str) -> Result<Value, Failure> {
        let parts = text::split(text)?;
        if let [Part::Expression(expression)] = parts.as_slice() {
            return self.evaluate(expression);
        }
        let mut rendered = String::new();
        for part in parts {
            match part {
                Part::Plain(plain) => rendered.push_str(plain),
                Part::Expression(expression) => match self.evaluate(expression)? {
                    Value::Null => {}
                    Value::String(text) => rendered.push_str(&text),
                    value => rendered.push_str(&value.to_string()),
                },
            }
        }
        Ok(Value::String(rendered))
    }

    fn evaluate(&mut self, expression: &str) -> Result<Value, Failure> {
        self.references = self.references.checked_sub(1).ok_or(Failure::TooManyReferences)?;
        let uses = reference::uses(expression)?;
        let evaluated = ENVIRONMENT
            .compile_expression(expression)
            .and_then(|compiled| compiled.eval(self.values.clone()));
        evaluated.and_then(|value| to_json(&value, &mut self.budget)).map_err(|error| {
            let missing = uses.references.iter().find_map(|reference| self.context.missing(reference));
            match missing.filter(|_| is_about_undefined(&error) || !uses.minds_what_exists()) {
                Some(missing) => Failure::Missing(missing.to_string()),
                None => Failure::Library { expression: cut(expression), error },
            }
        })
    }
}

fn is_about_undefined(error: &Error) -> bool {
    error.kind() == ErrorKind::UndefinedError
        || error.detail().is_some_and(|detail| detail.contains("undefined"))
}

/// Reason why a text could not be rendered.
enum Failure {
    Malformed(Malformed),
    Missing(String),
    TooManyReferences,
    Library { expression: String, error: Error },
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl Failure {
    fn at(self, place: &str) -> RenderError {
        let (code, message) = match self {
            Self::Malformed(malformed) => ("template_failed", format!("The text {malformed}.")),
            Self::Missing(what) => ("reference_missing", format!("`{what}` does not exist.")),
            Self::TooManyReferences => {
                ("too_much_work", format!("There are more than {MOST_REFERENCES} references."))
            }
            Self::Library { expression, error } => of_library(&expression, &error),
        };
        RenderError { place: place.to_owned(), code, message }
    }
}

fn of_library(expression: &str, error: &Error) -> (&'static str, String) {
    match error.kind() {
        ErrorKind::OutOfFuel => ("too_much_work", format!("`{expression}` takes too much work.")),
        ErrorKind::WriteFailure => (
            "output_too_large",
            format!("With `{expression}` the result has more than {} KB.", LARGEST_OUTPUT / 1024),
        ),
        ErrorKind::UndefinedError => {
            ("reference_missing", format!("In `{expression}` something does not exist."))
        }
        kind => {
            let detail = cut(error.detail().unwrap_or_default());
            ("template_failed", format!("`{expression}` failed: {kind}: {detail}."))
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_DETAIL).collect()
}

#[cfg(test)]
mod tests;
