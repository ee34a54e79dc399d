//! Names of connections in requests: their ids, or the integers of Carbon's clients.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;

use super::{ConnectionId, ItemNumber};

/// Maximum number of digits of an ordinal.
const MAX_DIGITS: usize = 8;

/// A connection's name in a request. Every route that takes one of the two forms takes the other, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionName {
    /// The connection's id, a UUID.
    Id(ConnectionId),
    /// The connection's ordinal in its project.
    Ordinal(u32),
}

/// A text or value that names no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither a UUID nor an integer from 1 to {}", ItemNumber::MAX_ORDINAL)]
pub struct NoConnectionName;

impl ConnectionName {
    /// Reads a JSON value: a UUID as a string, or an integer.
    ///
    /// # Errors
    /// [`NoConnectionName`] for any other value.
    pub fn of_value(value: &Value) -> Result<Self, NoConnectionName> {
        match value {
            Value::Number(number) => Self::of_number(number.as_u64().ok_or(NoConnectionName)?),
            Value::String(text) => text.parse().map(Self::Id).map_err(|_| NoConnectionName),
            _ => Err(NoConnectionName),
        }
    }

    /// Returns whether a connection has this name.
    #[must_use]
    pub fn names(self, id: ConnectionId, ordinal: u32) -> bool {
        match self {
            Self::Id(named) => named == id,
            Self::Ordinal(named) => named == ordinal,
        }
    }

    fn of_number(number: u64) -> Result<Self, NoConnectionName> {
        let ordinal = u32::try_from(number).ok().filter(|one| (1..=ItemNumber::MAX_ORDINAL).contains(one));
        ordinal.map(Self::Ordinal).ok_or(NoConnectionName)
    }
}

/// Reads a part of a path or a header.
impl FromStr for ConnectionName {
    type Err = NoConnectionName;

    fn from_str(text: &str) -> Result<Self, NoConnectionName> {
        let is_number = text.len() <= MAX_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && !text.starts_with('0') {
            return Self::of_number(text.parse().map_err(|_| NoConnectionName)?);
        }
        text.parse().map(Self::Id).map_err(|_| NoConnectionName)
    }
}

impl<'de> Deserialize<'de> for ConnectionName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of_value(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a";

    #[test]
    fn ids_and_integers_are_read_from_paths_and_bodies() {
        let id = ConnectionName::Id(ID.parse().unwrap());
        assert_eq!((ID.parse(), ConnectionName::of_value(&json!(ID))), (Ok(id), Ok(id)));
        let ordinal = ConnectionName::Ordinal(7);
        assert_eq!(("7".parse(), ConnectionName::of_value(&json!(7))), (Ok(ordinal), Ok(ordinal)));
        let last = ConnectionName::Ordinal(ItemNumber::MAX_ORDINAL);
        assert_eq!("16777215".parse(), Ok(last));
    }

    #[test]
    fn other_texts_and_values_are_refused() {
        for text in ["", "0", "07", "+7", "-1", " 7", "7.0", "16777216", "99999999", "1e3", "x"] {
            assert!(text.parse::<ConnectionName>().is_err(), "{text}");
        }
        for value in [json!(0), json!(-1), json!(1.5), json!("7"), json!(16_777_216), json!(null), json!([1])]
        {
            assert!(ConnectionName::of_value(&value).is_err(), "{value}");
        }
    }
}
