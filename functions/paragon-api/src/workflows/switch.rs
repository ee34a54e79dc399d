//! `POST` and `DELETE …/sdk/workflows/{workflow}`: the SDK's `enableWorkflow` and `disableWorkflow`.
//!
//! The SDK switches a workflow in an account, and leaves the user's others. Where it runs in all accounts, because
//! nobody has chosen any, switching it off in one chooses the others.

use std::collections::BTreeSet;

use serde_json::json;
use shared::{
    model::{Connection, ConnectionId, ConnectionStatus},
    workflows::{Choice, runs_for},
};

use super::{enabling, named, selected};
use crate::{
    ParagonApi,
    answer::{Answer, found},
    request::AuthorizedRequest,
};

/// The accounts in which a workflow runs for a user before it is switched.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Nowhere,
    In(BTreeSet<ConnectionId>),
    All,
}

/// Enables a workflow for the caller's user, in the selected account, or in all if none is selected.
pub(crate) async fn enable(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    switch(api, request, true).await
}

/// Disables a workflow for the caller's user, in the selected account, or in all if none is selected.
pub(crate) async fn disable(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    switch(api, request, false).await
}

async fn switch(api: &ParagonApi, request: &AuthorizedRequest<'_>, on: bool) -> Answer {
    let workflow = named(api, request).await?;
    let (project, user) = (workflow.project, &request.caller.user);
    let selected = selected(api, request).await?.map(|connection| connection.id);
    let choice = match selected {
        None => {
            let connections = on.then(BTreeSet::new);
            Choice { is_enabled: Some(on), connections, settings: None }
        }
        Some(connection) => {
            let (decided, accounts) = tokio::try_join!(
                api.store.enablement(project, workflow.id, user),
                api.store.connections_of_user(project, user),
            )?;
            let runs = runs_for(&workflow.document, decided.as_ref());
            let place = match decided.map(|decided| decided.connections) {
                _ if !runs => Place::Nowhere,
                Some(chosen) if !chosen.is_empty() => Place::In(chosen),
                _ => Place::All,
            };
            let switched = if on { switched_on } else { switched_off };
            switched(place, connection, &live(&accounts))
        }
    };
    let decided = enabling(api).choose(&workflow, user, choice).await?;
    let is_there = selected.is_none_or(|connection| decided.is_for(connection));
    Ok(found(&json!({
        "id": workflow.id,
        "enabled": is_there && runs_for(&workflow.document, Some(&decided)),
        "settings": decided.settings,
        "connectCredentialId": selected,
    })))
}

/// Returns the accounts of the user.
fn live(accounts: &[Connection]) -> BTreeSet<ConnectionId> {
    let is_live = |one: &&Connection| one.status != ConnectionStatus::Disconnected;
    accounts.iter().filter(is_live).map(|one| one.id).collect()
}

fn switched_on(place: Place, connection: ConnectionId, live: &BTreeSet<ConnectionId>) -> Choice {
    let connections = match place {
        Place::All => None,
        Place::Nowhere => Some(BTreeSet::from([connection])),
        Place::In(chosen) => {
            Some(chosen.into_iter().filter(|one| live.contains(one)).chain([connection]).collect())
        }
    };
    Choice { is_enabled: Some(true), connections, settings: None }
}

fn switched_off(place: Place, connection: ConnectionId, live: &BTreeSet<ConnectionId>) -> Choice {
    let left: BTreeSet<ConnectionId> = match place {
        Place::Nowhere => BTreeSet::new(),
        // It does not run in this account.
        Place::In(chosen) if !chosen.contains(&connection) => return Choice::default(),
        Place::In(chosen) => {
            chosen.into_iter().filter(|one| *one != connection && live.contains(one)).collect()
        }
        Place::All => live.iter().copied().filter(|one| *one != connection).collect(),
    };
    // An empty set would be all accounts.
    let connections = (!left.is_empty()).then_some(left);
    Choice { is_enabled: Some(connections.is_some()), connections, settings: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(is_enabled: bool, connections: Option<&[ConnectionId]>) -> Choice {
        let connections = connections.map(|connections| connections.iter().copied().collect());
        Choice { is_enabled: Some(is_enabled), connections, settings: None }
    }

    #[test]
    fn each_account_is_switched_without_the_others() {
        let (first, second, third) = (ConnectionId::random(), ConnectionId::random(), ConnectionId::random());
        let live = BTreeSet::from([first, second, third]);
        let within = |connections: &[ConnectionId]| Place::In(connections.iter().copied().collect());
        let on = |place| switched_on(place, second, &live);
        assert_eq!(on(Place::Nowhere), choice(true, Some(&[second])));
        assert_eq!(on(within(&[first])), choice(true, Some(&[first, second])));
        assert_eq!(on(within(&[second])), choice(true, Some(&[second])));
        assert_eq!(on(Place::All), choice(true, None));
        // It was enabled in an account that is disconnected by now.
        assert_eq!(on(within(&[ConnectionId::random()])), choice(true, Some(&[second])));
        let off = |place| switched_off(place, second, &live);
        assert_eq!(off(Place::Nowhere), choice(false, None));
        assert_eq!(off(within(&[first])), Choice::default());
        assert_eq!(off(within(&[second])), choice(false, None));
        assert_eq!(off(within(&[first, second])), choice(true, Some(&[first])));
        assert_eq!(off(within(&[ConnectionId::random(), second])), choice(false, None));
        assert_eq!(off(Place::All), choice(true, Some(&[first, third])));
        assert_eq!(switched_off(Place::All, second, &BTreeSet::from([second])), choice(false, None));
    }
}
