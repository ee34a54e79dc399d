//! ARNs: the names of things in AWS, `arn:partition:service:region:account:resource`.

use super::Partition;

/// Parts of an ARN.
pub(super) struct Arn<'a> {
    pub(super) partition: Partition,
    pub(super) region: &'a str,
    pub(super) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Reads the ARN of something of a service, in an account; `None` for anything else.
    pub(super) fn parse(text: &'a str, service: &str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next();
        if next()? != "arn" {
            return None;
        }
        let partition = Partition::named(next()?)?;
        if next()? != service {
            return None;
        }
        let (region, account, resource) = (next()?, next()?, next()?);
        is_account(account).then_some(Self { partition, region, resource })
    }
}

/// Whether a text is the id of an account: twelve digits.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
