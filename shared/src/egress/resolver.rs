//! Resolution of host names to public addresses only.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;

/// Name resolution.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// Returns the addresses of a name, with port 0.
    ///
    /// # Errors
    /// Fails if the name cannot be resolved.
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>>;
}

/// The machine's own resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.collect())
    }
}

/// Resolver of an HTTP client's names. The client connects to exactly the addresses that were checked.
pub struct PublicResolver {
    lookup: Arc<dyn Lookup>,
    is_allowed: fn(IpAddr) -> bool,
}

/// A name resolves to no address, or to one that is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to no public address")]
pub(super) struct NoPublicAddress;

impl PublicResolver {
    /// Returns a resolver that uses this look-up.
    pub fn new(lookup: impl Lookup + 'static) -> Self {
        Self { lookup: Arc::new(lookup), is_allowed: is_public }
    }

    /// Returns a resolver that allows this machine's own addresses, too.
    pub(super) fn with_this_machine(lookup: impl Lookup + 'static) -> Self {
        let is_allowed = |address: IpAddr| is_public(address) || address.is_loopback();
        Self { lookup: Arc::new(lookup), is_allowed }
    }
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, is_allowed) = (self.lookup.clone(), self.is_allowed);
        Box::pin(async move { Ok(checked(lookup.lookup(name.as_str()).await?, is_allowed)?) })
    }
}

/// Returns all addresses of a name, if all of them are allowed. A name with a private address among them is
/// refused, because it would be chance which of them is used.
fn checked(addresses: Vec<SocketAddr>, is_allowed: fn(IpAddr) -> bool) -> Result<Addrs, NoPublicAddress> {
    if addresses.is_empty() || !addresses.iter().all(|address| is_allowed(address.ip())) {
        return Err(NoPublicAddress);
    }
    Ok(Box::new(addresses.into_iter()))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Gives its answers one after the other.
    struct Answers(Mutex<Vec<Vec<&'static str>>>);

    #[async_trait]
    impl Lookup for Answers {
        async fn lookup(&self, _: &str) -> io::Result<Vec<SocketAddr>> {
            let answer = self.0.lock().unwrap().remove(0);
            Ok(answer.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0)).collect())
        }
    }

    fn resolver(answers: Vec<Vec<&'static str>>) -> PublicResolver {
        PublicResolver::new(Answers(Mutex::new(answers)))
    }

    async fn resolved(resolver: &PublicResolver) -> Option<Vec<String>> {
        let name = "files.example.com".parse().unwrap();
        let addresses = resolver.resolve(name).await.ok()?;
        Some(addresses.map(|address| address.ip().to_string()).collect())
    }

    #[tokio::test]
    async fn a_name_is_resolved_where_all_of_its_addresses_are_public() {
        let resolver = resolver(vec![vec!["93.184.215.14", "2606:2800:21f::1"]]);
        let found = resolved(&resolver).await;
        assert_eq!(found, Some(vec!["93.184.215.14".to_owned(), "2606:2800:21f::1".to_owned()]));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_a_private_address_is_not() {
        for answer in [
            vec!["127.0.0.1"],
            vec!["93.184.215.14", "10.0.0.1"],
            vec!["::1"],
            vec!["::ffff:10.0.0.1"],
            vec![],
        ] {
            assert_eq!(resolved(&resolver(vec![answer.clone()])).await, None, "{answer:?}");
        }
    }

    /// The client connects to the result of one look-up: there is no second look-up between check and
    /// connection, which could give another result. A later request looks up and checks again.
    #[tokio::test]
    async fn a_name_that_resolves_otherwise_later_is_checked_again() {
        let resolver = resolver(vec![vec!["93.184.215.14"], vec!["169.254.169.254"]]);
        assert_eq!(resolved(&resolver).await, Some(vec!["93.184.215.14".to_owned()]));
        assert_eq!(resolved(&resolver).await, None);
    }
}
