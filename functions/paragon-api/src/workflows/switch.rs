//! `POST` and `DELETE …/sdk/workflows/{workflow}`: the SDK's `enableWorkflow` and `disableWorkflow`.
//!
//! The SDK enables a workflow in an account; Dropline decides about a user, in one account or in all. Enabling in a
//! second account therefore enables in all, and disabling in one of two leaves the other.

use serde_json::json;
use shared::{
    model::{Connection, ConnectionId, ConnectionStatus},
    workflows::{Choice, runs_for},
};

use super::{enabling, named, selected};
use crate::{
    ParagonApi,
    answer::{Answer, found},
    request::Asked,
};

/// Where a workflow runs for a user before it is switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Nowhere,
    One(ConnectionId),
    All,
}

/// Enables a workflow for the caller's user, in the selected account, or in all if none is selected.
pub(crate) async fn enable(api: &ParagonApi, asked: &Asked<'_>) -> Answer {
    switch(api, asked, true).await
}

/// Disables a workflow for the caller's user, in the selected account, or in all if none is selected.
pub(crate) async fn disable(api: &ParagonApi, asked: &Asked<'_>) -> Answer {
    switch(api, asked, false).await
}

async fn switch(api: &ParagonApi, asked: &Asked<'_>, on: bool) -> Answer {
    let workflow = named(api, asked).await?;
    let (project, user) = (workflow.project, &asked.caller.user);
    let choice = match selected(api, asked).await? {
        None => Choice { is_enabled: Some(on), ..Choice::default() },
        Some(connection) => {
            let (decided, accounts) = tokio::try_join!(
                api.workflows.enablement(project, workflow.id, user),
                api.connections.connections_of_user(project, user),
            )?;
            let place = match decided.as_ref().and_then(|decided| decided.connection) {
                _ if !runs_for(&workflow.document, decided.as_ref()) => Place::Nowhere,
                Some(connection) => Place::One(connection),
                None => Place::All,
            };
            let others = others(&accounts, connection.id);
            if on {
                switched_on(place, connection.id, &others)
            } else {
                switched_off(place, connection.id, &others)
            }
        }
    };
    let decided = enabling(api).choose(&workflow, user, choice).await?;
    Ok(found(&json!({
        "id": workflow.id,
        "enabled": runs_for(&workflow.document, Some(&decided)),
        "settings": decided.settings,
        "connectCredentialId": decided.connection,
    })))
}

/// Returns the other accounts of the user.
fn others(accounts: &[Connection], connection: ConnectionId) -> Vec<ConnectionId> {
    let is_other = |one: &&Connection| one.id != connection && one.status != ConnectionStatus::Disconnected;
    accounts.iter().filter(is_other).map(|one| one.id).collect()
}

fn switched_on(place: Place, connection: ConnectionId, others: &[ConnectionId]) -> Choice {
    let connection = match place {
        Place::All => None,
        Place::One(other) if others.contains(&other) => Some(None),
        Place::One(_) | Place::Nowhere => Some(Some(connection)),
    };
    Choice { is_enabled: Some(true), connection, settings: None }
}

fn switched_off(place: Place, connection: ConnectionId, others: &[ConnectionId]) -> Choice {
    match (place, others) {
        // It does not run in this account.
        (Place::One(other), _) if other != connection => Choice::default(),
        (Place::All, [other]) => {
            Choice { is_enabled: Some(true), connection: Some(Some(*other)), settings: None }
        }
        _ => Choice { is_enabled: Some(false), ..Choice::default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(is_enabled: bool, connection: Option<Option<ConnectionId>>) -> Choice {
        Choice { is_enabled: Some(is_enabled), connection, settings: None }
    }

    #[test]
    fn the_second_account_of_a_user_makes_it_all_and_the_last_makes_it_none() {
        let (first, second) = (ConnectionId::random(), ConnectionId::random());
        let on = |place| switched_on(place, second, &[first]);
        assert_eq!(on(Place::Nowhere), choice(true, Some(Some(second))));
        assert_eq!(on(Place::One(first)), choice(true, Some(None)));
        assert_eq!(on(Place::One(second)), choice(true, Some(Some(second))));
        assert_eq!(on(Place::All), choice(true, None));
        // It was enabled in an account that is disconnected by now.
        assert_eq!(on(Place::One(ConnectionId::random())), choice(true, Some(Some(second))));
        let off = |place| switched_off(place, second, &[first]);
        assert_eq!(off(Place::Nowhere), choice(false, None));
        assert_eq!(off(Place::One(first)), Choice::default());
        assert_eq!(off(Place::One(second)), choice(false, None));
        assert_eq!(off(Place::All), choice(true, Some(Some(first))));
        assert_eq!(switched_off(Place::All, second, &[]), choice(false, None));
    }
}
