//! Who calls.

use std::sync::Arc;

use axum::extract::Request;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::argument::query;
use super::cursor::Cursor;
use super::failure::{AuthError, Failure};
use super::path_root;
use super::view::{Shown, Tree, View};
use crate::AppSettings;
use crate::content::{Account, Locator};
use crate::oauth::grants::{self, AccessToken};
use crate::service::Service;

/// An app that acts for an account.
#[derive(Clone)]
pub(crate) struct Caller {
    /// The service.
    pub(crate) service: Arc<Service>,
    /// The account.
    pub(crate) account: Arc<Account>,
    /// The app.
    pub(crate) app: AppSettings,
    /// What the token stands for; none for a call that needs none.
    pub(crate) token: Option<AccessToken>,
    /// What the call sees: without what is mounted there, until its headers were read.
    pub(crate) view: View,
}

impl Caller {
    /// Who calls with the token that was `given`, if it allows what needs `scope`.
    pub(crate) fn authenticate(
        service: Arc<Service>,
        scope: Option<&'static str>,
        given: Option<&str>,
    ) -> Result<Self, Failure> {
        let token = token(given)?;
        let found = service.db.transact(|db| grants::access_token(db, token))?;
        let token = found.ok_or(Failure::Auth(AuthError::InvalidAccessToken))?;
        if token.expires <= service.clock.seconds() {
            return Err(Failure::Auth(AuthError::ExpiredAccessToken));
        }
        let account = service.account(token.account).map(Arc::clone);
        let (Some(account), Some(app)) = (account, service.app(&token.app)) else {
            return Err(Failure::Auth(AuthError::InvalidAccessToken));
        };
        match scope {
            Some(scope) if !token.scopes.iter().any(|granted| granted == scope) => {
                Err(Failure::Auth(AuthError::MissingScope { required_scope: scope.into() }))
            }
            _ => {
                let view = View::of_home(Tree::of(Arc::clone(&account)), &account.roots());
                Ok(Self { service, account, app, token: Some(token), view })
            }
        }
    }

    /// Who may ask, without a token, for news of the listing of a cursor: the app and the account that it was made for.
    pub(crate) fn of_cursor(service: Arc<Service>, text: &str) -> Result<Self, Failure> {
        let read = |app: AppSettings| Cursor::read(text, &app).map(|cursor| (app, cursor));
        let found = service.apps().into_iter().find_map(read);
        let (app, cursor) = found.ok_or_else(Failure::invalid_cursor)?;
        let account = service.account(cursor.account).map(Arc::clone).ok_or_else(Failure::invalid_cursor)?;
        let view = path_root::of_cursor(&cursor, &account, &app).ok_or_else(Failure::invalid_cursor)?;
        Ok(Self { service, account, app, token: None, view })
    }

    /// The same, who sees `view` and what is mounted there.
    pub(crate) fn looking_at(self, view: View) -> anyhow::Result<Self> {
        let view = view.with_mounts(&self.service)?;
        Ok(Self { view, ..self })
    }

    /// What `locator` names, as it is shown.
    pub(crate) fn find(&self, locator: &Locator) -> Result<Option<Shown>, Failure> {
        let Some((tree, locator)) = self.resolve(locator)? else { return Ok(None) };
        Ok(tree.find(&locator)?.map(|entry| tree.shown(&entry)))
    }
}

/// The credentials of a request: in a header or in the query string.
pub(crate) fn credentials(request: &Request) -> Option<String> {
    match request.headers().get(AUTHORIZATION) {
        Some(header) => header.to_str().ok().map(ToOwned::to_owned),
        None => query(request, "authorization"),
    }
}

/// The token in what was `given`.
fn token(given: Option<&str>) -> Result<&str, Failure> {
    let Some(given) = given else {
        let missing = "Must provide HTTP header \"Authorization\" or URL parameter \"authorization\".";
        return Err(Failure::Request(missing.to_owned()));
    };
    let token = given.strip_prefix("Bearer ").map(str::trim).filter(|token| !token.is_empty());
    let kind = given.split_whitespace().next().unwrap_or_default();
    token.ok_or_else(|| {
        Failure::Request(format!(
            "Invalid authorization value in HTTP header \"Authorization\": \"{kind}\".  \
             Expecting \"Bearer <access token>\"."
        ))
    })
}

/// Refuses the headers with which a team's token selects one of its members: no token here is a team's.
pub(crate) fn refuse_selection(headers: &HeaderMap) -> Result<(), Failure> {
    if headers.contains_key("dropbox-api-select-user") {
        return Err(Failure::Auth(AuthError::InvalidSelectUser));
    }
    if headers.contains_key("dropbox-api-select-admin") {
        return Err(Failure::Auth(AuthError::InvalidSelectAdmin));
    }
    Ok(())
}
