//! Minimal browser for a connect: it keeps cookies, fills in forms, and does not follow redirects by itself.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, bail, ensure};
use reqwest::{
    Client, RequestBuilder, StatusCode,
    header::{ACCEPT, COOKIE, HeaderMap, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use url::Url;

/// User's decision on Dropbox's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Grant access.
    Approve,
    /// Refuse access.
    Deny,
}

/// A page or redirect that the browser received.
#[derive(Debug, Clone)]
pub struct BrowserPage {
    /// Address.
    pub url: Url,
    /// Status code.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Text of the body.
    pub body: String,
}

impl BrowserPage {
    /// Returns the address to which it redirects.
    ///
    /// # Errors
    /// If it is no redirect.
    pub fn location(&self) -> anyhow::Result<Url> {
        let location = self.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let location =
            location.with_context(|| format!("{} answered {} and no address", self.url, self.status))?;
        Ok(self.url.join(location)?)
    }
}

/// A browser with its cookies.
pub struct Browser {
    http: Client,
    cookies: Mutex<BTreeMap<String, String>>,
    accept: &'static str,
}

impl Browser {
    /// Creates a browser without cookies that asks for pages.
    ///
    /// # Errors
    /// If no HTTP client can be created.
    pub fn new() -> anyhow::Result<Self> {
        Self::accepting("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
    }

    /// Creates a program that behaves like a browser but asks for JSON.
    ///
    /// # Errors
    /// If no HTTP client can be created.
    pub fn of_a_program() -> anyhow::Result<Self> {
        Self::accepting("application/json")
    }

    fn accepting(accept: &'static str) -> anyhow::Result<Self> {
        let http = Client::builder().redirect(Policy::none()).build()?;
        Ok(Self { http, cookies: Mutex::default(), accept })
    }

    /// Opens an address.
    ///
    /// # Errors
    /// If there is no response.
    pub async fn get(&self, url: Url) -> anyhow::Result<BrowserPage> {
        self.show(self.http.get(url)).await
    }

    /// Posts a form.
    ///
    /// # Errors
    /// If there is no response.
    pub async fn post(&self, url: Url, fields: &[(String, String)]) -> anyhow::Result<BrowserPage> {
        self.show(self.http.post(url).form(fields)).await
    }

    /// Opens a connect link, clicks through to Dropbox, and decides there for the account with this email
    /// address. Returns the address to which Dropbox sends the browser back, without opening it.
    ///
    /// # Errors
    /// If a page is not as expected.
    pub async fn decide(&self, link: &str, email: &str, decision: Decision) -> anyhow::Result<Url> {
        let start = self.get(link.parse()?).await?;
        ensure!(start.status == StatusCode::OK, "the start page answered {}: {}", start.status, start.body);
        let (action, fields) = form(&start, None)?;
        self.consent(self.post(action, &fields).await?.location()?, email, decision).await
    }

    /// Submits Dropbox's authorize page for one of its accounts. Returns the address to which it sends the
    /// browser.
    ///
    /// # Errors
    /// If the page is not as expected.
    pub async fn consent(&self, authorize: Url, email: &str, decision: Decision) -> anyhow::Result<Url> {
        let consent = self.get(authorize).await?;
        ensure!(
            consent.status == StatusCode::OK,
            "the authorize page answered {}: {}",
            consent.status,
            consent.body
        );
        let (action, mut fields) = form(&consent, Some(email))?;
        let said = if decision == Decision::Approve { "approve" } else { "deny" };
        fields.push(("decision".to_owned(), said.to_owned()));
        self.post(action, &fields).await?.location()
    }

    /// Returns the value of a cookie, if it has that cookie.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    async fn show(&self, request: RequestBuilder) -> anyhow::Result<BrowserPage> {
        let response = request.header(ACCEPT, self.accept).header(COOKIE, self.cookies()).send().await?;
        self.keep(response.headers());
        let (url, status, headers) = (response.url().clone(), response.status(), response.headers().clone());
        Ok(BrowserPage { url, status, headers, body: response.text().await? })
    }

    fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            if value.is_empty() {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// Returns a page's form: its action, its hidden fields, and the radio button whose label contains `choice`.
fn form(page: &BrowserPage, choice: Option<&str>) -> anyhow::Result<(Url, Vec<(String, String)>)> {
    let (_, form) = page.body.split_once("<form").with_context(|| format!("no form at {}", page.url))?;
    let action =
        attribute(form, "action").map_or_else(|| Ok(page.url.clone()), |action| page.url.join(&action))?;
    let mut fields = Vec::new();
    for input in form.split("<input").skip(1) {
        let label = input.split("</label>").next().unwrap_or_default();
        let wanted = match attribute(input, "type").as_deref() {
            Some("hidden") => true,
            Some("radio") => choice.is_some_and(|choice| label.contains(choice)),
            _ => false,
        };
        if let (true, Some(name), Some(value)) = (wanted, attribute(input, "name"), attribute(input, "value"))
        {
            fields.push((name, value));
        }
    }
    if choice.is_some() && !fields.iter().any(|(name, _)| name == "account") {
        bail!("no such account at {}", page.url);
    }
    Ok((action, fields))
}

/// Returns an attribute of the tag at the start of the text.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let value = rest.split('"').next()?;
    Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}
