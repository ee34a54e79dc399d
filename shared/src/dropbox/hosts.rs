//! Dropbox's hosts. A host is an enum: no request of a client can name another.

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

/// Where the hosts are. Another set than the default points at a fake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    api: Url,
    content: Url,
    notify: Url,
    www: Url,
}

impl Hosts {
    /// All hosts at one base URL.
    #[must_use]
    pub fn at(base: &Url) -> Self {
        Self { api: base.clone(), content: base.clone(), notify: base.clone(), www: base.clone() }
    }

    /// The URL of an absolute path on a host.
    ///
    /// The path is one of ours or was checked by [`super::Route`]; it is set as a path, so that nothing in it
    /// can change the host.
    #[must_use]
    pub fn url(&self, host: Host, path: &str) -> Url {
        let mut url = match host {
            Host::Api => self.api.clone(),
            Host::Content => self.content.clone(),
            Host::Notify => self.notify.clone(),
            Host::Www => self.www.clone(),
        };
        url.set_path(path);
        url
    }
}

impl Default for Hosts {
    /// The real ones.
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
