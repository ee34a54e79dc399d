//! The names of hosts, resolved to public addresses only.

use std::{io, net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;

/// Looks a name up.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// The addresses of a name, with port 0.
    ///
    /// # Errors
    /// Where the name cannot be resolved.
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

/// Resolves the names of an HTTP client's requests. The client connects to the very addresses that were checked.
pub struct PublicResolver(Arc<dyn Lookup>);

impl PublicResolver {
    /// A resolver that looks names up in this way.
    pub fn new(lookup: impl Lookup + 'static) -> Self {
        Self(Arc::new(lookup))
    }
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.0.clone();
        Box::pin(async move { Ok(checked(lookup.lookup(name.as_str()).await?)?) })
    }
}

/// All addresses of a name, if all of them are public. A name with a private one among them is none that a caller may
/// name: which of them answered would be chance.
fn checked(addresses: Vec<SocketAddr>) -> io::Result<Addrs> {
    if addresses.is_empty() || !addresses.iter().all(|address| is_public(address.ip())) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the name leads to no public address"));
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

    /// The client connects to what one look-up gave: there is no second one between check and connection, whose answer
    /// would be another. A later request looks up, and is checked, anew.
    #[tokio::test]
    async fn a_name_that_resolves_otherwise_later_is_checked_again() {
        let resolver = resolver(vec![vec!["93.184.215.14"], vec!["169.254.169.254"]]);
        assert_eq!(resolved(&resolver).await, Some(vec!["93.184.215.14".to_owned()]));
        assert_eq!(resolved(&resolver).await, None);
    }
}
