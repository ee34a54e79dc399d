//! The start page, and the click on it.

use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{LOCATION, SET_COOKIE},
};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    dropbox::AuthorizeRequest,
    model::{StateSecret, TicketSecret},
    store::{Authorization, Link, StoreError},
};
use url::Url;

use crate::{
    connect::{Connect, field},
    cookie, own_page,
    page::{self, Form},
};

impl Connect {
    /// Shows the page that names project and user. It spends nothing, so a preview of the link does no harm.
    pub(crate) async fn show_start(&self, request: &Request<Body>) -> Result<Response<Body>, ApiError> {
        let ticket = ticket(request.uri().query().unwrap_or_default().as_bytes())?;
        let link = self.open(&ticket).await?;
        let project = self.projects.project(link.project).await?.ok_or_else(unknown)?;
        let browser = cookie::read_or_new(request.headers());
        let form = Form { ticket: &ticket, proof: &browser.form_proof(&ticket) };
        let mut response = page::start(&project, &link.user, &form, &self.dropbox);
        response.headers_mut().insert(SET_COOKIE, header(&cookie::set(&browser))?);
        Ok(response)
    }

    /// Handles the person's click on our page: spends the ticket, binds the browser, and redirects it to
    /// Dropbox.
    pub(crate) async fn start(
        &self,
        base: &Url,
        request: &Request<Body>,
    ) -> Result<Response<Body>, ApiError> {
        let ticket = ticket(request.body())?;
        let browser = own_page::browser(base, request.headers(), request.body(), &ticket)?;
        let link = self.open(&ticket).await?;
        let project = self.projects.project(link.project).await?.ok_or_else(unknown)?;
        let mut app = self.apps.of_project(&project).await?;
        if let Some(scopes) = &link.scopes {
            app.terms.scopes.clone_from(scopes);
        }
        let state = StateSecret::random();
        let authorization = Authorization { link, browser: browser.hash(), app: app.key.clone() };
        match self.links.authorize(&ticket.hash(), &state.hash(), &authorization).await {
            Err(StoreError::Conflict) => return Err(unknown()),
            done => done?,
        }
        let request = AuthorizeRequest {
            redirect_uri: &Self::redirect_uri(base, app.terms.redirect),
            state: &state,
            verifier: &browser.pkce_verifier(),
        };
        let url =
            self.dropbox.authorize_url(&app, &request).map_err(|error| ApiError::unavailable(&error))?;
        let mut response = redirect(url.as_str())?;
        // Its ten minutes start again.
        response.headers_mut().insert(SET_COOKIE, header(&cookie::set(&browser))?);
        Ok(response)
    }

    async fn open(&self, ticket: &TicketSecret) -> Result<Link, ApiError> {
        self.links.ticket(&ticket.hash(), self.clock.now()).await?.ok_or_else(unknown)
    }
}

fn ticket(encoded: &[u8]) -> Result<TicketSecret, ApiError> {
    let missing =
        || ApiError::invalid("ticket_missing", "The address lacks its ticket; open the whole link.");
    field(encoded, "ticket").map(TicketSecret::new).ok_or_else(missing)
}

fn unknown() -> ApiError {
    let message = "This link was used before or is too old; ask the application for a new one.";
    ApiError::not_found("ticket_unknown", message)
}

/// 303: redirects to another address.
pub(crate) fn redirect(to: &str) -> Result<Response<Body>, ApiError> {
    let mut response = page::bare(StatusCode::SEE_OTHER, Body::Empty);
    response.headers_mut().insert(LOCATION, header(to)?);
    Ok(response)
}

fn header(text: &str) -> Result<HeaderValue, ApiError> {
    HeaderValue::from_str(text).map_err(|error| ApiError::unavailable(&error))
}
