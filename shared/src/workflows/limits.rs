//! Limits of workflows and their runs.

use std::time::Duration;

/// Maximum number of workflows of a project.
pub const MOST_WORKFLOWS: usize = 100;
/// Maximum size of a document, in bytes of compact JSON.
pub const LARGEST_DOCUMENT: usize = 64 * 1024;
/// Maximum number of steps of a document, in all lists together.
pub const MOST_STEPS: usize = 50;
/// Maximum depth of lists of steps: the document's own list is the first.
pub const DEEPEST_STEPS: usize = 4;
/// Maximum number of settings of a document.
pub const MOST_SETTINGS: usize = 50;
/// Maximum number of characters of a step's id, a setting's id, or the name of an item.
pub const LONGEST_ID: usize = 40;
/// Maximum number of characters of a document's name, a setting's title, or an application event's name.
pub const LONGEST_NAME: usize = 200;
/// Maximum number of characters of a description.
pub const LONGEST_DESCRIPTION: usize = 2_000;
/// Maximum number of items of a for-each.
pub const MOST_ITEMS: usize = 1_000;
/// Maximum number of steps that a run does. A step of a for-each counts for each item.
pub const MOST_STEPS_DONE: u64 = 10_000;
/// Maximum duration of a run.
pub const LONGEST_RUN: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Maximum duration of a delay.
pub const LONGEST_DELAY: Duration = LONGEST_RUN;
/// Maximum size of a step's output, in bytes of compact JSON.
pub const LARGEST_OUTPUT: usize = 256 * 1024;
/// Maximum size of what a run is started with, in bytes of compact JSON.
pub const LARGEST_TRIGGER: usize = 64 * 1024;
/// Maximum size of a record's input, in bytes of compact JSON.
pub const LARGEST_RECORDED_INPUT: usize = 8 * 1024;
/// Number of attempts of a step that names none.
pub const ATTEMPTS: u8 = 5;
/// Maximum number of attempts of a step.
pub const MOST_ATTEMPTS: u8 = 10;
/// Minutes between two runs of a schedule: the fewest.
pub const SHORTEST_SCHEDULE: u32 = 5;
/// Minutes between two runs of a schedule: the most, which is a week.
pub const LONGEST_SCHEDULE: u32 = 7 * 24 * 60;
/// Maximum number of headers of an HTTP step.
pub const MOST_HEADERS: usize = 50;

/// Maximum number of bytes of one reference, the text between `{{` and `}}`. The template library compiles by
/// recursion: this bounds its depth.
pub const LONGEST_REFERENCE: usize = 1_000;
/// Maximum number of references in the texts of one step.
pub const MOST_REFERENCES: usize = 200;
/// Work that one reference may take, in the template library's units of fuel: an instruction costs one, and 64
/// bytes of strings that it makes another one.
pub const FUEL: u64 = 200_000;
