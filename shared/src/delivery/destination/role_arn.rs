//! ARNs of roles that Dropline assumes.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{InvalidDestination, Partition, arn::Arn};

/// Path below which a role must be. The event sender's own role may assume no other (`infra/template.yaml`), so that a
/// project cannot name another role of the account in which Dropline runs.
const PATH: &str = "role/dropline/";
/// Maximum length of a path, in characters (IAM API Reference, `CreateRole`).
const LONGEST_PATH: usize = 512;
/// Maximum length of a role's name, in characters (the same).
const LONGEST_NAME: usize = 64;

/// The ARN of a role below the path `/dropline/`: `arn:aws:iam::123456789012:role/dropline/events`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoleArn(String);

impl RoleArn {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn account(&self) -> &str {
        self.0.split(':').nth(4).unwrap_or_default()
    }

    pub(super) fn partition(&self) -> Partition {
        Arn::parse(&self.0, "iam").map_or(Partition::Aws, |arn| arn.partition)
    }
}

impl FromStr for RoleArn {
    type Err = InvalidDestination;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let arn = Arn::parse(text, "iam").ok_or(InvalidDestination::RoleArn)?;
        if !arn.region.is_empty() || !arn.resource.starts_with("role/") || !is_role(arn.resource) {
            return Err(InvalidDestination::RoleArn);
        }
        if !arn.resource.starts_with(PATH) {
            return Err(InvalidDestination::RolePath);
        }
        Ok(Self(text.to_owned()))
    }
}

/// Whether a resource is a role: `role/`, a path, and a name.
fn is_role(resource: &str) -> bool {
    let (path, name) = resource.rsplit_once('/').unwrap_or_default();
    let is_char = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(is_char);
    path.len() <= LONGEST_PATH && path.split('/').all(is_part) && name.len() <= LONGEST_NAME && is_part(name)
}

impl TryFrom<String> for RoleArn {
    type Error = InvalidDestination;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RoleArn> for String {
    fn from(arn: RoleArn) -> Self {
        arn.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_below_the_path_that_dropline_may_assume() {
        for text in [
            "arn:aws:iam::123456789012:role/dropline/events",
            "arn:aws-cn:iam::123456789012:role/dropline/a/b/events_of=us,1@2.3+4",
        ] {
            assert_eq!(text.parse::<RoleArn>().unwrap().as_str(), text);
        }
        for text in [
            "arn:aws:iam::123456789012:role/events",
            "arn:aws:iam::123456789012:role/Dropline/events",
            "arn:aws:iam::123456789012:role/dropline-events",
            "arn:aws:iam::123456789012:role/a/dropline/events",
        ] {
            assert_eq!(text.parse::<RoleArn>(), Err(InvalidDestination::RolePath), "{text}");
        }
    }

    #[test]
    fn what_is_no_role_is_refused() {
        let long = format!("arn:aws:iam::123456789012:role/dropline/{}", "x".repeat(65));
        for text in [
            "",
            "events",
            "arn:aws:iam::123456789012:user/dropline/events",
            "arn:aws:iam::123456789012:role/dropline/",
            "arn:aws:iam::123456789012:role/dropline//events",
            "arn:aws:iam::123456789012:role/dropline/*",
            "arn:aws:iam::123456789012:role/dropline/a b",
            "arn:aws:iam:eu-central-1:123456789012:role/dropline/events",
            "arn:aws:iam::1234:role/dropline/events",
            "arn:aws:sts::123456789012:assumed-role/dropline/events",
            "arn:other:iam::123456789012:role/dropline/events",
            &long,
        ] {
            assert_eq!(text.parse::<RoleArn>(), Err(InvalidDestination::RoleArn), "{text}");
        }
    }
}
