//! Partitions of AWS: groups of regions with accounts of their own.

/// A partition of AWS. Accounts, roles and credentials of one are unknown in the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partition {
    /// `aws`: the public regions.
    Aws,
    /// `aws-cn`: the regions in China.
    China,
    /// `aws-us-gov`: the regions for authorities of the United States.
    UsGov,
}

impl Partition {
    /// Returns the partition of a region, such as `eu-central-1`; `None` if it is not known, or if the text is no
    /// region.
    #[must_use]
    pub fn of_region(region: &str) -> Option<Self> {
        let mut parts = region.split('-');
        let area = parts.next()?;
        let is_area = area.len() == 2 && is_lower(area);
        let number = parts.next_back()?;
        let is_number =
            !number.is_empty() && number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit());
        let middle: Vec<&str> = parts.collect();
        if !is_area || !is_number || middle.is_empty() || !middle.iter().all(|part| is_lower(part)) {
            return None;
        }
        match (area, middle[0]) {
            ("cn", _) => Some(Self::China),
            ("us", "gov") => Some(Self::UsGov),
            ("us", "iso" | "isob" | "isof") => None,
            _ => Some(Self::Aws),
        }
    }

    /// Returns the partition with this name in ARNs.
    #[must_use]
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Aws, Self::China, Self::UsGov].into_iter().find(|partition| partition.as_str() == name)
    }

    /// Returns the name in ARNs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::UsGov => "aws-us-gov",
        }
    }

    /// Returns the end of the names of its services.
    pub(super) fn domain(self) -> &'static str {
        match self {
            Self::Aws | Self::UsGov => "amazonaws.com",
            Self::China => "amazonaws.com.cn",
        }
    }
}

fn is_lower(text: &str) -> bool {
    !text.is_empty() && text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_in_one_partition() {
        for (region, partition) in [
            ("eu-central-1", Partition::Aws),
            ("us-east-1", Partition::Aws),
            ("ap-southeast-12", Partition::Aws),
            ("cn-northwest-1", Partition::China),
            ("us-gov-west-1", Partition::UsGov),
        ] {
            assert_eq!(Partition::of_region(region), Some(partition), "{region}");
            assert_eq!(Partition::named(partition.as_str()), Some(partition));
        }
    }

    #[test]
    fn what_is_no_region_has_no_partition() {
        for text in [
            "",
            "eu",
            "eu-1",
            "eu-central",
            "eu-central-",
            "eu-central-123",
            "EU-central-1",
            "eu--1",
            "e-central-1",
            "eu-central-1.evil",
            "eu-central-1/",
            "us-iso-east-1",
            "eusc-de-east-1",
            "-central-1",
        ] {
            assert_eq!(Partition::of_region(text), None, "{text}");
        }
    }
}
