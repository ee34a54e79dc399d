//! JSON into a document, with the place of what cannot be read.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Problem;
use crate::workflows::{Document, Step, Trigger, limits};

/// Names of the lists of steps in a step.
const LISTS: [&str; 3] = ["then", "else", "steps"];
/// Maximum number of characters of what the parser says.
const LONGEST: usize = 300;

/// Reads a document. Members that are not known are refused, in steps as well.
///
/// # Errors
/// Says what cannot be read, with places: of each step, and of the rest.
pub fn read(json: &Value) -> Result<Document, Vec<Problem>> {
    if !json.is_object() {
        return Err(vec![Problem::new("", "It must be an object.")]);
    }
    serde_json::from_value(json.clone()).map_err(|error| {
        let mut problems = Vec::new();
        match json.get("steps") {
            Some(Value::Array(steps)) => of_steps("steps", steps, 1, &mut problems),
            Some(_) => problems.push(Problem::new("steps", "It must be a list.")),
            None => problems.push(Problem::new("steps", "It is missing.")),
        }
        of_the_rest(json, &mut problems);
        if problems.is_empty() {
            problems.push(Problem::new("", sentence(&error)));
        }
        problems
    })
}

fn of_steps(list: &str, steps: &[Value], depth: usize, problems: &mut Vec<Problem>) {
    for (index, step) in steps.iter().enumerate() {
        let place = format!("{list}[{index}]");
        let mut alone = step.clone();
        for name in LISTS {
            if let (Some(emptied), Some(Value::Array(inner))) = (alone.get_mut(name), step.get(name)) {
                *emptied = json!([]);
                if depth <= limits::DEEPEST_STEPS {
                    of_steps(&format!("{place}.{name}"), inner, depth + 1, problems);
                }
            }
        }
        problems.extend(problem_of::<Step>(&place, alone));
    }
}

fn of_the_rest(json: &Value, problems: &mut Vec<Problem>) {
    let mut rest = json.clone();
    rest["steps"] = json!([]);
    if let Some(trigger) = json.get("trigger") {
        let problem = problem_of::<Trigger>("trigger", trigger.clone());
        if let Some(problem) = problem {
            problems.push(problem);
            rest["trigger"] = json!({"type": "request"});
        }
    }
    problems.extend(problem_of::<Document>("", rest));
}

fn problem_of<T: DeserializeOwned>(place: &str, json: Value) -> Option<Problem> {
    let error = serde_path_to_error::deserialize::<_, T>(json).err()?;
    Some(Problem::new(below(place, &error.path().to_string()), sentence(error.inner())))
}

/// Returns the place of a member. The parser does not know it inside of steps and triggers, whose type it reads first.
fn below(place: &str, path: &str) -> String {
    let is_known = path != "." && !path.contains('?');
    match (place, is_known) {
        ("", true) => path.to_owned(),
        (place, true) => format!("{place}.{path}"),
        (place, false) => place.to_owned(),
    }
}

/// Returns what the parser says, as a sentence.
fn sentence(error: &serde_json::Error) -> String {
    let text: String = error.to_string().chars().take(LONGEST).collect();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
