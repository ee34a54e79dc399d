//! Further destinations of deliveries, each named exactly.

use url::{Host, Origin, Url};

/// A destination that is not on the public internet: a scheme, an IP address and a port, such as
/// `http://127.0.0.1:4711`. It has no name, because a name may lead elsewhere at the next connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedOrigin {
    origin: Origin,
    is_http: bool,
}

/// Reason why a text names no such destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNamed {
    /// It is something else.
    #[error("it is not http or https, an IP address and a port, as http://127.0.0.1:4711 is")]
    Form,
    /// Its port is that of Lambda's Runtime API, by which a function gets its events.
    #[error("its port is that of Lambda's Runtime API")]
    RuntimeApi,
}

impl NamedOrigin {
    /// Reads a destination. `runtime_api` is the value of `AWS_LAMBDA_RUNTIME_API`, an address with a port.
    ///
    /// # Errors
    /// The reason why it names none.
    pub fn parse(text: &str, runtime_api: Option<&str>) -> Result<Self, NotNamed> {
        let url = Url::parse(text).map_err(|_| NotNamed::Form)?;
        let is_address = matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
        let has_more = url.path() != "/" || url.query().is_some() || url.fragment().is_some();
        if !is_address || !matches!(url.scheme(), "http" | "https") || has_more || has_credentials(&url) {
            return Err(NotNamed::Form);
        }
        let port = runtime_api.and_then(|address| address.rsplit_once(':')?.1.parse::<u16>().ok());
        if port.is_some() && url.port_or_known_default() == port {
            return Err(NotNamed::RuntimeApi);
        }
        Ok(Self { origin: url.origin(), is_http: url.scheme() == "http" })
    }

    /// Whether an address, without credentials, is there.
    pub(super) fn includes(&self, url: &Url) -> bool {
        url.origin() == self.origin && !has_credentials(url)
    }

    /// Whether requests go there without TLS.
    pub(super) fn is_http(&self) -> bool {
        self.is_http
    }
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_scheme_an_address_and_a_port() {
        for text in ["http://127.0.0.1:4711", "https://10.0.0.7/", "http://[::1]:80"] {
            assert!(NamedOrigin::parse(text, None).is_ok(), "{text}");
        }
        for text in [
            "",
            "127.0.0.1:4711",
            "http://localhost:4711",
            "https://hooks.example.com",
            "http://127.0.0.1:4711/hook",
            "http://127.0.0.1:4711/?a",
            "http://user@127.0.0.1:4711",
            "ftp://127.0.0.1:4711",
        ] {
            assert_eq!(NamedOrigin::parse(text, None), Err(NotNamed::Form), "{text}");
        }
    }

    #[test]
    fn it_is_never_the_runtime_api() {
        let runtime_api = Some("127.0.0.1:9001");
        for text in ["http://127.0.0.1:9001", "http://127.0.0.2:9001", "http://[::1]:9001"] {
            assert_eq!(NamedOrigin::parse(text, runtime_api), Err(NotNamed::RuntimeApi), "{text}");
        }
        assert!(NamedOrigin::parse("http://127.0.0.1:9002", runtime_api).is_ok());
    }

    #[test]
    fn it_includes_what_has_the_same_scheme_address_and_port() {
        let named = NamedOrigin::parse("http://127.0.0.1:4711", None).unwrap();
        let includes = |text: &str| named.includes(&Url::parse(text).unwrap());
        assert!(includes("http://127.0.0.1:4711/hook?a=b") && includes("http://2130706433:4711/"));
        for text in [
            "https://127.0.0.1:4711/",
            "http://127.0.0.1:4712/",
            "http://127.0.0.1/",
            "http://127.0.0.2:4711/",
            "http://localhost:4711/",
            "http://user@127.0.0.1:4711/",
        ] {
            assert!(!includes(text), "{text}");
        }
    }
}
