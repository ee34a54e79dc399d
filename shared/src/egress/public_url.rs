//! An address that a caller names, checked as far as possible without resolving its name.

use url::{Host, Url};

use super::address::is_public;

/// Longest address, in bytes. Presigned ones with a session's token have some 2,000.
const LONGEST: usize = 8 * 1024;
/// Ends of names that stand for this machine or for a private network (RFC 6761, RFC 6762, RFC 8375; clouds
/// use the last one for their machines).
const PRIVATE_NAMES: [&str; 6] = ["localhost", "local", "localdomain", "home.arpa", "lan", "internal"];

/// An https address without credentials whose host is a name, or an IP address of the public internet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

/// Reason why an address is not allowed. The address itself is left out, because it may contain a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPublic {
    /// It cannot be parsed.
    #[error("it is no URL")]
    Unreadable,
    /// It is too long.
    #[error("it has more than {LONGEST} bytes")]
    TooLong,
    /// It is not https.
    #[error("it must begin with https://")]
    NotHttps,
    /// It contains a user name or a password.
    #[error("it must not hold a user's name or a password")]
    Credentials,
    /// Its host is not on the public internet.
    #[error("its host is not on the public internet")]
    PrivateHost,
}

impl PublicUrl {
    /// Parses an address. All forms of an IPv4 address (decimal, octal, hexadecimal, shortened) are
    /// recognised.
    ///
    /// # Errors
    /// The reason why the address is not allowed.
    pub fn parse(text: &str) -> Result<Self, NotPublic> {
        if text.len() > LONGEST {
            return Err(NotPublic::TooLong);
        }
        Self::of(Url::parse(text).map_err(|_| NotPublic::Unreadable)?)
    }

    /// Returns the address that a redirect leads to, which may be relative to this one.
    ///
    /// # Errors
    /// The reason why the address is not allowed.
    pub fn redirected(&self, location: &str) -> Result<Self, NotPublic> {
        if location.len() > LONGEST {
            return Err(NotPublic::TooLong);
        }
        Self::of(self.0.join(location).map_err(|_| NotPublic::Unreadable)?)
    }

    fn of(url: Url) -> Result<Self, NotPublic> {
        if url.scheme() != "https" {
            return Err(NotPublic::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotPublic::Credentials);
        }
        let is_allowed = match url.host() {
            Some(Host::Domain(name)) => is_public_name(name),
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            None => false,
        };
        if is_allowed { Ok(Self(url)) } else { Err(NotPublic::PrivateHost) }
    }

    /// Returns the address.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Returns the address.
    #[must_use]
    pub fn into_url(self) -> Url {
        self.0
    }
}

/// Returns whether a name can be on the public internet: it has a dot, and is not that of a private network.
fn is_public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_below = |end: &str| name == end || name.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'));
    name.contains('.') && !PRIVATE_NAMES.iter().any(|end| is_below(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_are_taken() {
        for text in [
            "https://example.com/a.pdf",
            "https://example.com:8443/a.pdf?X-Amz-Signature=abc#part",
            "HTTPS://EXAMPLE.com",
            "https://example.com./",
            "https://b\u{fc}cher.example/",
            "https://93.184.215.14/",
            "https://[2606:2800:21f::1]/",
            "https://localhost.example.com/",
            "https://internal-files.example.com/",
        ] {
            assert!(PublicUrl::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_not_of_the_public_internet_is_refused_in_whatever_form_it_is_written() {
        use NotPublic::{Credentials, NotHttps, PrivateHost, TooLong, Unreadable};
        let long = format!("https://example.com/{}", "x".repeat(LONGEST));
        for (text, reason) in [
            ("", Unreadable),
            ("example.com/a", Unreadable),
            ("https://", Unreadable),
            ("https://exa mple.com/", Unreadable),
            ("https://256.256.256.256/", Unreadable),
            (long.as_str(), TooLong),
            ("http://example.com/", NotHttps),
            ("ftp://example.com/", NotHttps),
            ("file:///etc/passwd", NotHttps),
            ("data:text/plain,x", NotHttps),
            ("https://user@example.com/", Credentials),
            ("https://user:password@example.com/", Credentials),
            ("https://:password@example.com/", Credentials),
            ("https://localhost/", PrivateHost),
            ("https://LOCALHOST./", PrivateHost),
            ("https://files.localhost/", PrivateHost),
            ("https://printer.local/", PrivateHost),
            ("https://ip-10-0-0-1.eu-central-1.compute.internal/", PrivateHost),
            ("https://router.lan/", PrivateHost),
            ("https://intranet/", PrivateHost),
            ("https://127.0.0.1/", PrivateHost),
            ("https://127.1/", PrivateHost),
            ("https://2130706433/", PrivateHost),
            ("https://0x7f000001/", PrivateHost),
            ("https://0x7f.1/", PrivateHost),
            ("https://0177.0.0.1/", PrivateHost),
            ("https://%31%32%37.0.0.1/", PrivateHost),
            ("https://\u{ff11}\u{ff12}\u{ff17}.0.0.1/", PrivateHost),
            ("https://0/", PrivateHost),
            ("https://10.1.2.3/", PrivateHost),
            ("https://169.254.169.254/latest/meta-data/", PrivateHost),
            ("https://2852039166/", PrivateHost),
            ("https://0xa9fea9fe/", PrivateHost),
            ("https://[::1]/", PrivateHost),
            ("https://[::ffff:169.254.169.254]/", PrivateHost),
            ("https://[::ffff:7f00:1]/", PrivateHost),
            ("https://[64:ff9b::a9fe:a9fe]/", PrivateHost),
            ("https://[fd00:ec2::254]/", PrivateHost),
            ("https://[fe80::1]/", PrivateHost),
        ] {
            assert_eq!(PublicUrl::parse(text), Err(reason), "{text}");
        }
    }

    #[test]
    fn a_redirect_is_checked_like_the_first_address() {
        let first = PublicUrl::parse("https://example.com/a/b").unwrap();
        assert_eq!(first.redirected("../c").unwrap().url().as_str(), "https://example.com/c");
        assert_eq!(
            first.redirected("//cdn.example.com/c").unwrap().url().host_str(),
            Some("cdn.example.com")
        );
        for (location, reason) in [
            ("http://example.com/c", NotPublic::NotHttps),
            ("//127.0.0.1/c", NotPublic::PrivateHost),
            ("https://169.254.169.254/", NotPublic::PrivateHost),
            ("https://user@example.com/", NotPublic::Credentials),
            ("https://[", NotPublic::Unreadable),
        ] {
            assert_eq!(first.redirected(location), Err(reason), "{location}");
        }
    }
}
