//! Teams that accounts join and leave.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use serde::Deserialize;

use super::{Answer, account, answer, document, done};
use crate::{api::RootInfo, content::Account, service::Service};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Membership {
    member_folder: String,
}

pub(super) async fn show(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer(account(&service, &email).map(|account| RootInfo::from(&account.roots())))
}

pub(super) async fn join(
    State(service): State<Arc<Service>>,
    Path(email): Path<String>,
    body: Bytes,
) -> Response {
    let joined = async {
        let Membership { member_folder } = document(&body)?;
        change(&service, &email, move |account| account.join_team(&member_folder)).await
    };
    answer(joined.await)
}

pub(super) async fn leave(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer(change(&service, &email, Account::leave_team).await)
}

pub(super) async fn change_root(State(service): State<Arc<Service>>, Path(email): Path<String>) -> Response {
    answer(change(&service, &email, |account| Ok(account.change_root()?)).await)
}

async fn change(
    service: &Service,
    email: &str,
    work: impl FnOnce(&Account) -> anyhow::Result<()> + Send + 'static,
) -> Answer<RootInfo> {
    let account = account(service, email)?;
    done(move || work(&account).map(|()| RootInfo::from(&account.roots()))).await
}
