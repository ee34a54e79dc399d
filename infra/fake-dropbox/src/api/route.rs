//! Routes of the API.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    response::Response,
};
use futures_util::future::BoxFuture;
use http::{HeaderMap, StatusCode};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    argument::{self, Style},
    caller::Caller,
    failure::{Failure, json_body, json_bytes},
    routes,
    wire::ListFolderResult,
};
use crate::hosts::Host;

/// Scope for reading metadata.
const METADATA: Option<&str> = Some("files.metadata.read");

type Serve = dyn Fn(Caller, Bytes, Request) -> BoxFuture<'static, Result<Response, Failure>> + Send + Sync;

/// Way to identify the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// By a token, which may need a scope.
    Token(Option<&'static str>),
    /// By the cursor in the argument; a token is ignored.
    Cursor,
}

/// A function of the API.
pub(crate) struct Route {
    /// Name, which is its path below `/2/`.
    pub(crate) name: &'static str,
    /// Host that serves it.
    pub(crate) host: Host,
    /// Way to identify the caller.
    pub(crate) key: Key,
    /// Places of its argument and result.
    pub(crate) style: Style,
    /// Handler.
    pub(crate) serve: Arc<Serve>,
}

impl Route {
    /// Returns the scope that a token needs.
    pub(crate) fn scope(&self) -> Option<&'static str> {
        match self.key {
            Key::Token(scope) => scope,
            Key::Cursor => None,
        }
    }

    /// Creates a function whose argument and result are JSON.
    fn rpc<A, R>(
        name: &'static str,
        scope: Option<&'static str>,
        work: fn(&Caller, &A) -> Result<R, Failure>,
    ) -> Self
    where
        A: DeserializeOwned + 'static,
        R: Serialize + 'static,
    {
        Self::new(name, Host::Api, Key::Token(scope), Style::Rpc, move |caller, argument, _| {
            let work = move || {
                let result = work(&caller, &argument::parse(&argument)?)?;
                Ok(json_body(StatusCode::OK, &result))
            };
            Box::pin(async move { tokio::task::spawn_blocking(work).await? })
        })
    }

    /// Creates a function that lists.
    fn listing<A>(name: &'static str, work: fn(&Caller, &A) -> Result<ListFolderResult, Failure>) -> Self
    where
        A: DeserializeOwned + 'static,
    {
        Self::new(name, Host::Api, Key::Token(METADATA), Style::Rpc, move |caller, argument, _| {
            let work =
                move || Ok(json_bytes(StatusCode::OK, work(&caller, &argument::parse(&argument)?)?.json()?));
            Box::pin(async move { tokio::task::spawn_blocking(work).await? })
        })
    }

    /// Creates a function that waits, and whose caller is identified by a cursor.
    fn wait<A, R, F>(name: &'static str, work: fn(Caller, A) -> F) -> Self
    where
        A: DeserializeOwned + Send + 'static,
        R: Serialize + 'static,
        F: Future<Output = Result<R, Failure>> + Send + 'static,
    {
        Self::new(name, Host::Notify, Key::Cursor, Style::Rpc, move |caller, argument, _| {
            Box::pin(async move {
                let result = work(caller, argument::parse(&argument)?).await?;
                Ok(json_body(StatusCode::OK, &result))
            })
        })
    }

    /// Creates a function that receives the bytes of the request.
    fn upload<A, R, F>(name: &'static str, scope: &'static str, work: fn(Caller, A, Body) -> F) -> Self
    where
        A: DeserializeOwned + Send + 'static,
        R: Serialize + 'static,
        F: Future<Output = Result<R, Failure>> + Send + 'static,
    {
        Self::new(
            name,
            Host::Content,
            Key::Token(Some(scope)),
            Style::Upload,
            move |caller, argument, request| {
                Box::pin(async move {
                    let result = work(caller, argument::parse(&argument)?, request.into_body()).await?;
                    Ok(json_body(StatusCode::OK, &result))
                })
            },
        )
    }

    /// Creates a function that responds with bytes.
    fn download<A, F>(name: &'static str, scope: &'static str, work: fn(Caller, A, HeaderMap) -> F) -> Self
    where
        A: DeserializeOwned + Send + 'static,
        F: Future<Output = Result<Response, Failure>> + Send + 'static,
    {
        Self::new(
            name,
            Host::Content,
            Key::Token(Some(scope)),
            Style::Download,
            move |caller, argument, request| {
                Box::pin(async move {
                    let headers = request.into_parts().0.headers;
                    work(caller, argument::parse(&argument)?, headers).await
                })
            },
        )
    }

    fn new(
        name: &'static str,
        host: Host,
        key: Key,
        style: Style,
        serve: impl Fn(Caller, Bytes, Request) -> BoxFuture<'static, Result<Response, Failure>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self { name, host, key, style, serve: Arc::new(serve) }
    }
}

/// All routes, by name.
pub(crate) struct Routes(BTreeMap<&'static str, Route>);

impl Routes {
    pub(crate) fn new() -> Self {
        Self(table().into_iter().map(|route| (route.name, route)).collect())
    }

    /// Returns the names of all routes.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }

    /// Returns the route with this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Route> {
        self.0.get(name)
    }
}

/// Lists all functions, with the scope that each needs.
fn table() -> Vec<Route> {
    const ACCOUNT: Option<&str> = Some("account_info.read");
    const READ: &str = "files.content.read";
    const WRITE: &str = "files.content.write";
    vec![
        Route::rpc("auth/token/revoke", None, routes::token_revoke),
        Route::rpc("check/user", ACCOUNT, routes::check_user),
        Route::rpc("files/copy_v2", Some(WRITE), routes::copy),
        Route::rpc("files/create_folder_v2", Some(WRITE), routes::create_folder),
        Route::rpc("files/delete_v2", Some(WRITE), routes::delete),
        Route::download("files/download", READ, routes::download),
        Route::download("files/export", READ, routes::export),
        Route::rpc("files/get_metadata", METADATA, routes::get_metadata),
        Route::rpc("files/get_temporary_link", Some(READ), routes::get_temporary_link),
        Route::listing("files/list_folder", routes::list_folder),
        Route::listing("files/list_folder/continue", routes::list_folder_continue),
        Route::rpc("files/list_folder/get_latest_cursor", METADATA, routes::get_latest_cursor),
        Route::wait("files/list_folder/longpoll", routes::longpoll),
        Route::rpc("files/move_v2", Some(WRITE), routes::relocate),
        Route::rpc("files/search/continue_v2", METADATA, routes::search_continue),
        Route::rpc("files/search_v2", METADATA, routes::search),
        Route::upload("files/upload", WRITE, routes::upload),
        Route::upload("files/upload_session/append_v2", WRITE, routes::upload_session::append),
        Route::upload("files/upload_session/finish", WRITE, routes::upload_session::finish),
        Route::upload("files/upload_session/start", WRITE, routes::upload_session::start),
        Route::rpc("users/get_account", Some("sharing.read"), routes::get_account),
        Route::rpc("users/get_current_account", ACCOUNT, routes::get_current_account),
        Route::rpc("users/get_space_usage", ACCOUNT, routes::get_space_usage),
    ]
}
