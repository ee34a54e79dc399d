//! Only pages of this machine use the demo: another site's page cannot drive it, whatever its name leads to.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{HOST, ORIGIN},
};
use url::Url;

use super::Demo;

/// Header set by browsers, which no page can set: how the requesting page is related to us.
const SEC_FETCH_SITE: &str = "sec-fetch-site";
/// Header set by browsers: whether the request opens a page.
const SEC_FETCH_MODE: &str = "sec-fetch-mode";

/// The demo's origin, as browsers of this machine name it.
pub(super) struct OwnBrowser {
    origin: String,
    host: String,
}

/// Decision on a request.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Allowed,
    /// This machine by another of its names. The connect pages' cookies need the one name.
    OtherName,
    Refused(&'static str),
}

impl OwnBrowser {
    pub(super) fn at(gateway: &Url) -> Self {
        let origin = gateway.origin().ascii_serialization();
        let host = origin.split_once("://").map_or("", |(_, host)| host).to_owned();
        Self { origin, host }
    }

    fn judge(&self, method: &Method, headers: &HeaderMap) -> Verdict {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
        let is_reading = method.is_safe();
        if text(HOST.as_str()) != Some(&self.host) {
            let is_local = text(HOST.as_str()).is_some_and(is_loopback);
            return if is_local && is_reading {
                Verdict::OtherName
            } else {
                Verdict::Refused("Ask for localhost.\n")
            };
        }
        let is_own_site = match text(SEC_FETCH_SITE) {
            None | Some("same-origin" | "none") => true,
            // A link or a redirect of another site may open the page.
            Some(_) => is_reading && text(SEC_FETCH_MODE) == Some("navigate"),
        };
        // Browsers send the origin with every form; a request that hides it is refused.
        let is_own_origin = match text(ORIGIN.as_str()) {
            None => is_reading,
            Some(origin) => origin == self.origin,
        };
        if is_own_site && is_own_origin {
            Verdict::Allowed
        } else {
            Verdict::Refused("Only the demo's own page may do this.\n")
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// Refuses requests of other sites.
pub(super) async fn only(State(demo): State<Demo>, request: Request, next: Next) -> Response {
    let browser = &demo.0.browser;
    let mut response = match browser.judge(request.method(), request.headers()) {
        Verdict::Allowed => next.run(request).await,
        Verdict::OtherName => {
            let path = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
            Redirect::temporary(&format!("{}{path}", browser.origin)).into_response()
        }
        Verdict::Refused(why) => (StatusCode::FORBIDDEN, why).into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        // Forms must name their origin, which a browser without any referrer hides.
        ("referrer-policy", "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn judged(method: &Method, said: &[(&str, &str)]) -> Verdict {
        let own = OwnBrowser::at(&Url::parse("http://localhost:8080/").unwrap());
        let headers = said
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()))
            .collect();
        own.judge(method, &headers)
    }

    const OWN: (&str, &str) = ("host", "localhost:8080");
    const ORIGIN: (&str, &str) = ("origin", "http://localhost:8080");
    const SITE: &str = "sec-fetch-site";
    const MODE: &str = "sec-fetch-mode";

    #[test]
    fn a_page_of_ours_reads_and_acts() {
        for said in [&[OWN][..], &[OWN, (SITE, "none"), (MODE, "navigate")], &[OWN, (SITE, "same-origin")]] {
            assert_eq!(judged(&Method::GET, said), Verdict::Allowed, "{said:?}");
        }
        for said in [&[OWN, ORIGIN][..], &[OWN, ORIGIN, (SITE, "same-origin"), (MODE, "cors")]] {
            assert_eq!(judged(&Method::POST, said), Verdict::Allowed, "{said:?}");
        }
    }

    #[test]
    fn another_sites_page_may_lead_here_and_no_more() {
        let leads = [OWN, (SITE, "cross-site"), (MODE, "navigate")];
        assert_eq!(judged(&Method::GET, &leads), Verdict::Allowed);
        for site in ["cross-site", "same-site", ""] {
            for mode in ["no-cors", "cors", "websocket"] {
                let said = [OWN, (SITE, site), (MODE, mode)];
                assert!(matches!(judged(&Method::GET, &said), Verdict::Refused(_)), "{said:?}");
            }
            let form = [OWN, ORIGIN, (SITE, site), (MODE, "navigate")];
            assert!(matches!(judged(&Method::POST, &form), Verdict::Refused(_)), "{form:?}");
        }
        for origin in [
            "null",
            "https://evil.example",
            "http://localhost:8081",
            "http://localhost",
            "https://localhost:8080",
            "http://127.0.0.1:8080",
            "http://localhost:8080.evil.example",
        ] {
            let said = [OWN, ("origin", origin)];
            assert!(matches!(judged(&Method::POST, &said), Verdict::Refused(_)), "{said:?}");
            assert!(matches!(judged(&Method::GET, &said), Verdict::Refused(_)), "{said:?}");
        }
        assert!(matches!(judged(&Method::POST, &[OWN]), Verdict::Refused(_)), "no origin");
    }

    #[test]
    fn a_name_that_leads_here_is_not_ours() {
        for host in ["rebound.example.com", "rebound.example.com:8080", "localhost.evil.example:8080", ""] {
            assert!(matches!(judged(&Method::GET, &[("host", host)]), Verdict::Refused(_)), "{host}");
        }
        for host in ["127.0.0.1:8080", "[::1]:8080", "localhost"] {
            assert_eq!(judged(&Method::GET, &[("host", host)]), Verdict::OtherName, "{host}");
            let form = [("host", host), ORIGIN];
            assert!(matches!(judged(&Method::POST, &form), Verdict::Refused(_)), "{host}");
        }
    }
}
