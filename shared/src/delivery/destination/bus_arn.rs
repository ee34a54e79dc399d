//! ARNs of event buses.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{InvalidDestination, Partition, arn::Arn};

/// Maximum length of a bus's name, in characters (Amazon EventBridge API Reference, `CreateEventBus`).
const LONGEST_NAME: usize = 256;

/// The ARN of an event bus: `arn:aws:events:eu-central-1:123456789012:event-bus/events`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BusArn(String);

impl BusArn {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the region.
    #[must_use]
    pub fn region(&self) -> &str {
        self.0.split(':').nth(3).unwrap_or_default()
    }

    /// Returns the name, by which it is known in its account and region.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }

    pub(super) fn account(&self) -> &str {
        self.0.split(':').nth(4).unwrap_or_default()
    }

    pub(super) fn partition(&self) -> Partition {
        Partition::of_region(self.region()).unwrap_or(Partition::Aws)
    }
}

impl FromStr for BusArn {
    type Err = InvalidDestination;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let arn = Arn::parse(text, "events").ok_or(InvalidDestination::BusArn)?;
        let name = arn.resource.strip_prefix("event-bus/").unwrap_or_default();
        let is_char = |byte: u8| byte.is_ascii_alphanumeric() || b"/.-_".contains(&byte);
        let is_name = (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_char);
        if !is_name || Partition::of_region(arn.region) != Some(arn.partition) {
            return Err(InvalidDestination::BusArn);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for BusArn {
    type Error = InvalidDestination;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<BusArn> for String {
    fn from(arn: BusArn) -> Self {
        arn.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_is_named_by_its_arn() {
        for text in [
            "arn:aws:events:eu-central-1:123456789012:event-bus/default",
            "arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/a.b-c_d/E",
            "arn:aws-cn:events:cn-north-1:123456789012:event-bus/events",
        ] {
            let arn: BusArn = text.parse().unwrap();
            assert_eq!((arn.as_str(), arn.region()), (text, text.split(':').nth(3).unwrap()));
            assert_eq!((arn.name(), arn.account()), (text.split_once('/').unwrap().1, "123456789012"));
        }
    }

    #[test]
    fn what_is_no_bus_is_refused() {
        let long = format!("arn:aws:events:eu-central-1:123456789012:event-bus/{}", "x".repeat(257));
        for text in [
            "",
            "default",
            "arn:aws:events:eu-central-1:123456789012:event-bus/",
            "arn:aws:events:eu-central-1:123456789012:rule/events",
            "arn:aws:events:eu-central-1:123456789012:event-bus/a b",
            "arn:aws:events:eu-central-1:123456789012:event-bus/a:b",
            "arn:aws:events:eu-central-1:12345678901:event-bus/events",
            "arn:aws:events:eu-central-1:aws:event-bus/events",
            "arn:aws:events::123456789012:event-bus/events",
            "arn:aws:events:cn-north-1:123456789012:event-bus/events",
            "arn:aws-cn:events:eu-central-1:123456789012:event-bus/events",
            "arn:aws-iso:events:eu-central-1:123456789012:event-bus/events",
            "arn:aws:sqs:eu-central-1:123456789012:events",
            " arn:aws:events:eu-central-1:123456789012:event-bus/events",
            &long,
        ] {
            assert_eq!(text.parse::<BusArn>(), Err(InvalidDestination::BusArn), "{text}");
        }
    }
}
