//! Dropbox's hosts. A host is an enum, so that no request of a client can name another one.

use url::Url;

/// One of Dropbox's hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Host {
    /// `api.dropboxapi.com`: remote procedure calls, JSON in and out.
    Api,
    /// `content.dropboxapi.com`: bytes in or out.
    Content,
    /// `notify.dropboxapi.com`: the long poll.
    Notify,
    /// `www.dropbox.com`: the authorize page.
    Www,
}

/// Addresses of the hosts. Other addresses than the default ones point to a fake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    api: Url,
    content: Url,
    notify: Url,
    www: Url,
}

impl Hosts {
    /// Returns all hosts at one base URL.
    #[must_use]
    pub fn at(base: &Url) -> Self {
        Self { api: base.clone(), content: base.clone(), notify: base.clone(), www: base.clone() }
    }

    /// Returns the hosts of a fake: in `pattern`, `{host}` stands for `api`, `content`, `notify` or `www`.
    /// Without `{host}`, all hosts have the same URL.
    ///
    /// # Errors
    /// Fails if the pattern does not give URLs.
    pub fn named(pattern: &str) -> Result<Self, url::ParseError> {
        let named = |name| Url::parse(&pattern.replace("{host}", name));
        Ok(Self {
            api: named("api")?,
            content: named("content")?,
            notify: named("notify")?,
            www: named("www")?,
        })
    }

    /// Returns the URL of an absolute path on a host, below the path of the host's own URL if that has one.
    ///
    /// The path is one of ours, or was checked by [`super::Route`]; it is set as a path, so that nothing in
    /// it can change the host.
    #[must_use]
    pub fn url(&self, host: Host, path: &str) -> Url {
        let mut url = match host {
            Host::Api => self.api.clone(),
            Host::Content => self.content.clone(),
            Host::Notify => self.notify.clone(),
            Host::Www => self.www.clone(),
        };
        let below = url.path().trim_end_matches('/').to_owned();
        url.set_path(&(below + path));
        url
    }
}

impl Default for Hosts {
    /// The real hosts.
    fn default() -> Self {
        let https = |host: &str| Url::parse(&format!("https://{host}")).expect("a host makes a URL");
        Self {
            api: https("api.dropboxapi.com"),
            content: https("content.dropboxapi.com"),
            notify: https("notify.dropboxapi.com"),
            www: https("www.dropbox.com"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_of_a_fake_are_apart_by_name_or_by_path() {
        for (pattern, expected) in [
            ("http://localhost:8081/{host}", "http://localhost:8081/content/2/files/upload"),
            ("http://localhost:8081/{host}/", "http://localhost:8081/content/2/files/upload"),
            ("http://{host}.localhost:8081", "http://content.localhost:8081/2/files/upload"),
            ("http://127.0.0.1:8081", "http://127.0.0.1:8081/2/files/upload"),
        ] {
            let hosts = Hosts::named(pattern).unwrap();
            assert_eq!(hosts.url(Host::Content, "/2/files/upload").as_str(), expected);
        }
        let hosts = Hosts::named("http://localhost/{host}").unwrap();
        let names = [Host::Api, Host::Content, Host::Notify, Host::Www].map(|host| hosts.url(host, "/2/x"));
        let paths = names.each_ref().map(Url::path);
        assert_eq!(paths, ["/api/2/x", "/content/2/x", "/notify/2/x", "/www/2/x"]);
        assert!(Hosts::named("{host}").is_err());
    }

    #[test]
    fn a_path_never_changes_the_host() {
        for path in ["//evil.example/2/x", "/2/../../x", "@evil.example/", "/2/x?y#z"] {
            assert_eq!(
                Hosts::default().url(Host::Api, path).host_str(),
                Some("api.dropboxapi.com"),
                "{path}"
            );
        }
    }
}
