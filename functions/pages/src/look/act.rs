//! The buttons of an account's page.

use http::Response;
use lambda_http::Body;
use page_kit::redirect;
use shared::{
    answer::ApiError,
    model::{
        Confirmation, Connection, ConnectionStatus, Draft, Lane, RESYNC_HOURS, ResyncChoice, WalkReason,
    },
};

use crate::{
    accounts,
    form::field,
    leave,
    opened::{Opened, gone},
};

pub(crate) async fn act(opened: &Opened<'_>, connection: &Connection) -> Result<Response<Body>, ApiError> {
    opened.check_form()?;
    let form = opened.request.body();
    let wanted = field(form, "do");
    match wanted.as_deref() {
        // Nothing is left of a disconnected account but its receipt.
        _ if connection.status == ConnectionStatus::Disconnected => {}
        Some("sync") => {
            match opened.pages.resyncs().request(connection).await {
                // The last one ended some minutes ago at most: that is as good.
                Err(error) if error.code == "resync_too_soon" => {}
                requested => drop(requested?),
            }
        }
        Some("interval") => choose_interval(opened, connection, form).await?,
        Some("confirm") => confirm(opened, connection, form).await?,
        Some("remove") => remove(opened, connection, form).await?,
        Some("reconnect") => return accounts::connect(opened, Some(connection.id)).await,
        Some("disconnect") => leave::disconnect(opened, connection).await?,
        _ => return Err(gone()),
    }
    Ok(redirect(&opened.address_of(connection, "")))
}

async fn choose_interval(opened: &Opened<'_>, connection: &Connection, form: &[u8]) -> Result<(), ApiError> {
    let hours = field(form, "hours").unwrap_or_default();
    let choice = match hours.as_str() {
        // Never, whether the account is compared on request only or synced on request only: the page sets neither.
        "as_is" => return Ok(()),
        "default" => None,
        hours => {
            let hours = hours.parse().ok().filter(|hours| RESYNC_HOURS.contains(hours)).ok_or_else(gone)?;
            Some(ResyncChoice::Every(hours * 60 * 60))
        }
    };
    opened.pages.store.choose_resync(connection.id, choice).await?;
    // The walk schedules the next comparison.
    walk(opened, connection).await
}

/// Confirms up to as many deletions as the page has shown. If more wait by now, the page shows them again.
async fn confirm(opened: &Opened<'_>, connection: &Connection, form: &[u8]) -> Result<(), ApiError> {
    let deletions = field(form, "deletions").and_then(|deletions| deletions.parse().ok()).unwrap_or(0);
    let held = opened.pages.store.head(connection.id).await?.held;
    let Some(held) = held.filter(|held| held.deletions <= deletions) else { return Ok(()) };
    let confirmation = Confirmation { deletions: held.deletions, at: opened.pages.clock.now() };
    opened.pages.store.confirm_deletions(connection.id, confirmation).await?;
    walk(opened, connection).await
}

/// Ends a selection that Dropbox refuses, or whose file or folder is gone: the chooser does not list it.
async fn remove(opened: &Opened<'_>, connection: &Connection, form: &[u8]) -> Result<(), ApiError> {
    let key = field(form, "target").unwrap_or_default();
    let selections = opened.pages.store.choices(connection.id).await?.selections;
    let target = selections.into_iter().map(|one| one.target).find(|target| Draft::key(target) == key);
    opened.pages.store.deselect(connection.id, &target.ok_or_else(gone)?).await?;
    walk(opened, connection).await
}

async fn walk(opened: &Opened<'_>, connection: &Connection) -> Result<(), ApiError> {
    opened.pages.requests.walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
    Ok(())
}
