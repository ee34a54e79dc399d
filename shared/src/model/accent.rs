//! Colours of projects.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The colour of a project's pages: red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Accent(pub [u8; 3]);

impl Accent {
    /// Returns its six hexadecimal digits.
    #[must_use]
    pub fn digits(self) -> String {
        let [red, green, blue] = self.0;
        format!("{red:02x}{green:02x}{blue:02x}")
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.digits())
    }
}

impl From<Accent> for String {
    fn from(accent: Accent) -> Self {
        accent.to_string()
    }
}

/// Error for a text that is not `#` with six hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a colour is # with six hexadecimal digits, such as #0b5cff")]
pub struct NotAColour;

impl FromStr for Accent {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(NotAColour)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NotAColour);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| NotAColour)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl TryFrom<String> for Accent {
    type Error = NotAColour;

    fn try_from(text: String) -> Result<Self, NotAColour> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_digits() {
        assert_eq!("#0B5cff".parse::<Accent>().unwrap().to_string(), "#0b5cff");
        for wrong in ["", "#", "0b5cff", "#0b5cf", "#0b5cff0", "#+b5cff", "red", "#0b5cfg", "#ü5cff"] {
            assert_eq!(wrong.parse::<Accent>(), Err(NotAColour), "{wrong}");
        }
    }
}
