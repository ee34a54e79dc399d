//! OAuth with Dropbox: the authorize URL, the exchange of a code, the refresh, and the revocation.

use std::time::Duration;

use futures_util::{FutureExt, future::BoxFuture};
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse,
    TokenUrl,
    basic::{
        BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
        BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use reqwest::Request;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Dropbox, DropboxError, Grant, Host, OauthApp, Session, UnstoredGrant, token_answer};
use crate::model::{AccessToken, AccountId, PkceVerifier, RefreshToken, StateSecret};

/// Lifetime of an access token if the answer has none: Dropbox's tokens live four hours.
const DEFAULT_LIFE: Duration = Duration::from_secs(4 * 60 * 60);

/// Parameters of an authorize URL.
#[derive(Debug, Clone)]
pub struct AuthorizeRequest<'a> {
    /// Address to which Dropbox sends the browser back, byte for byte as registered with the app.
    pub redirect_uri: &'a str,
    /// State, which comes back unchanged.
    pub state: &'a StateSecret,
    /// PKCE verifier, whose challenge is part of the URL.
    pub verifier: &'a PkceVerifier,
}

/// Result of a refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refreshed {
    /// The access token.
    pub access: AccessToken,
    /// A new refresh token. Dropbox sends none today; if it does, the old one may expire.
    pub refresh: Option<RefreshToken>,
    /// Lifetime of `access`.
    pub life: Duration,
    /// The scopes granted now, if Dropbox reports them.
    pub scopes: Option<Vec<String>>,
}

/// Fields that Dropbox adds to the standard answer.
#[derive(Debug, Serialize, Deserialize)]
struct DropboxFields {
    account_id: Option<AccountId>,
}

impl ExtraTokenFields for DropboxFields {}

type TokenAnswer = StandardTokenResponse<DropboxFields, BasicTokenType>;
type OauthClient = Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;
type TokenError = RequestTokenError<DropboxError, BasicErrorResponse>;

impl Dropbox {
    fn oauth(&self, app: &OauthApp) -> OauthClient {
        let authorize = AuthUrl::from_url(self.hosts().url(Host::Www, "/oauth2/authorize"));
        let token = TokenUrl::from_url(self.hosts().url(Host::Api, "/oauth2/token"));
        Client::new(ClientId::new(app.key.to_string()))
            .set_client_secret(ClientSecret::new(app.secret.expose().to_owned()))
            .set_auth_type(AuthType::BasicAuth)
            .set_auth_uri(authorize)
            .set_token_uri(token)
    }

    /// Returns the address of the page at Dropbox where the user accepts or declines.
    ///
    /// # Errors
    /// [`DropboxError::Refused`] if the redirect URI is not a URL.
    pub fn authorize_url(&self, app: &OauthApp, request: &AuthorizeRequest<'_>) -> Result<Url, DropboxError> {
        let verifier = PkceCodeVerifier::new(request.verifier.expose().to_owned());
        let state = CsrfToken::new(request.state.expose().to_owned());
        let client = self.oauth(app).set_redirect_uri(redirect(request.redirect_uri)?);
        let (url, _) = client
            .authorize_url(|| state)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_scopes(app.terms.scopes.iter().cloned().map(Scope::new))
            // Without it there is no refresh token.
            .add_extra_param("token_access_type", "offline")
            // Otherwise Dropbox sends a user who has approved the app before back at once, without a page and
            // a click.
            .add_extra_param("force_reapprove", "true")
            .url();
        Ok(url)
    }

