//! Position of a run in the tree of its steps.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A place in the tree of steps: the index of a step in its list, and for each list around it the way in.
///
/// Its text is `2`; `2.then.0`, the first step of a condition's `then`; `3.7.1`, the second step for the eighth item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Position {
    /// The steps around it, outermost first: the index of each, and the way in.
    pub around: Vec<(usize, Way)>,
    /// Index of the step in its list.
    pub index: usize,
}

/// The way into the steps of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// A condition that holds.
    Then,
    /// A condition that does not hold.
    Else,
    /// An item of a list, by its index.
    Item(usize),
}

impl Position {
    /// The first step.
    pub const FIRST: Self = Self { around: Vec::new(), index: 0 };
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, way) in &self.around {
            match way {
                Way::Then => write!(f, "{index}.then.")?,
                Way::Else => write!(f, "{index}.else.")?,
                Way::Item(item) => write!(f, "{index}.{item}.")?,
            }
        }
        write!(f, "{}", self.index)
    }
}

/// Error for a text that is no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no position in a workflow, such as `2.then.0`")]
pub struct InvalidPosition;

impl FromStr for Position {
    type Err = InvalidPosition;

    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        let parts: Vec<&str> = text.split('.').collect();
        let (ways, [last]) = parts.as_chunks::<2>() else { return Err(InvalidPosition) };
        let number = |text: &str| text.parse::<usize>().map_err(|_| InvalidPosition);
        let around = ways.iter().map(|[index, way]| {
            let way = match *way {
                "then" => Way::Then,
                "else" => Way::Else,
                item => Way::Item(number(item)?),
            };
            Ok((number(index)?, way))
        });
        Ok(Self { around: around.collect::<Result<_, _>>()?, index: number(last)? })
    }
}

impl TryFrom<String> for Position {
    type Error = InvalidPosition;

    fn try_from(text: String) -> Result<Self, InvalidPosition> {
        text.parse()
    }
}

impl From<Position> for String {
    fn from(position: Position) -> Self {
        position.to_string()
    }
}
