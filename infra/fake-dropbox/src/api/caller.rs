//! Caller of a route.

use std::sync::Arc;

use axum::extract::Request;
use http::{HeaderMap, header::AUTHORIZATION};

use super::{
    argument::query,
    cursor::Cursor,
    failure::{AuthError, Failure},
    path_root,
    view::{DisplayedEntry, Tree, View},
};
use crate::{
    AppSettings,
    content::{Account, Locator},
    oauth::grants::{self, AccessToken},
    service::Service,
};

/// An app that calls for an account.
#[derive(Clone)]
pub(crate) struct Caller {
    /// Service.
    pub(crate) service: Arc<Service>,
    /// Account.
    pub(crate) account: Arc<Account>,
    /// App.
    pub(crate) app: AppSettings,
    /// Token of the call, unless the route needs none.
    pub(crate) token: Option<AccessToken>,
    /// Visible files. Mounted folders are added once the headers have been read.
    pub(crate) view: View,
}

impl Caller {
    /// Authenticates the token in `given`, and checks that it has `scope`.
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

    /// Returns the caller of a long poll, which needs no token: the app and account for which the cursor was
    /// issued.
    pub(crate) fn of_cursor(service: Arc<Service>, text: &str) -> Result<Self, Failure> {
        let read = |app: AppSettings| Cursor::read(text, &app).map(|cursor| (app, cursor));
        let found = service.apps().into_iter().find_map(read);
        let (app, cursor) = found.ok_or_else(Failure::invalid_cursor)?;
        let account = service.account(cursor.account).map(Arc::clone).ok_or_else(Failure::invalid_cursor)?;
        let view = path_root::of_cursor(&cursor, &account, &app).ok_or_else(Failure::invalid_cursor)?;
        Ok(Self { service, account, app, token: None, view })
    }

    /// Returns the caller with `view` and the folders that are mounted there.
    pub(crate) fn looking_at(self, view: View) -> anyhow::Result<Self> {
        let view = view.with_mounts(&self.service)?;
        Ok(Self { view, ..self })
    }

    /// Returns what `locator` names, as it is displayed.
    pub(crate) fn find(&self, locator: &Locator) -> Result<Option<DisplayedEntry>, Failure> {
        let Some((tree, locator)) = self.resolve(locator)? else { return Ok(None) };
        Ok(tree.find(&locator)?.map(|entry| tree.displayed(&entry)))
    }
}

/// Returns the credentials of a request, from a header or the query string.
pub(crate) fn credentials(request: &Request) -> Option<String> {
    match request.headers().get(AUTHORIZATION) {
        Some(header) => header.to_str().ok().map(ToOwned::to_owned),
        None => query(request, "authorization"),
    }
}

/// Returns the token in `given`.
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

/// Refuses the headers with which a team's token selects one of its members, because no token here is a
/// team's.
pub(crate) fn refuse_selection(headers: &HeaderMap) -> Result<(), Failure> {
    if headers.contains_key("dropbox-api-select-user") {
        return Err(Failure::Auth(AuthError::InvalidSelectUser));
    }
    if headers.contains_key("dropbox-api-select-admin") {
        return Err(Failure::Auth(AuthError::InvalidSelectAdmin));
    }
    Ok(())
}
