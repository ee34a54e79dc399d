//! Addresses of queues.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{InvalidDestination, Partition, arn::is_account};

/// Maximum length of a queue's name, in characters, with the end of a FIFO queue (Amazon SQS API Reference,
/// `CreateQueue`).
const LONGEST_NAME: usize = 80;
/// End of the name of a FIFO queue.
const FIFO: &str = ".fifo";

/// The address of a queue, as Amazon SQS gives it: `https://sqs.eu-central-1.amazonaws.com/123456789012/events`.
///
/// It is never called: requests go to the service's own address in that region, and name the queue by it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QueueUrl(String);

impl QueueUrl {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a FIFO queue.
    #[must_use]
    pub fn is_fifo(&self) -> bool {
        self.0.ends_with(FIFO)
    }

    /// Returns the region.
    #[must_use]
    pub fn region(&self) -> &str {
        self.0.split('.').nth(1).unwrap_or_default()
    }

    pub(super) fn account(&self) -> &str {
        self.0.split('/').nth(3).unwrap_or_default()
    }

    pub(super) fn partition(&self) -> Partition {
        Partition::of_region(self.region()).unwrap_or(Partition::Aws)
    }
}

impl FromStr for QueueUrl {
    type Err = InvalidDestination;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix("https://sqs.").ok_or(InvalidDestination::QueueUrl)?;
        let (host, path) = rest.split_once('/').ok_or(InvalidDestination::QueueUrl)?;
        let (region, domain) = host.split_once('.').ok_or(InvalidDestination::QueueUrl)?;
        let (account, name) = path.split_once('/').ok_or(InvalidDestination::QueueUrl)?;
        let partition = Partition::of_region(region).ok_or(InvalidDestination::QueueUrl)?;
        if domain != partition.domain() || !is_account(account) {
            return Err(InvalidDestination::QueueUrl);
        }
        if is_name(name) { Ok(Self(text.to_owned())) } else { Err(InvalidDestination::QueueName) }
    }
}

fn is_name(name: &str) -> bool {
    let stem = name.strip_suffix(FIFO).unwrap_or(name);
    let is_char = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    !stem.is_empty() && name.len() <= LONGEST_NAME && stem.bytes().all(is_char)
}

impl TryFrom<String> for QueueUrl {
    type Error = InvalidDestination;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<QueueUrl> for String {
    fn from(url: QueueUrl) -> Self {
        url.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_named_by_its_address_and_a_fifo_queue_by_its_end() {
        for (text, region, is_fifo) in [
            ("https://sqs.eu-central-1.amazonaws.com/123456789012/events", "eu-central-1", false),
            ("https://sqs.us-gov-west-1.amazonaws.com/123456789012/a-B_1", "us-gov-west-1", false),
            ("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/events.fifo", "cn-north-1", true),
        ] {
            let queue: QueueUrl = text.parse().unwrap();
            assert_eq!((queue.as_str(), queue.region(), queue.is_fifo()), (text, region, is_fifo));
            assert_eq!(queue.account(), "123456789012");
        }
    }

    #[test]
    fn what_is_no_queue_of_aws_is_refused() {
        for text in [
            "",
            "events",
            "http://sqs.eu-central-1.amazonaws.com/123456789012/events",
            "https://eu-central-1.queue.amazonaws.com/123456789012/events",
            "https://sqs.eu-central-1.amazonaws.com:443/123456789012/events",
            "https://user@sqs.eu-central-1.amazonaws.com/123456789012/events",
            "https://sqs.eu-central-1.amazonaws.com.evil.example/123456789012/events",
            "https://sqs.eu-central-1.example.com/123456789012/events",
            "https://sqs.evil.example/123456789012/events",
            "https://sqs.cn-north-1.amazonaws.com/123456789012/events",
            "https://sqs.eu-central-1.amazonaws.com.cn/123456789012/events",
            "https://sqs.eu-central-1.amazonaws.com/1234/events",
            "https://sqs.eu-central-1.amazonaws.com/123456789012",
            "https://169.254.169.254/123456789012/events",
            "arn:aws:sqs:eu-central-1:123456789012:events",
        ] {
            assert_eq!(text.parse::<QueueUrl>(), Err(InvalidDestination::QueueUrl), "{text}");
        }
    }

    #[test]
    fn a_name_has_the_characters_of_names_and_fifo_at_its_end_only() {
        let url = |name: &str| format!("https://sqs.eu-central-1.amazonaws.com/123456789012/{name}");
        assert!(url(&"x".repeat(80)).parse::<QueueUrl>().is_ok());
        let (long, long_fifo) = ("x".repeat(81), format!("{}.fifo", "x".repeat(76)));
        for name in
            ["", ".fifo", "a.fifo.b", "a.b", "a.FIFO", "a b", "a/b", "a?b", "a#b", "ü", &long, &long_fifo]
        {
            assert_eq!(url(name).parse::<QueueUrl>(), Err(InvalidDestination::QueueName), "{name}");
        }
    }
}
