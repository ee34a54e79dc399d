//! Addresses to which deliveries may go.

use url::{Host, Url};

use super::{NamedOrigin, NotPublic, PublicUrl};

/// The port of https.
const HTTPS: u16 = 443;

/// Addresses to which deliveries may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destinations {
    ports: Vec<u16>,
    named: Vec<NamedOrigin>,
    is_this_machine_allowed: bool,
}

/// Reason why nothing is delivered to an address. The address itself is left out, because it may contain a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    /// It is not an https address on the public internet.
    #[error(transparent)]
    NotPublic(#[from] NotPublic),
    /// Its port is not one to which deliveries may go.
    #[error("its port is not allowed: {0}")]
    Port(u16),
}

impl Destinations {
    /// Returns https addresses on the public internet with one of these ports; with 443, if there are none.
    #[must_use]
    pub fn public(ports: &[u16]) -> Self {
        let ports = if ports.is_empty() { vec![HTTPS] } else { ports.to_vec() };
        Self { ports, named: Vec::new(), is_this_machine_allowed: false }
    }

    /// Returns the addresses of a deployment on one machine: those of the public internet, and http and https on this
    /// machine, at any port. No function may use it, because this machine would be Lambda's, with its Runtime API.
    #[must_use]
    pub fn of_one_machine() -> Self {
        Self { is_this_machine_allowed: true, ..Self::public(&[]) }
    }

    /// Returns these addresses and further ones, each named exactly.
    #[must_use]
    pub fn and(self, named: Vec<NamedOrigin>) -> Self {
        Self { named, ..self }
    }

    /// Returns an address, if deliveries may go there as far as it says itself: its name is resolved and checked at
    /// each connection.
    ///
    /// # Errors
    /// The reason why they may not.
    pub fn check(&self, text: &str) -> Result<Url, NotAllowed> {
        self.check_public(text).or_else(|refused| self.not_public(text).ok_or(refused))
    }

    /// Returns whether addresses of this machine are allowed.
    pub(super) fn is_this_machine_allowed(&self) -> bool {
        self.is_this_machine_allowed
    }

    /// Returns whether requests may go without TLS to some of these addresses.
    pub(super) fn is_http_allowed(&self) -> bool {
        self.is_this_machine_allowed || self.named.iter().any(NamedOrigin::is_http)
    }

    /// Returns the address, if it is allowed although it is not on the public internet.
    fn not_public(&self, text: &str) -> Option<Url> {
        if self.is_this_machine_allowed
            && let Some(url) = on_this_machine(text)
        {
            return Some(url);
        }
        Url::parse(text).ok().filter(|url| self.named.iter().any(|named| named.includes(url)))
    }

    fn check_public(&self, text: &str) -> Result<Url, NotAllowed> {
        let url = PublicUrl::parse(text)?;
        let port = url.url().port_or_known_default().unwrap_or(HTTPS);
        if self.ports.contains(&port) { Ok(url.into_url()) } else { Err(NotAllowed::Port(port)) }
    }
}

/// Returns the address, if it is http or https on this machine, without credentials.
fn on_this_machine(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_loopback = match url.host()? {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let is_http = matches!(url.scheme(), "http" | "https");
    let has_credentials = !url.username().is_empty() || url.password().is_some();
    (is_loopback && is_http && !has_credentials).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_443_or_one_of_the_list() {
        let usual = Destinations::public(&[]);
        for text in ["https://example.com/a", "https://example.com:443/a", "https://93.184.215.14/"] {
            assert!(usual.check(text).is_ok(), "{text}");
        }
        for port in [0, 80, 8443, 9001, 65_535] {
            let refused = usual.check(&format!("https://example.com:{port}/"));
            assert_eq!(refused, Err(NotAllowed::Port(port)), "{port}");
        }
        let others = Destinations::public(&[8443]);
        assert!(others.check("https://example.com:8443/").is_ok());
        assert_eq!(others.check("https://example.com/"), Err(NotAllowed::Port(443)));
        assert_eq!(others.check("https://127.0.0.1:8443/"), Err(NotPublic::PrivateHost.into()));
    }

    #[test]
    fn only_one_machine_delivers_to_itself() {
        for text in [
            "http://127.0.0.1:9001/",
            "http://localhost:8080/hooks",
            "https://hooks.localhost:1/",
            "http://[::1]:80/",
            "http://127.9.9.9/",
        ] {
            assert!(Destinations::of_one_machine().check(text).is_ok(), "{text}");
            assert!(Destinations::public(&[443, 80, 8080, 9001]).check(text).is_err(), "{text}");
        }
        for text in [
            "http://example.com/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://169.254.169.254/",
            "http://localhost.example.com/",
            "http://user@localhost/",
            "ftp://localhost/",
            "https://example.com:8443/",
            "",
        ] {
            assert!(Destinations::of_one_machine().check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_named_is_allowed_besides_and_nothing_near_it() {
        let named = NamedOrigin::parse("http://127.0.0.1:4711", None).unwrap();
        let destinations = Destinations::public(&[]).and(vec![named]);
        assert!(destinations.check("http://127.0.0.1:4711/hook").is_ok());
        assert!(destinations.check("https://example.com/hook").is_ok());
        for text in [
            "http://127.0.0.1:9001/",
            "https://127.0.0.1:4711/",
            "http://localhost:4711/",
            "http://example.com/",
        ] {
            assert!(destinations.check(text).is_err(), "{text}");
        }
    }

    /// A function on Lambda that could reach itself could reach its Runtime API. Only code chooses this rule, and no
    /// setting: neither a function's nor what functions share.
    #[test]
    fn no_function_may_deliver_to_its_own_machine() {
        let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut folders = vec![here.join("../functions"), here.join("src")];
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.ends_with("src/egress") {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    files += 1;
                    assert!(!std::fs::read_to_string(&path).unwrap().contains("of_one_machine"), "{path:?}");
                }
            }
        }
        assert!(files > 100, "{files} files");
    }
}
