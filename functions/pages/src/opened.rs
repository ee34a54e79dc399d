//! A request's session and connection, once they are found.

use http::{Request, Response, StatusCode, header::SET_COOKIE};
use lambda_http::Body;
use page_kit::{Language, Page, Words, cookie, error_page, own_page, wants_page, words};
use shared::{
    address,
    answer::ApiError,
    model::{BrowserSecret, Connection, ConnectionStatus, FormSubject, PageSession, Project},
};
use url::Url;
use uuid::Uuid;

use crate::Pages;

/// Largest form that a page of ours sends, in bytes: the rows of a large folder with the longest names.
const MAX_FORM: usize = 2 * 1024 * 1024;

/// A session that is opened by its browser.
pub(crate) struct Opened<'a> {
    pub(crate) pages: &'a Pages,
    pub(crate) base: &'a Url,
    pub(crate) request: &'a Request<Body>,
    pub(crate) session: PageSession,
    pub(crate) project: Project,
    pub(crate) browser: BrowserSecret,
    pub(crate) language: Language,
    /// Whether the request has extended the session: the cookie must live as long.
    is_extended: bool,
}

impl<'a> Opened<'a> {
    /// Finds the session of a path. Opening a page of it extends it, and so does sending a form; what the
    /// page's script asks by itself does not.
    ///
    /// # Errors
    /// 404 if there is none, if another browser opened it, or if its user was deleted since: the answer does not
    /// say which.
    pub(crate) async fn find(
        pages: &'a Pages,
        base: &'a Url,
        id: &str,
        request: &'a Request<Body>,
    ) -> Result<Self, ApiError> {
        let id = Uuid::try_parse(id).map_err(|_| gone())?;
        let browser = cookie::read(request.headers()).ok_or_else(gone)?;
        let session = pages.store.page_session(id, pages.clock.now()).await?;
        let session = session.filter(|session| session.browser == browser.hash()).ok_or_else(gone)?;
        let (project, user) = tokio::try_join!(
            pages.store.project(session.project),
            pages.store.user(session.project, &session.user)
        )?;
        let deletion = user.and_then(|user| user.deletion);
        if deletion.is_some_and(|deletion| deletion.requested_at >= session.opened_at()) {
            return Err(gone());
        }
        let project = project.ok_or_else(gone)?;
        let extended = session.extended(pages.clock.now()).filter(|_| wants_page(request.headers()));
        if let Some(until) = extended {
            pages.store.extend_page_session(session.id, until).await?;
        }
        let asked = session.language.as_deref().and_then(Language::with_tag);
        let language = asked.unwrap_or_else(|| Language::of_browser(request.headers()));
        Ok(Self {
            pages,
            base,
            request,
            session,
            project,
            browser,
            language,
            is_extended: extended.is_some(),
        })
    }

    /// Returns an answer with the browser's cookie, if that must live longer by now.
    pub(crate) fn with_cookie(&self, mut answer: Response<Body>) -> Response<Body> {
        if self.is_extended {
            answer.headers_mut().insert(SET_COOKIE, cookie::set(&self.browser));
        }
        answer
    }

    /// Checks that the request's form is of our own page, in this browser.
    ///
    /// # Errors
    /// 403 if it is not, and 413 if it is larger than any of our pages sends.
    pub(crate) fn check_form(&self) -> Result<(), ApiError> {
        let (headers, form) = (self.request.headers(), self.request.body());
        if form.len() > MAX_FORM {
            return Err(ApiError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                "The form is too large.",
            ));
        }
        let id = self.session.id.to_string();
        own_page::browser(self.base, headers, form, &FormSubject::Session(&id)).map(drop)
    }

    /// Returns the proof that forms of this session carry.
    pub(crate) fn proof(&self) -> String {
        self.browser.form_proof(&FormSubject::Session(&self.session.id.to_string()))
    }

    /// Returns the user's connection with this name, an id or an integer. A disconnected one is found too,
    /// for its receipt.
    ///
    /// # Errors
    /// 404 if the user has no such connection.
    pub(crate) async fn connection(&self, name: &str) -> Result<Connection, ApiError> {
        let name = name.parse().map_err(|_| gone())?;
        let connections = self.pages.store.as_ref();
        let id = connections.connection_named(self.session.project, name).await?.ok_or_else(gone)?;
        let found = connections.connection(id).await?;
        let is_theirs =
            |one: &Connection| one.project == self.session.project && one.user == self.session.user;
        found.filter(is_theirs).ok_or_else(gone)
    }

    /// Returns the user's connections that are not disconnected, the oldest first.
    pub(crate) async fn connections(&self) -> Result<Vec<Connection>, ApiError> {
        let (project, user) = (self.session.project, &self.session.user);
        let mut all = self.pages.store.connections_of_user(project, user).await?;
        all.retain(|one| one.status != ConnectionStatus::Disconnected);
        all.sort_by_key(|one| one.created_at);
        Ok(all)
    }

    /// Returns the words of the session's language.
    pub(crate) fn words(&self) -> &'static Words {
        words(self.language)
    }

    /// Returns the path of a page of this session, such as `/connections/{id}`.
    pub(crate) fn address(&self, below: &str) -> String {
        address::below(self.base, &format!("pages/{}{below}", self.session.id)).path().to_owned()
    }

    /// Returns the path of a page about a connection, such as `/choose`.
    pub(crate) fn address_of(&self, connection: &Connection, below: &str) -> String {
        self.address(&format!("/connections/{}{below}", connection.id))
    }

    /// Returns a page with this title and content.
    pub(crate) fn page(&self, title: String, body: maud::Markup) -> Page<'_> {
        Page {
            base: self.base,
            language: self.language,
            title,
            project: Some(&self.project),
            form_target: self.return_to().map(|url| url.origin().ascii_serialization()),
            body,
        }
    }

    /// Returns the address to which the visit returns, if its origin is still one of the project's.
    pub(crate) fn return_to(&self) -> Option<Url> {
        let address = self.session.return_to.as_deref()?;
        if !self.project.has_origin_of(address) {
            return None;
        }
        Url::parse(address).ok()
    }

    /// Returns the page of an error, with the way back to the account or the accounts.
    pub(crate) fn error_page(&self, error: &ApiError, back: &str) -> Response<Body> {
        let words = self.words();
        let more = maud::html! { p.actions { a.go href=(back) { (words.accounts_nav) } } };
        error_page(self.base, self.language, Some(&self.project), error, &more)
    }

    /// Returns the request's query.
    pub(crate) fn query(&self) -> &str {
        self.request.uri().query().unwrap_or_default()
    }
}

/// 404: there is no such page for this browser.
pub(crate) fn gone() -> ApiError {
    ApiError::not_found("page_not_found", "There is no such page, or not in this browser, or no longer.")
}