    /// Exchanges the code that came back with the browser. `verifier` is absent if the code was requested
    /// without a challenge.
    ///
    /// # Errors
    /// [`DropboxError::CodeRefused`] if the code is unknown, used or expired. [`DropboxError::Unavailable`]
    /// or [`DropboxError::Unreadable`] if no usable answer came: what Dropbox may have granted is then
    /// unknown, and cannot be revoked.
    pub async fn exchange_code(
        &self,
        app: &OauthApp,
        code: &str,
        verifier: Option<&PkceVerifier>,
        redirect_uri: &str,
    ) -> Result<UnstoredGrant, DropboxError> {
        let client = self.oauth(app).set_redirect_uri(redirect(redirect_uri)?);
        let mut request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        if let Some(verifier) = verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()));
        }
        let answer = request
            .request_async(&self.token_client())
            .await
            .map_err(|error| refused(error, DropboxError::CodeRefused))?;
        Ok(UnstoredGrant::new(self, access(&answer), grant(&answer, app)))
    }

    /// Gets a new access token.
    ///
    /// # Errors
    /// [`DropboxError::NeedsReauth`] if the refresh token is no longer valid.
    pub async fn refresh(&self, app: &OauthApp, token: &RefreshToken) -> Result<Refreshed, DropboxError> {
        let token = oauth2::RefreshToken::new(token.expose().to_owned());
        let answer = self
            .oauth(app)
            .exchange_refresh_token(&token)
            .request_async(&self.token_client())
            .await
            .map_err(|error| refused(error, DropboxError::NeedsReauth))?;
        let refresh = answer.refresh_token().map(|token| RefreshToken::new(token.secret()));
        Ok(Refreshed { access: access(&answer), refresh, life: life(&answer), scopes: scopes(&answer) })
    }

    /// Revokes a token, its refresh token, and all access tokens of that. A token that was revoked already is
    /// a success.
    ///
    /// # Errors
    /// See [`DropboxError`]. [`DropboxError::TokenExpired`] too: the refresh token still works.
    pub async fn revoke(&self, token: &AccessToken) -> Result<(), DropboxError> {
        match self.rpc::<_, serde_json::Value>(&Session::from(token), "/2/auth/token/revoke", &()).await {
            Ok(_) | Err(DropboxError::NeedsReauth(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Returns the function that sends the requests of the OAuth library.
    fn token_client(
        &self,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, DropboxError>> + use<> {
        let dropbox = self.clone();
        move |request| {
            let dropbox = dropbox.clone();
            async move { dropbox.token_request(request).await }.boxed()
        }
    }

    /// Sends a request of the OAuth library. Rate limits and server errors are handled here, before the
    /// library would parse them as OAuth errors.
    async fn token_request(&self, request: HttpRequest) -> Result<HttpResponse, DropboxError> {
        let request =
            Request::try_from(request).map_err(|error| DropboxError::Unavailable(error.to_string()))?;
        let response = self.send(request).await?;
        if response.status().as_u16() == 429 || response.status().is_server_error() {
            return Err(DropboxError::of_response(response).await);
        }
        let status = response.status();
        let body = response
            .bytes()
            .await
            .map_err(|error| DropboxError::Unavailable(error.without_url().to_string()))?;
        let answer = token_answer::normalized(status.as_u16(), &body);
        let mut response = HttpResponse::new(answer.body);
        *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(status);
        // Whatever its type was: a body that is not JSON fails when it is parsed.
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(response)
    }
}

fn redirect(uri: &str) -> Result<RedirectUrl, DropboxError> {
    RedirectUrl::new(uri.to_owned())
        .map_err(|_| DropboxError::Refused(400, "the redirect URI is no URL".to_owned()))
}

fn grant(answer: &TokenAnswer, app: &OauthApp) -> Result<Grant, DropboxError> {
    let missing = |what: &str| DropboxError::Refused(200, format!("Dropbox sent no {what}"));
    let refresh = answer.refresh_token().ok_or_else(|| missing("refresh token"))?;
    let account = answer.extra_fields().account_id.clone().ok_or_else(|| missing("account id"))?;
    Ok(Grant {
        access: access(answer),
        refresh: RefreshToken::new(refresh.secret()),
        life: life(answer),
        account,
        scopes: scopes(answer).unwrap_or_else(|| app.terms.scopes.clone()),
    })
}

fn scopes(answer: &TokenAnswer) -> Option<Vec<String>> {
    let named = |scopes: &Vec<Scope>| scopes.iter().map(|scope| scope.to_string()).collect::<Vec<_>>();
    answer.scopes().map(named).map(|scopes| scopes.into_iter().filter(|scope| !scope.is_empty()).collect())
}

fn access(answer: &TokenAnswer) -> AccessToken {
    AccessToken::new(answer.access_token().secret())
}

fn life(answer: &TokenAnswer) -> Duration {
    answer.expires_in().unwrap_or(DEFAULT_LIFE)
}

/// Converts a refusal of the token endpoint; `grant` converts `invalid_grant`, which depends on the caller.
fn refused(error: TokenError, grant: fn(String) -> DropboxError) -> DropboxError {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            let text = answer.error_description().cloned().unwrap_or_else(|| answer.error().to_string());
            match answer.error() {
                BasicErrorResponseType::InvalidGrant => grant(text),
                BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient => {
                    DropboxError::AppRefused(text)
                }
                _ => DropboxError::Refused(400, text),
            }
        }
        RequestTokenError::Request(error) => error,
        RequestTokenError::Parse(..) => DropboxError::Unreadable("the token endpoint's".to_owned()),
        RequestTokenError::Other(text) => DropboxError::Unavailable(text),
    }
}
